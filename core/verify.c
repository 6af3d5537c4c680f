/* The lines of verification, one function a line. */
#include "core/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"

static const struct plan_image *image_of(const struct verify *v)
{
    return &v->plan->images[v->image];
}

static bool differs(struct err *err, const char *what, const char *got, const char *asked)
{
    return err_set(err, ERR_VERIFY, "%s is %s, asked was %s", what,
                   got == NULL || got[0] == '\0' ? "not set" : got,
                   asked == NULL || asked[0] == '\0' ? "none" : asked);
}

/* Unset and "" are the same; EC2 leaves out what is not set. */
static bool same(struct err *err, const char *what, const char *got, const char *asked)
{
    return strcmp(got == NULL ? "" : got, asked == NULL ? "" : asked) == 0 ||
           differs(err, what, got, asked);
}

static bool same_switch(struct err *err, const char *what, bool got, bool asked)
{
    return got == asked || differs(err, what, got ? "on" : "off", asked ? "on" : "off");
}

static bool same_number(struct err *err, const char *what, long got, long asked)
{
    return got == asked || err_set(err, ERR_VERIFY, "%s is %ld, asked was %ld", what, got, asked);
}

static bool line_state(const struct verify *v, struct err *err)
{
    return v->ami->state == EC2_IMAGE_AVAILABLE ||
           differs(err, "state", v->ami->state_text, "available");
}

static bool line_owner(const struct verify *v, struct err *err)
{
    return same(err, "owner", v->ami->owner, v->plan->account);
}

static bool line_name(const struct verify *v, struct err *err)
{
    return same(err, "name", v->ami->name, image_of(v)->name);
}

/* EC2 may describe a copy in its own words when nobody asked for any. */
static bool line_description(const struct verify *v, struct err *err)
{
    const char *asked = image_of(v)->description;
    return asked == NULL || same(err, "description", v->ami->description, asked);
}

static bool line_architecture(const struct verify *v, struct err *err)
{
    return same(err, "architecture", v->ami->architecture, image_arch_name(image_of(v)->arch));
}

static bool line_boot_mode(const struct verify *v, struct err *err)
{
    return same(err, "boot mode", v->ami->boot_mode, image_of(v)->boot_mode);
}

static bool line_virtualization(const struct verify *v, struct err *err)
{
    return same(err, "virtualization type", v->ami->virtualization, "hvm");
}

static bool line_ena(const struct verify *v, struct err *err)
{
    return same_switch(err, "ENA support", v->ami->ena, image_of(v)->ena);
}

static bool line_sriov(const struct verify *v, struct err *err)
{
    return same(err, "SR-IOV support", v->ami->sriov, image_of(v)->sriov ? "simple" : "");
}

static bool line_tpm(const struct verify *v, struct err *err)
{
    return same(err, "TPM support", v->ami->tpm, image_of(v)->tpm);
}

static bool line_imds(const struct verify *v, struct err *err)
{
    return same(err, "IMDS support", v->ami->imds, image_of(v)->imds);
}

static bool line_root_device(const struct verify *v, struct err *err)
{
    return same(err, "root device", v->ami->root_device, image_of(v)->disks[0].device);
}

static const struct ec2_device *device_named(const struct ec2_image *ami, const char *name)
{
    for (size_t i = 0; i < ami->device_count; i++)
        if (ami->devices[i].name != NULL && strcmp(ami->devices[i].name, name) == 0)
            return &ami->devices[i];
    return NULL;
}

static bool check_device(const struct verify *v, size_t disk, struct err *err)
{
    const struct plan_disk *want = &image_of(v)->disks[disk];
    const struct ec2_device *have = device_named(v->ami, want->device);
    char what[80];
    if (have == NULL)
        return err_set(err, ERR_VERIFY, "device %s is missing", want->device);
    snprintf(what, sizeof(what), "size of %s in GiB", want->device);
    if (!same_number(err, what, have->volume_gib, want->volume_gib))
        return false;
    snprintf(what, sizeof(what), "volume type of %s", want->device);
    if (!same(err, what, have->volume_type, image_of(v)->volume_type))
        return false;
    if (have->snapshot_id == NULL || have->snapshot_id[0] == '\0')
        return err_set(err, ERR_VERIFY, "device %s has no snapshot", want->device);
    snprintf(what, sizeof(what), "snapshot of %s", want->device);
    return v->snapshot_ids == NULL || same(err, what, have->snapshot_id, v->snapshot_ids[disk]);
}

/* An instance store volume holds nothing of the image; create-amis.sh of nixpkgs maps four. */
static bool is_store(const struct ec2_device *device)
{
    return device->virtual_name != NULL && device->snapshot_id == NULL;
}

static bool line_devices(const struct verify *v, struct err *err)
{
    long volumes = 0;
    for (size_t i = 0; i < image_of(v)->disk_count; i++)
        if (!check_device(v, i, err))
            return false;
    for (size_t i = 0; i < v->ami->device_count; i++)
        volumes += !is_store(&v->ami->devices[i]);
    return same_number(err, "number of devices", volumes, (long)image_of(v)->disk_count);
}

static bool line_encryption(const struct verify *v, struct err *err)
{
    for (size_t i = 0; i < v->ami->device_count; i++)
        if (!is_store(&v->ami->devices[i]) &&
            !same_switch(err, "encryption", v->ami->devices[i].encrypted, v->plan->kms_key != NULL))
            return false;
    return true;
}

static bool line_source(const struct verify *v, struct err *err)
{
    return v->source_id == NULL || v->ami->source_id == NULL ||
           same(err, "source AMI", v->ami->source_id, v->source_id);
}

static const char *tag_of(const struct tag *tags, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(tags[i].key, key) == 0)
            return tags[i].value;
    return NULL;
}

static bool check_tags(const struct tag *have, size_t have_count, const struct tag *want,
                       size_t want_count, const char *on, struct err *err)
{
    for (size_t i = 0; i < want_count; i++) {
        const char *value = tag_of(have, have_count, want[i].key);
        if (value == NULL)
            return err_set(err, ERR_VERIFY, "tag %s is missing on the %s", want[i].key, on);
        if (strcmp(value, want[i].value) != 0)
            return err_set(err, ERR_VERIFY, "tag %s on the %s is %s, asked was %s", want[i].key, on,
                           value, want[i].value);
    }
    return true;
}

static bool line_tags(const struct verify *v, struct err *err)
{
    struct tag *want = NULL;
    size_t count = 0;
    plan_tags(v->plan, image_of(v), NULL, v->digest, v->attempt, &want, &count);
    bool ok = check_tags(v->ami->tags, v->ami->tag_count, want, count, "AMI", err);
    plan_tags_free(want, count);
    return ok;
}

static const struct ec2_snapshot *snapshot_with(const struct ec2_snapshots *all, const char *id)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->items[i].id, id) == 0)
            return &all->items[i];
    return NULL;
}

/* At home a snapshot bears digest and attempt of its disk, a copy's those of the AMI. */
static bool same_on_snapshot(const struct verify *v, const char *key)
{
    return v->snapshot_ids == NULL ||
           (strcmp(key, "tatami:digest") != 0 && strcmp(key, "tatami:attempt") != 0);
}

static bool check_snapshot_tags(const struct verify *v, const struct ec2_snapshot *s,
                                struct err *err)
{
    struct tag *want = NULL;
    size_t count = 0;
    bool ok = true;
    plan_tags(v->plan, image_of(v), NULL, v->digest, v->attempt, &want, &count);
    for (size_t i = 0; ok && i < count; i++) {
        const char *have = ec2_snapshot_tag(s, want[i].key);
        if (have == NULL)
            ok = err_set(err, ERR_VERIFY, "tag %s is missing on the snapshot %s", want[i].key,
                         s->id);
        else if (same_on_snapshot(v, want[i].key) && strcmp(have, want[i].value) != 0)
            ok = err_set(err, ERR_VERIFY, "tag %s on the snapshot %s is %s, asked was %s",
                         want[i].key, s->id, have, want[i].value);
    }
    plan_tags_free(want, count);
    return ok;
}

/* Also catches a snapshot without tags: it is not among those that the tag finds. */
static bool line_snapshots(const struct verify *v, struct err *err)
{
    for (size_t i = 0; i < v->ami->device_count; i++) {
        const struct ec2_device *device = &v->ami->devices[i];
        if (is_store(device))
            continue;
        const struct ec2_snapshot *s =
            device->snapshot_id == NULL ? NULL : snapshot_with(v->snapshots, device->snapshot_id);
        if (s == NULL)
            return err_set(err, ERR_VERIFY, "snapshot %s of %s bears no tag of this release",
                           device->snapshot_id == NULL ? "?" : device->snapshot_id, device->name);
        if (s->state != EC2_SNAPSHOT_COMPLETED)
            return differs(err, "state of the snapshot", s->state_text, "completed");
        if (!check_snapshot_tags(v, s, err))
            return false;
    }
    return true;
}

static bool line_settled(const struct verify *v, struct err *err)
{
    if (!v->settled)
        return true;
    if (v->plan->protect &&
        !same_switch(err, "deregistration protection", v->ami->protected_from_deregistration, true))
        return false;
    if (v->plan->deprecate_at == NULL)
        return true;
    /* EC2 rounds to the minute. */
    time_t have = clock_parse_iso(v->ami->deprecation_time == NULL ? "" : v->ami->deprecation_time);
    time_t want = clock_parse_iso(v->plan->deprecate_at);
    return (have != -1 && llabs((long long)(have - want)) <= 60) ||
           differs(err, "deprecation time", v->ami->deprecation_time, v->plan->deprecate_at);
}

static const struct {
    const char *name;
    bool (*holds)(const struct verify *v, struct err *err);
} lines[] = {
    {"state", line_state},
    {"owner", line_owner},
    {"name", line_name},
    {"description", line_description},
    {"architecture", line_architecture},
    {"boot mode", line_boot_mode},
    {"virtualization type", line_virtualization},
    {"ENA", line_ena},
    {"SR-IOV", line_sriov},
    {"TPM", line_tpm},
    {"IMDS", line_imds},
    {"root device", line_root_device},
    {"devices, sizes, types", line_devices},
    {"encryption", line_encryption},
    {"source AMI", line_source},
    {"tags of the AMI", line_tags},
    {"snapshots", line_snapshots},
    {"deprecation, protection", line_settled},
};

bool verify_ami(const struct verify *v, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        if (lines[i].holds(v, err))
            continue;
        snprintf(err->operation, sizeof(err->operation), "verify %s", lines[i].name);
        snprintf(err->region, sizeof(err->region), "%s", v->plan->regions[v->region].name);
        return err_advise(err, "r makes this AMI anew; x leaves the region out");
    }
    return true;
}
