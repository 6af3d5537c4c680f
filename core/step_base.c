/* What --base names: the snapshots that EBS direct starts from. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/step_run.h"

/* One snapshot as a parent of a disk. */
static bool fits(const struct plan_disk *disk, const struct ec2_snapshot *parent, struct err *err)
{
    if (parent->state != EC2_SNAPSHOT_COMPLETED) {
        err_set(err, ERR_USAGE, "the base %s is not completed: %s", parent->id,
                parent->state_text == NULL ? "?" : parent->state_text);
        return err_advise(err, "name another --base, or none");
    }
    if (parent->encrypted) {
        err_set(err, ERR_USAGE, "the base %s is encrypted, and so would be what starts from it",
                parent->id);
        return err_advise(err, "name another --base, or none");
    }
    if (parent->volume_gib > disk->volume_gib) {
        err_set(err, ERR_USAGE, "the base %s has %d GiB, %s only %d", parent->id,
                parent->volume_gib, disk->path, disk->volume_gib);
        return err_advise(err, "name --volume-size %d, another --base, or none",
                          parent->volume_gib);
    }
    return true;
}

static bool take(struct call *c, const struct plan_disk *disk, const char *id, char **out,
                 struct err *err)
{
    struct ec2_snapshot_filter filter = {.id = id};
    struct ec2_snapshots found;
    bool ok = ec2_describe_snapshots(c, &filter, &found, err);
    bool absent = ok ? found.count != 1 : err->kind == ERR_NOT_FOUND;
    if (absent)
        ok = err_set(err, ERR_USAGE, "there is no snapshot %s in %s", id, call_region(c));
    ok = ok && fits(disk, &found.items[0], err);
    if (ok)
        *out = xstrdup(id);
    ec2_snapshots_free(&found);
    return ok;
}

static bool base_is_snapshot(struct call *c, const struct plan_image *image, char **out,
                             struct err *err)
{
    if (image->disk_count == 1)
        return take(c, &image->disks[0], image->base, out, err);
    err_set(err, ERR_USAGE, "%s has %zu disks, and %s is one snapshot", image->name,
            image->disk_count, image->base);
    return err_advise(err, "name the release whose snapshots it shall start from");
}

/* The AMI of that release for the same architecture with as many disks; NULL for none or several.
 */
static const struct ec2_image *ami_like(const struct plan_image *image,
                                        const struct ec2_images *list)
{
    const struct ec2_image *found = NULL;
    for (size_t i = 0; i < list->count; i++) {
        const struct ec2_image *ami = &list->items[i];
        if (ami->state != EC2_IMAGE_AVAILABLE || ami->architecture == NULL ||
            strcmp(ami->architecture, image_arch_name(image->arch)) != 0 ||
            ami->device_count != image->disk_count)
            continue;
        if (found != NULL)
            return NULL;
        found = ami;
    }
    return found;
}

static const char *snapshot_at(const struct ec2_image *ami, const char *device)
{
    for (size_t i = 0; i < ami->device_count; i++)
        if (ami->devices[i].name != NULL && strcmp(ami->devices[i].name, device) == 0)
            return ami->devices[i].snapshot_id;
    return NULL;
}

static bool no_base(const struct plan_image *image, const struct call *c, struct err *err)
{
    err_set(err, ERR_USAGE, "the release %s has no one AMI like %s in %s", image->base, image->name,
            call_region(c));
    return err_advise(err, "name a snapshot behind the path, \",base=snap-...\", or no --base");
}

static bool base_is_release(struct call *c, const struct plan_image *image, char **out,
                            struct err *err)
{
    struct ec2_image_filter filter = {.tag_key = "tatami:release", .tag_value = image->base};
    struct ec2_images found = {0};
    bool ok = ec2_describe_images(c, &filter, &found, err);
    const struct ec2_image *ami = ok ? ami_like(image, &found) : NULL;
    if (ok && ami == NULL)
        ok = no_base(image, c, err);
    for (size_t i = 0; ok && i < image->disk_count; i++) {
        const char *id = snapshot_at(ami, image->disks[i].device);
        ok = id == NULL ? no_base(image, c, err) : take(c, &image->disks[i], id, &out[i], err);
    }
    ec2_images_free(&found);
    return ok;
}

bool step_find_bases(struct step *s, struct call *c, struct err *err)
{
    size_t disks = 0;
    bool ok = true;
    for (size_t i = 0; i < s->plan->image_count; i++)
        disks += s->plan->images[i].disk_count;
    s->facts.parents = xcalloc(disks + 1, sizeof(*s->facts.parents));
    s->facts.parent_count = disks;
    char **out = s->facts.parents;
    for (size_t i = 0; ok && i < s->plan->image_count; i++) {
        const struct plan_image *image = &s->plan->images[i];
        if (image->base != NULL)
            ok = strncmp(image->base, "snap-", 5) == 0 ? base_is_snapshot(c, image, out, err)
                                                       : base_is_release(c, image, out, err);
        out += image->disk_count;
    }
    return ok;
}
