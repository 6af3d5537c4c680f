/* Is what an inventory says now still what the plan says? */
#include <string.h>

#include "base/mem.h"
#include "core/cleanup_build.h"

/* One item beside its row of today. */
struct comparison {
    const struct cleanup_plan *plan;
    const struct cleanup_item *item;
    const struct cleanup_context *context;
    struct cleanup_row row;
};

static bool drifted(struct err *err, const struct cleanup_item *item, const char *how)
{
    err_set(err, ERR_VERIFY, "%s is not as planned: %s", item->id, how);
    return err_advise(err, "look at it again and make a new plan");
}

static bool same_snapshots(const struct inventory_image *image, const struct cleanup_item *item)
{
    if (image->snapshot_count != item->snapshot_count)
        return false;
    for (size_t i = 0; i < image->snapshot_count; i++)
        if (strcmp(image->snapshots[i], item->snapshots[i].id) != 0)
            return false;
    return true;
}

/* AMIs of the plan in the item's region that name the snapshot. */
static unsigned planned_users(const struct cleanup_plan *plan, const struct cleanup_item *item,
                              const char *snapshot)
{
    unsigned users = 0;
    for (size_t i = 0; i < plan->item_count; i++) {
        const struct cleanup_item *other = &plan->items[i];
        bool names = false;
        for (size_t k = 0; k < other->snapshot_count && !names; k++)
            names = strcmp(other->snapshots[k].id, snapshot) == 0;
        users += names && strcmp(other->region, item->region) == 0;
    }
    return users;
}

/* An AMI that came after the plan uses a snapshot that should go. */
static bool has_new_user(const struct comparison *c)
{
    for (size_t i = 0; i < c->item->snapshot_count; i++) {
        const struct cleanup_snapshot *planned = &c->item->snapshots[i];
        const struct inventory_snapshot *s = inventory_find_snapshot(c->row.region, planned->id);
        if (planned->kept_for[0] == '\0' && s != NULL && s->users > 1 &&
            s->users > planned_users(c->plan, c->item, planned->id))
            return true;
    }
    return false;
}

/* A snapshot that should go was told to stay since. */
static bool must_keep_one(const struct comparison *c)
{
    for (size_t i = 0; i < c->item->snapshot_count; i++) {
        const struct cleanup_snapshot *planned = &c->item->snapshots[i];
        const struct inventory_snapshot *s = inventory_find_snapshot(c->row.region, planned->id);
        if (planned->kept_for[0] == '\0' && s != NULL &&
            (cleanup_managed(s->tags, s->tag_count) ||
             inventory_tag_value(s->tags, s->tag_count, CLEANUP_KEEP_TAG) != NULL))
            return true;
    }
    return false;
}

static const char *image_difference(const struct comparison *c)
{
    const struct inventory_image *image = c->row.image;
    const struct cleanup_item *item = c->item;
    const char *step = inventory_tag_value(image->tags, image->tag_count, CLEANUP_LADDER_TAG);
    const struct {
        bool differs;
        const char *how;
    } rows[] = {
        {strcmp(image->owner, item->owner) != 0, "another account owns it"},
        {strcmp(image->name, item->name) != 0, "its name is another"},
        {image->created_at != item->made_at, "its creation date is another"},
        {strcmp(image->state_text, item->state) != 0, "its state has changed"},
        {image->is_public != item->is_public, "its launch permission has changed"},
        {strcmp(step == NULL ? "" : step, item->step_tag) != 0, "another cleanup step was taken"},
        {image->last_launched_at > item->launched_at, "it was launched since"},
        {!same_snapshots(image, item), "its snapshots are others"},
        {has_new_user(c), "another AMI uses one of its snapshots now"},
        {must_keep_one(c), "the tags of one of its snapshots say that it stays"},
        {c->row.newest && !item->by_hand, "it is the newest of its family now"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].differs)
            return rows[i].how;
    return NULL;
}

static const char *other_difference(const struct comparison *c)
{
    const struct cleanup_item *item = c->item;
    if (c->row.made_at != item->made_at)
        return "its date is another";
    if (c->row.snapshot != NULL)
        return strcmp(c->row.snapshot->state_text, item->state) != 0 ? "its state has changed"
                                                                     : NULL;
    return c->row.bytes != item->bytes ? "its size is another" : NULL;
}

/* Finds the object or upload whose turn it is by its own names. */
static bool find_stored(struct comparison *c, const struct inventory_region *region)
{
    const struct cleanup_item *item = c->item;
    for (size_t i = 0; item->kind == CLEANUP_OBJECT && i < region->object_count; i++) {
        const struct inventory_object *o = &region->objects[i];
        if (strcmp(o->bucket, item->bucket) == 0 && strcmp(o->key, item->key) == 0) {
            cleanup_object_row(c->context, region, o, item->id, &c->row);
            return true;
        }
    }
    for (size_t i = 0; item->kind == CLEANUP_UPLOAD && i < region->upload_count; i++) {
        const struct inventory_upload *u = &region->uploads[i];
        if (strcmp(u->bucket, item->bucket) == 0 && strcmp(u->key, item->key) == 0 &&
            strcmp(u->upload_id, item->upload_id) == 0) {
            cleanup_upload_row(c->context, region, u, item->id, &c->row);
            return true;
        }
    }
    return false;
}

static bool find_row(struct comparison *c, const struct inventory_region *region)
{
    if (c->item->kind == CLEANUP_IMAGE) {
        const struct inventory_image *image = inventory_find_image(region, c->item->id);
        if (image != NULL)
            cleanup_image_row(c->context, region, image, &c->row);
        return image != NULL;
    }
    if (c->item->kind == CLEANUP_SNAPSHOT) {
        const struct inventory_snapshot *s = inventory_find_snapshot(region, c->item->id);
        if (s != NULL)
            cleanup_snapshot_row(c->context, region, s, &c->row);
        return s != NULL;
    }
    return find_stored(c, region);
}

static bool compare(struct comparison *c, const struct inventory *inventory, struct err *err)
{
    const struct cleanup_item *item = c->item;
    const struct inventory_region *region = inventory_find_region(inventory, item->region);
    if (region == NULL || !find_row(c, region))
        return drifted(err, item, "it is gone");
    const char *how = c->row.image != NULL ? image_difference(c) : other_difference(c);
    if (how != NULL)
        return drifted(err, item, how);
    if (c->row.why == CLEANUP_MAY)
        return true;
    struct buf words = BUF_INIT;
    cleanup_explain(c->context, &c->row, c->row.why, &words);
    drifted(err, item, buf_str(&words));
    buf_free(&words);
    return false;
}

bool cleanup_item_unchanged(const struct cleanup_plan *plan, const struct cleanup_item *item,
                            const struct inventory *inventory, const struct families *families,
                            const struct usage *usage, const struct recycle *recycle, time_t now,
                            struct err *err)
{
    struct cleanup_context context = {
        .inventory = inventory,
        .usage = usage,
        .families = families,
        .recycle = recycle,
        .step = plan->step,
        .step_days = plan->step_days,
        .now = now,
        .any_use = usage == NULL,
    };
    struct comparison c = {.plan = plan, .item = item, .context = &context};
    cleanup_context_open(&context);
    bool same = compare(&c, inventory, err);
    cleanup_context_close(&context);
    return same;
}
