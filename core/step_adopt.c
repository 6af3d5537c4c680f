/* Taking over an AMI that another program made: our tags, on it and on the snapshots that came with
 * a copy. */
#include <stdlib.h>

#include "base/mem.h"
#include "core/step_run.h"

static bool look(struct step *s, struct call *c, struct ec2_images *found, struct err *err)
{
    struct ec2_image_filter filter = {.id = s->id};
    return ec2_describe_images(c, &filter, found, err) &&
           (found->count == 1 ||
            err_set(err, ERR_NOT_FOUND, "the AMI %s is no longer there", s->id));
}

/* While a copy is pending EC2 may not say its snapshots yet. At home they are tagged as disks. */
static bool list_ids(const struct step *s, const struct ec2_image *ami, const char **ids,
                     size_t *count, struct err *err)
{
    size_t disks = s->plan->images[s->image].disk_count;
    ids[(*count)++] = s->id;
    for (size_t i = 0; s->region != 0 && i < ami->device_count; i++)
        if (ami->devices[i].snapshot_id != NULL)
            ids[(*count)++] = ami->devices[i].snapshot_id;
    return s->region == 0 || *count > disks ||
           err_set(err, ERR_NOT_READY, "the snapshots of %s are not known yet", s->id);
}

bool step_adopt(struct step *s, struct call *c, struct err *err)
{
    struct ec2_images found = {0};
    if (!look(s, c, &found, err)) {
        ec2_images_free(&found);
        return false;
    }
    const char **ids = xcalloc(found.items[0].device_count + 1, sizeof(*ids));
    struct tag *tags = NULL;
    size_t count = 0, tag_count = 0;
    plan_tags(s->plan, &s->plan->images[s->image], NULL, s->digest, s->attempt, &tags, &tag_count);
    bool ok = list_ids(s, &found.items[0], ids, &count, err) &&
              ec2_create_tags(c, ids, count, tags, tag_count, err);
    if (ok)
        s->result = xstrdup(s->id);
    plan_tags_free(tags, tag_count);
    free(ids);
    ec2_images_free(&found);
    return ok;
}
