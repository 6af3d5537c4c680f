/* Is the item still what the plan says? Read from AWS just before it is changed. */
#include <stdlib.h>
#include <string.h>

#include "aws/ec2_images.h"
#include "aws/ec2_references.h"
#include "aws/ec2_snapshots.h"
#include "aws/s3.h"
#include "base/mem.h"
#include "core/cleanup_build.h"
#include "core/cleanup_work.h"

static const struct cleanup_item *item_of(const struct cleanup_work *w)
{
    return &w->plan->items[w->index];
}

static time_t time_of(const char *iso)
{
    time_t t = iso == NULL ? -1 : clock_parse_iso(iso);
    return t < 0 ? 0 : t;
}

static bool same_text(const char *have, const char *planned)
{
    return strcmp(have == NULL ? "" : have, planned) == 0;
}

static bool drifted(struct err *err, const char *id, const char *how)
{
    err_set(err, ERR_VERIFY, "%s is not as planned: %s", id, how);
    return err_advise(err, "look at it again and make a new plan");
}

/* Something that the plan means is not there: an earlier run's work, or a stranger's. */
static bool missing(const struct cleanup_work *w, struct err *err)
{
    return w->begun || drifted(err, item_of(w)->id, "it is gone");
}

/* tatami:keep, or the tags of a service that looks after it. */
static bool stays_by_tag(const struct tag *tags, size_t count)
{
    struct inventory_tag *seen = xcalloc(count + 1, sizeof(*seen));
    for (size_t i = 0; i < count; i++)
        seen[i] = (struct inventory_tag){tags[i].key, tags[i].value};
    bool stays =
        cleanup_managed(seen, count) || inventory_tag_value(seen, count, CLEANUP_KEEP_TAG) != NULL;
    free(seen);
    return stays;
}

static bool same_snapshots(const struct ec2_image *image, const struct cleanup_item *item)
{
    size_t have = 0;
    for (size_t d = 0; d < image->device_count; d++) {
        const char *id = image->devices[d].snapshot_id;
        bool known = id == NULL;
        for (size_t i = 0; i < item->snapshot_count && !known; i++)
            known = strcmp(item->snapshots[i].id, id) == 0;
        if (!known)
            return false;
        have += id != NULL;
    }
    return have >= item->snapshot_count;
}

/* What must be as it was, in the order in which it is told. What the plan's own step changes may
 * have changed when an earlier run began it. */
static const char *difference(const struct cleanup_work *w, const struct ec2_image *image)
{
    const struct cleanup_item *item = item_of(w);
    const char *step = ec2_image_tag(image, CLEANUP_LADDER_TAG);
    bool by_step = w->begun &&
                   (w->plan->step == CLEANUP_STEP_PRIVATE || w->plan->step == CLEANUP_STEP_DISABLE);
    const struct {
        bool differs, by_step;
        const char *how;
    } rows[] = {
        {!same_text(image->owner, item->owner), false, "another account owns it"},
        {!same_text(image->name, item->name), false, "its name is another"},
        {time_of(image->creation_date) != item->made_at, false, "its creation date is another"},
        {stays_by_tag(image->tags, image->tag_count), false, "its tags say that it stays"},
        {ec2_image_is_guarded(image), false, "it is protected from deregistration now"},
        {!same_text(image->state_text, item->state), true, "its state has changed"},
        {image->is_public != item->is_public, true, "its launch permission has changed"},
        {!same_text(step, item->step_tag), true, "another cleanup step was taken"},
        {time_of(image->last_launched) > item->launched_at, false, "it was launched since"},
        {!same_snapshots(image, item), false, "its snapshots are others"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].differs && !(rows[i].by_step && by_step))
            return rows[i].how;
    return NULL;
}

static bool is_unused(struct cleanup_work *w, const char *id, struct err *err)
{
    struct ec2_references used;
    if (!ec2_references(w->removal.call, &id, 1, &used, err))
        return false;
    bool ok = used.count == 0;
    if (!ok) {
        err_set(err, ERR_VERIFY, "%s is not as planned: %s uses it now", id, used.items[0].arn);
        err_advise(err, "look at it again and make a new plan");
    }
    ec2_references_free(&used);
    return ok;
}

/* A snapshot that goes is nobody else's; an AMI of the plan may be first. */
static bool has_no_user(struct cleanup_work *w, const char *snapshot, bool later_is_fine,
                        struct err *err)
{
    char *user;
    size_t later;
    if (!removal_users(&w->removal, snapshot, &user, &later, err))
        return false;
    bool ok = user == NULL && (later_is_fine || later == 0);
    if (!ok) {
        err_set(err, ERR_VERIFY, "%s is not as planned: %s uses it now", snapshot,
                user == NULL ? "an AMI of this plan" : user);
        err_advise(err, "look at it again and make a new plan");
    }
    free(user);
    return ok;
}

/* One that is gone already is no reason to stop. */
static bool snapshot_may_go(struct cleanup_work *w, const char *id, struct err *err)
{
    struct ec2_snapshot_filter filter = {.id = id};
    struct ec2_snapshots found;
    if (!ec2_describe_snapshots(w->removal.call, &filter, &found, err))
        return err->kind == ERR_NOT_FOUND;
    bool stays = found.count > 0 && stays_by_tag(found.items[0].tags, found.items[0].tag_count);
    ec2_snapshots_free(&found);
    return stays ? drifted(err, id, "its tags say that it stays") : has_no_user(w, id, true, err);
}

static bool snapshots_may_go(struct cleanup_work *w, struct err *err)
{
    const struct cleanup_item *item = item_of(w);
    bool deletes = w->plan->step == CLEANUP_STEP_NONE || w->plan->step == CLEANUP_STEP_DEREGISTER;
    bool ok = true;
    for (size_t i = 0; deletes && ok && i < item->snapshot_count; i++)
        ok = item->snapshots[i].kept_for[0] != '\0' ||
             snapshot_may_go(w, item->snapshots[i].id, err);
    return ok;
}

bool cleanup_check_image(struct cleanup_work *w, struct err *err)
{
    const struct cleanup_item *item = item_of(w);
    struct ec2_image_filter filter = {.id = item->id};
    struct ec2_images found;
    if (!ec2_describe_images(w->removal.call, &filter, &found, err))
        return err->kind == ERR_NOT_FOUND && missing(w, err);
    bool there = found.count > 0 && found.items[0].state != EC2_IMAGE_GONE;
    const char *how = there ? difference(w, &found.items[0]) : NULL;
    ec2_images_free(&found);
    if (how != NULL)
        return drifted(err, item->id, how);
    if (!there && !missing(w, err))
        return false;
    return (!there || is_unused(w, item->id, err)) && snapshots_may_go(w, err);
}

bool cleanup_check_snapshot(struct cleanup_work *w, struct err *err)
{
    const struct cleanup_item *item = item_of(w);
    struct ec2_snapshot_filter filter = {.id = item->id};
    struct ec2_snapshots found;
    if (!ec2_describe_snapshots(w->removal.call, &filter, &found, err))
        return err->kind == ERR_NOT_FOUND && missing(w, err);
    bool there = found.count > 0;
    bool same = there && same_text(found.items[0].owner, item->owner) &&
                time_of(found.items[0].start_time) == item->made_at &&
                same_text(found.items[0].state_text, item->state);
    bool stays = there && stays_by_tag(found.items[0].tags, found.items[0].tag_count);
    ec2_snapshots_free(&found);
    if (!there)
        return missing(w, err);
    if (!same)
        return drifted(err, item->id, "owner, date or state is another");
    if (stays)
        return drifted(err, item->id, "its tags say that it stays");
    return has_no_user(w, item->id, false, err);
}

bool cleanup_check_object(struct cleanup_work *w, struct err *err)
{
    const struct cleanup_item *item = item_of(w);
    struct s3_objects found;
    if (!s3_list_objects(w->removal.call, item->bucket, item->key, &found, err))
        return false;
    const struct s3_listed *same = NULL;
    for (size_t i = 0; i < found.count && same == NULL; i++)
        same = strcmp(found.items[i].key, item->key) == 0 ? &found.items[i] : NULL;
    bool there = same != NULL;
    bool as_planned = there && same->size_bytes == item->bytes && same->modified == item->made_at;
    s3_objects_free(&found);
    if (!there)
        return missing(w, err);
    return as_planned || drifted(err, item->id, "it was written again");
}

bool cleanup_check_upload(struct cleanup_work *w, struct err *err)
{
    const struct cleanup_item *item = item_of(w);
    struct s3_object object = {.bucket = item->bucket, .key = item->key};
    struct s3_part *parts;
    size_t count;
    if (!s3_list_parts(w->removal.call, object, item->upload_id, &parts, &count, err))
        return err->kind == ERR_NOT_FOUND && missing(w, err);
    uint64_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += parts[i].size_bytes;
    free(parts);
    return w->begun || bytes == item->bytes || drifted(err, item->id, "parts still arrive");
}
