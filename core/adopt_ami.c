/* Which AMIs of the plan's names are this release's. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/adopt_work.h"
#include "core/verify.h"

static bool taken(const struct adopt *a, size_t region, const struct ec2_image *ami,
                  const char *why, struct err *err)
{
    err_set(err, ERR_EXISTS, "the AMI name %s is taken in %s by %s, which cannot be adopted: %s",
            ami->name, a->plan->regions[region].name, ami->id, why);
    return err_advise(err, region == 0 ? "deregister that AMI, or release under another name"
                                       : "deregister that AMI, or --exclude its region");
}

static bool is_named(const struct ec2_image *ami, const char *name)
{
    return ami->name != NULL && strcmp(ami->name, name) == 0 && ami->state != EC2_IMAGE_GONE;
}

/* Its tags will be ours: everything else must hold by now. */
static bool is_as_planned(const struct adopt *a, size_t image, size_t region,
                          const struct ec2_image *ami, struct err *err)
{
    struct tag *tags = NULL;
    size_t tag_count = 0;
    plan_tags(a->plan, &a->plan->images[image], NULL, "", 1, &tags, &tag_count);
    struct ec2_snapshots snapshots = {.items =
                                          xcalloc(ami->device_count + 1, sizeof(*snapshots.items))};
    for (size_t i = 0; i < ami->device_count; i++)
        if (ami->devices[i].snapshot_id != NULL)
            snapshots.items[snapshots.count++] =
                (struct ec2_snapshot){.id = ami->devices[i].snapshot_id,
                                      .state = EC2_SNAPSHOT_COMPLETED,
                                      .tags = tags,
                                      .tag_count = tag_count};
    struct ec2_image as_ours = *ami;
    as_ours.tags = tags;
    as_ours.tag_count = tag_count;
    as_ours.state = EC2_IMAGE_AVAILABLE;
    struct verify v = {.plan = a->plan,
                       .image = image,
                       .region = region,
                       .attempt = 1,
                       .digest = "",
                       .ami = &as_ours,
                       .snapshots = &snapshots};
    bool ok = verify_ami(&v, err);
    free(snapshots.items);
    plan_tags_free(tags, tag_count);
    return ok;
}

static bool is_alive(const struct ec2_image *ami)
{
    return ami->state == EC2_IMAGE_PENDING || ami->state == EC2_IMAGE_AVAILABLE;
}

/* A public one in a private release would be made private under its users. */
static bool may_be_public(const struct adopt *a, size_t region, const struct ec2_image *ami,
                          struct err *err)
{
    if (!ami->is_public || a->plan->is_public)
        return true;
    err_set(err, ERR_REFUSED, "%s in %s is public already, and this release is not to be", ami->id,
            a->plan->regions[region].name);
    return err_advise(err, "add --public, or make it private with `tatami unpublish %s`",
                      a->plan->release);
}

static void take(struct adopt *a, size_t image, size_t region, const struct ec2_image *ami)
{
    *adopt_ami_at(a, image, region) = xstrdup(ami->id);
    adopt_note(a, EVENT_GOOD, a->plan->regions[region].name, "adopts the AMI %s%s", ami->id,
               ami->state == EC2_IMAGE_PENDING ? ", which is still pending" : "");
}

/* ---- home ---- */

static const char *snapshot_of(const struct ec2_image *ami, const char *device)
{
    for (size_t i = 0; ami != NULL && i < ami->device_count; i++)
        if (ami->devices[i].name != NULL && strcmp(ami->devices[i].name, device) == 0)
            return ami->devices[i].snapshot_id;
    return NULL;
}

static const struct ec2_image *home_ami(struct adopt *a, const char *name)
{
    for (size_t i = 0; i < a->images[0].count; i++)
        if (is_named(&a->images[0].items[i], name))
            return &a->images[0].items[i];
    return NULL;
}

static bool judge_home(struct adopt *a, size_t image, const struct ec2_image *ami, struct err *err)
{
    const struct plan_image *want = &a->plan->images[image];
    struct err why = ERR_INIT;
    if (ami != NULL && !is_alive(ami))
        return taken(a, 0, ami, ami->state_text == NULL ? "its state" : ami->state_text, err);
    if (ami != NULL && !is_as_planned(a, image, 0, ami, &why))
        return taken(a, 0, ami, why.message, err);
    for (size_t d = 0; d < want->disk_count; d++) {
        const char *snapshot = snapshot_of(ami, want->disks[d].device);
        struct adopt_disk *disk = adopt_disk_at(a, image, d);
        if (!adopt_judge_disk(a, disk, snapshot, err))
            return false;
        if (ami != NULL && disk->snapshot_id == NULL)
            return taken(a, 0, ami, "its snapshot is not proved to hold this image", err);
    }
    if (ami == NULL)
        return true;
    if (!may_be_public(a, 0, ami, err))
        return false;
    take(a, image, 0, ami);
    return true;
}

/* ---- copies ---- */

/* It is a copy of the home AMI, and as planned as far as that is known before it is there. */
static bool is_copy(struct adopt *a, size_t image, size_t region, const struct ec2_image *ami,
                    struct err *why)
{
    const char *home = *adopt_ami_at(a, image, 0);
    if (home == NULL)
        return err_set(why, ERR_VERIFY,
                       "there is no AMI in the home region that it could be "
                       "a copy of");
    if (ami->source_id == NULL || strcmp(ami->source_id, home) != 0 ||
        (ami->source_region != NULL && strcmp(ami->source_region, a->plan->regions[0].name) != 0))
        return err_set(why, ERR_VERIFY, "it is no copy of %s", home);
    return ami->state == EC2_IMAGE_PENDING || is_as_planned(a, image, region, ami, why);
}

/* The one that the script has noted first, then one that is there before one that comes. */
static bool is_better(const struct ec2_image *ami, const struct ec2_image *than, const char *said)
{
    if (than == NULL)
        return true;
    if (said != NULL && strcmp(than->id, said) == 0)
        return false;
    if (said != NULL && strcmp(ami->id, said) == 0)
        return true;
    return ami->state == EC2_IMAGE_AVAILABLE && than->state != EC2_IMAGE_AVAILABLE;
}

static void tell_rest(struct adopt *a, size_t image, size_t region, const struct ec2_image *best)
{
    for (size_t i = 0; i < a->images[region].count; i++) {
        const struct ec2_image *ami = &a->images[region].items[i];
        if (ami != best && is_named(ami, a->plan->images[image].name))
            adopt_note(a, EVENT_WARN, a->plan->regions[region].name,
                       "left: %s, which bears the same name, %s", ami->id,
                       is_alive(ami) ? "a second copy: deregister it" : "and is not usable");
    }
}

static bool judge_copy(struct adopt *a, size_t image, size_t region, struct err *err)
{
    const char *name = a->plan->images[image].name, *where = a->plan->regions[region].name;
    const char *said = adopt_state_id(&a->state, where, ADOPT_AMI, image, 0);
    const struct ec2_image *best = NULL;
    bool is_there = false;
    for (size_t i = 0; i < a->images[region].count; i++) {
        const struct ec2_image *ami = &a->images[region].items[i];
        struct err why = ERR_INIT;
        is_there = is_there || (said != NULL && strcmp(ami->id, said) == 0);
        if (!is_named(ami, name) || !is_alive(ami))
            continue;
        if (!is_copy(a, image, region, ami, &why))
            return taken(a, region, ami, why.message, err);
        if (is_better(ami, best, said))
            best = ami;
    }
    if (said != NULL && !is_there)
        adopt_note(a, EVENT_WARN, where, "the AMI %s is not there, or not called %s", said, name);
    tell_rest(a, image, region, best);
    if (best == NULL)
        return true;
    if (!may_be_public(a, region, best, err))
        return false;
    take(a, image, region, best);
    return true;
}

bool adopt_judge_image(struct adopt *a, size_t image, struct err *err)
{
    bool ok = judge_home(a, image, home_ami(a, a->plan->images[image].name), err);
    for (size_t i = 1; ok && i < a->plan->region_count; i++)
        ok = judge_copy(a, image, i, err);
    return ok;
}
