/* Steps of a cell: register, copy, settle, publish, withdraw. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/ec2_attribute.h"
#include "aws/ec2_sharing.h"
#include "base/log.h"
#include "base/mem.h"
#include "core/step_run.h"

/* Reading back may lag behind; after so many tries it is not lag any more. */
#define READ_BACK_TRIES 6

static const struct plan_image *image_of(const struct step *s)
{
    return &s->plan->images[s->image];
}

static bool has_tag(const struct ec2_image *image, const char *key, const char *value)
{
    const char *have = ec2_image_tag(image, key);
    return have != NULL && strcmp(have, value) == 0;
}

/* The AMI among those found that this very attempt made, or NULL. */
static const struct ec2_image *made_by_this(const struct step *s, const struct ec2_images *found)
{
    char attempt[16];
    snprintf(attempt, sizeof(attempt), "%d", s->attempt);
    for (size_t i = 0; i < found->count; i++) {
        const struct ec2_image *image = &found->items[i];
        if (has_tag(image, "tatami:id", s->plan->id) && has_tag(image, "tatami:attempt", attempt) &&
            image->name != NULL && strcmp(image->name, image_of(s)->name) == 0)
            return image;
    }
    return NULL;
}

/* An AMI of this name: this attempt's own is taken over into result; one that is deregistered, or
 * an earlier attempt's, is on its way out; a stranger's is an error. */
static bool find_by_name(struct step *s, struct call *c, struct err *err)
{
    const char *const names[] = {image_of(s)->name};
    struct ec2_image_filter filter = {.names = names, .name_count = 1};
    struct ec2_images found;
    if (!ec2_describe_images(c, &filter, &found, err))
        return false;
    const struct ec2_image *mine = made_by_this(s, &found);
    bool ok = mine != NULL || found.count == 0;
    if (mine != NULL) {
        s->result = xstrdup(mine->id);
    } else if (!ok && (found.items[0].state == EC2_IMAGE_GONE ||
                       has_tag(&found.items[0], "tatami:id", s->plan->id))) {
        err_set(err, ERR_NOT_READY, "the AMI %s, which is on its way out, still holds the name",
                found.items[0].id);
    } else if (!ok) {
        err_set(err, ERR_EXISTS, "the AMI name %s is taken by %s", names[0], found.items[0].id);
        err_advise(err, "deregister that AMI, or release under another name");
    }
    ec2_images_free(&found);
    return ok;
}

static void fill_devices(const struct step *s, struct ec2_device *devices)
{
    for (size_t i = 0; i < s->more_count; i++) {
        const struct plan_disk *disk = &image_of(s)->disks[i];
        devices[i] = (struct ec2_device){
            .name = disk->device,
            .snapshot_id = s->more_ids[i],
            .volume_gib = disk->volume_gib,
            .volume_type = image_of(s)->volume_type,
            .delete_on_termination = true,
        };
    }
}

static bool ask_register(struct step *s, struct call *c, struct err *err)
{
    const struct plan_image *image = image_of(s);
    struct ec2_device *devices = xcalloc(s->more_count, sizeof(*devices));
    fill_devices(s, devices);
    struct tag *tags = NULL;
    size_t count = 0;
    plan_tags(s->plan, image, NULL, s->digest, s->attempt, &tags, &count);
    struct ec2_register r = {
        .name = image->name,
        .description = image->description,
        .architecture = image_arch_name(image->arch),
        .boot_mode = image->boot_mode,
        .tpm = image->tpm,
        .imds = image->imds,
        .uefi_data = image->uefi_data,
        .root_device = image->disks[0].device,
        .ena = image->ena,
        .sriov = image->sriov,
        .devices = devices,
        .device_count = s->more_count,
        .tags = tags,
        .tag_count = count,
    };
    bool ok = ec2_register_image(c, &r, &s->result, err);
    plan_tags_free(tags, count);
    free(devices);
    return ok;
}

/* RegisterImage has no token: the name is the key, and EC2 itself refuses a second AMI of it. So
 * the name is looked up only where this may be a repetition. */
bool step_register(struct step *s, struct call *c, struct err *err)
{
    if (s->asked_before && !find_by_name(s, c, err))
        return false;
    if (s->result != NULL || ask_register(s, c, err))
        return true;
    if (err->kind != ERR_EXISTS)
        return false;
    /* Perhaps our own lost request, perhaps a name that goes just now. */
    struct err duplicate = *err;
    if (!find_by_name(s, c, err) || s->result != NULL)
        return s->result != NULL;
    *err = duplicate;
    err->kind = ERR_NOT_READY;
    return false;
}

/* A copy that was asked for and whose answer was lost. */
static bool find_copy(struct step *s, struct call *c, struct err *err)
{
    struct ec2_image_filter filter = {.tag_key = "tatami:id", .tag_value = s->plan->id};
    struct ec2_images found;
    if (!ec2_describe_images(c, &filter, &found, err))
        return false;
    const struct ec2_image *mine = made_by_this(s, &found);
    s->result = mine == NULL ? NULL : xstrdup(mine->id);
    ec2_images_free(&found);
    return true;
}

bool step_copy(struct step *s, struct call *c, struct err *err)
{
    if (s->asked_before && !find_copy(s, c, err))
        return false;
    if (s->result != NULL)
        return true;
    const struct plan_image *image = image_of(s);
    struct tag *tags = NULL;
    size_t count = 0;
    char token[65];
    plan_tags(s->plan, image, NULL, s->digest, s->attempt, &tags, &count);
    plan_token(s->plan, image->name, "", call_region(c), "CopyImage", s->attempt, token);
    struct ec2_copy copy = {
        .name = image->name,
        .description = image->description,
        .source_id = s->id,
        .source_region = s->plan->regions[0].name,
        .token = token,
        .kms_key_id = s->plan->kms_key,
        .image_tags = tags,
        .image_tag_count = count,
        .snapshot_tags = tags,
        .snapshot_tag_count = count,
    };
    bool ok = ec2_copy_image(c, &copy, &s->result, err);
    plan_tags_free(tags, count);
    return ok;
}

/* With its snapshots; one that EC2 leaves is told, so that nothing stays unseen. */
static bool deregister_copy(struct step *s, struct call *c, struct err *err)
{
    struct ec2_snapshot_results results;
    bool ok = ec2_deregister_with_snapshots(c, s->id, &results, err);
    for (size_t i = 0; i < results.count; i++)
        if (strcmp(results.items[i].code, "success") != 0)
            log_warn("snapshot", "%s of %s stays: %s", results.items[i].snapshot_id, s->id,
                     results.items[i].code);
    ec2_snapshot_results_free(&results);
    return ok;
}

/* The snapshots of a copy go with it; the imported ones of the home AMI serve the next attempt. */
static bool deregister(struct step *s, struct call *c, struct err *err)
{
    return s->region != 0 ? deregister_copy(s, c, err) : ec2_deregister_image(c, s->id, err);
}

bool step_deregister(struct step *s, struct call *c, struct err *err)
{
    bool ok = deregister(s, c, err);
    /* It was protected by this release before it turned out wrong. */
    if (!ok && err->kind == ERR_BLOCKED && s->plan->protect)
        ok = ec2_unprotect_image(c, s->id, err) && deregister(s, c, err);
    return ok || err->kind == ERR_NOT_FOUND;
}

static bool uefi_is_same(const struct step *s, const char *have, struct err *err)
{
    if (strcmp(have, image_of(s)->uefi_data) == 0)
        return true;
    bool lag = s->tries < READ_BACK_TRIES;
    err_set(err, lag ? ERR_NOT_READY : ERR_VERIFY, "UEFI data is %s",
            have[0] == '\0' ? "not set, asked was some" : "other than asked");
    snprintf(err->operation, sizeof(err->operation), "verify UEFI data");
    snprintf(err->region, sizeof(err->region), "%s", s->plan->regions[s->region].name);
    return err_advise(err, "r makes this AMI anew; x leaves the region out");
}

bool step_read_uefi(struct step *s, struct call *c, struct err *err)
{
    char *have = NULL;
    bool ok = ec2_image_attribute(c, s->id, "uefiData", &have, err) && uefi_is_same(s, have, err);
    free(have);
    return ok;
}

bool step_deprecate(struct step *s, struct call *c, struct err *err)
{
    return ec2_deprecate_image(c, s->id, s->plan->deprecate_at, err);
}

bool step_protect(struct step *s, struct call *c, struct err *err)
{
    return ec2_protect_image(c, s->id, err);
}

static bool holds(const struct ec2_principals *have, const struct ec2_principal *who)
{
    for (size_t i = 0; i < have->count; i++) {
        const struct ec2_principal *p = &have->items[i];
        if (p->kind == who->kind &&
            (who->kind == EC2_ALL || (p->id != NULL && strcmp(p->id, who->id) == 0)))
            return true;
    }
    return false;
}

/* What reading back says, as an error that passes at first. */
static bool not_as_asked(const struct step *s, struct err *err, const char *what)
{
    bool lag = s->tries < READ_BACK_TRIES;
    err_set(err, lag ? ERR_NOT_READY : ERR_VERIFY,
            "%s was accepted, but reading it back says otherwise", what);
    return err_advise(err,
                      "press r to ask again; if it stays so, look at the AMI in the EC2 console");
}

bool step_share(struct step *s, struct call *c, struct err *err)
{
    const struct plan *plan = s->plan;
    struct ec2_principals have = {0};
    if (!ec2_modify_launch_permission(c, s->id, true, plan->share, plan->share_count, err) ||
        !ec2_launch_permissions(c, s->id, &have, err))
        return false;
    bool ok = true;
    for (size_t i = 0; i < plan->share_count; i++)
        ok = ok && holds(&have, &plan->share[i]);
    ec2_principals_free(&have);
    return ok || not_as_asked(s, err, "the launch permission");
}

static const struct ec2_principal everybody = {EC2_ALL, NULL};

bool step_publish(struct step *s, struct call *c, struct err *err)
{
    return ec2_modify_launch_permission(c, s->id, true, &everybody, 1, err);
}

bool step_withdraw(struct step *s, struct call *c, struct err *err)
{
    return ec2_modify_launch_permission(c, s->id, false, &everybody, 1, err);
}

static bool set_snapshots(struct step *s, struct call *c, bool is_public, struct err *err)
{
    for (size_t i = 0; i < s->more_count; i++) {
        struct ec2_principals have = {0};
        if (!ec2_modify_snapshot_permission(c, s->more_ids[i], is_public, &everybody, 1, err) ||
            !ec2_snapshot_permissions(c, s->more_ids[i], &have, err))
            return false;
        bool ok = holds(&have, &everybody) == is_public;
        ec2_principals_free(&have);
        if (!ok)
            return not_as_asked(s, err, "the snapshot's permission");
    }
    return true;
}

bool step_publish_snapshots(struct step *s, struct call *c, struct err *err)
{
    return set_snapshots(s, c, true, err);
}

bool step_withdraw_snapshots(struct step *s, struct call *c, struct err *err)
{
    return set_snapshots(s, c, false, err);
}
