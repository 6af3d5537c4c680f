/* What speaks against touching a row. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/cleanup_build.h"
#include "core/plan_build.h"

/* Younger rows may belong to a release under way, on any machine. */
#define YOUNG_S ((time_t)24 * 3600)

static const char *const managed_tags[] = {
    "aws:backup:source-resource",
    "aws:dlm:lifecycle-policy-id",
};

bool cleanup_managed(const struct inventory_tag *tags, size_t count)
{
    for (size_t i = 0; i < ARRAY_LEN(managed_tags); i++)
        if (inventory_tag_value(tags, count, managed_tags[i]) != NULL)
            return true;
    return false;
}

/* ---- copies under way ---- */

static int compare_copies(const void *x, const void *y)
{
    const struct cleanup_copy *a = x, *b = y;
    int order = strcmp(a->source_id, b->source_id);
    return order != 0 ? order : strcmp(a->source_region, b->source_region);
}

static void collect_copies(struct cleanup_context *c, const struct inventory_region *region)
{
    for (size_t i = 0; i < region->image_count; i++) {
        const struct inventory_image *image = &region->images[i];
        if (image->state != INVENTORY_AMI_PENDING || image->source_id[0] == '\0')
            continue;
        c->copies = xrealloc(c->copies, c->copy_count + 1, sizeof(*c->copies));
        c->copies[c->copy_count++] =
            (struct cleanup_copy){image->source_id, image->source_region, region->name};
    }
}

void cleanup_context_open(struct cleanup_context *c)
{
    for (size_t i = 0; i < c->inventory->region_count; i++)
        collect_copies(c, c->inventory->regions[i]);
    if (c->copy_count > 0)
        qsort(c->copies, c->copy_count, sizeof(*c->copies), compare_copies);
}

void cleanup_context_close(struct cleanup_context *c)
{
    free(c->copies);
    c->copies = NULL;
    c->copy_count = 0;
}

const char *cleanup_copied_to(const struct cleanup_context *c,
                              const struct inventory_region *region, const char *image)
{
    const struct cleanup_copy key = {image, region->name, NULL}, *found = NULL;
    if (c->copy_count > 0)
        found = bsearch(&key, c->copies, c->copy_count, sizeof(key), compare_copies);
    return found == NULL ? NULL : found->to;
}

/* ---- AMIs ---- */

static bool is_kept(const struct inventory_tag *tags, size_t count)
{
    return inventory_tag_value(tags, count, CLEANUP_KEEP_TAG) != NULL;
}

static bool is_read(const struct inventory_region *region)
{
    return inventory_known(region, INVENTORY_IMAGES) &&
           inventory_known(region, INVENTORY_SNAPSHOTS);
}

static bool is_others(const struct cleanup_context *c, const struct inventory_image *image)
{
    const char *account = c->inventory->account;
    return (image->owner[0] != '\0' && account[0] != '\0' && strcmp(image->owner, account) != 0) ||
           cleanup_managed(image->tags, image->tag_count);
}

static bool used_elsewhere(const struct usage_entry *usage)
{
    return usage != NULL && usage->report == USAGE_REPORT_READY && usage->account_count > 0;
}

/* A report that was ordered and did not come leaves the question open. */
static bool is_unused(const struct usage_entry *usage)
{
    return usage_settled(usage) == USAGE_FREE &&
           (usage->report == USAGE_REPORT_NONE || usage->report == USAGE_REPORT_READY);
}

static enum cleanup_why judge_ladder(const struct cleanup_context *c,
                                     const struct inventory_image *image)
{
    static const enum cleanup_why whys[] = {
        [CLEANUP_RUNG_GO] = CLEANUP_MAY,
        [CLEANUP_RUNG_DONE] = CLEANUP_STEP_DONE,
        [CLEANUP_RUNG_EARLY] = CLEANUP_STEP_EARLY,
    };
    return whys[cleanup_ladder(c->step, image, c->step_days, c->now, NULL)];
}

static enum cleanup_why judge_image(const struct cleanup_context *c, const struct cleanup_row *row)
{
    const struct inventory_image *image = row->image;
    if (is_others(c, image))
        return CLEANUP_OTHERS;
    if (image->state == INVENTORY_AMI_PENDING || image->state == INVENTORY_AMI_OTHER)
        return CLEANUP_PENDING;
    if (is_kept(image->tags, image->tag_count))
        return CLEANUP_KEEP;
    if (image->protection != INVENTORY_UNPROTECTED)
        return CLEANUP_PROTECTED;
    if (!is_read(row->region))
        return CLEANUP_UNREAD;
    if (!c->any_use && (usage_settled(row->usage) == USAGE_USED || used_elsewhere(row->usage)))
        return CLEANUP_IN_USE;
    if (cleanup_copied_to(c, row->region, image->id) != NULL)
        return CLEANUP_UNDER_WAY;
    enum cleanup_why rung = judge_ladder(c, image);
    if (rung != CLEANUP_MAY)
        return rung;
    return !c->any_use && !is_unused(row->usage) ? CLEANUP_UNCHECKED : CLEANUP_MAY;
}

/* ---- snapshots, and what lies in S3 ---- */

static bool is_young(const struct cleanup_context *c, const struct cleanup_row *row)
{
    return row->made_at == 0 || row->made_at > c->now - YOUNG_S;
}

/* An import of the same release still runs. */
static bool is_imported(const struct inventory_region *region, const char *release_id)
{
    if (release_id[0] == '\0')
        return false;
    for (size_t i = 0; i < region->import_count; i++)
        if (region->imports[i].state == INVENTORY_IMPORT_ACTIVE &&
            strcmp(region->imports[i].release_id, release_id) == 0)
            return true;
    return false;
}

/* True while the release's plan lies in a bucket: somebody carries it out, or may go on with it. */
static bool is_open(const struct cleanup_context *c, const char *release)
{
    bool open = false;
    for (size_t r = 0; r < c->inventory->region_count && release[0] != '\0' && !open; r++) {
        const struct inventory_region *region = c->inventory->regions[r];
        for (size_t i = 0; i < region->object_count && !open; i++) {
            char *name =
                region->objects[i].is_plan ? plan_staging_release(region->objects[i].key) : NULL;
            open = name != NULL && strcmp(name, release) == 0;
            free(name);
        }
    }
    return open;
}

/* Gentler steps are for AMIs. */
static bool is_gentle(const struct cleanup_context *c)
{
    return c->step == CLEANUP_STEP_PRIVATE || c->step == CLEANUP_STEP_DISABLE;
}

const char *cleanup_made_for(const struct inventory_snapshot *s)
{
    return s->made_for[0] != '\0' ? s->made_for : s->image;
}

static enum cleanup_why judge_snapshot(const struct cleanup_context *c,
                                       const struct cleanup_row *row)
{
    const struct inventory_snapshot *s = row->snapshot;
    if (cleanup_managed(s->tags, s->tag_count))
        return CLEANUP_OTHERS;
    if (s->state == INVENTORY_SNAPSHOT_PENDING || s->state == INVENTORY_SNAPSHOT_OTHER)
        return CLEANUP_PENDING;
    if (is_kept(s->tags, s->tag_count))
        return CLEANUP_KEEP;
    if (!is_read(row->region))
        return CLEANUP_UNREAD;
    if (s->users > 0 ||
        (s->made_for[0] != '\0' && inventory_find_image(row->region, s->made_for) != NULL))
        return CLEANUP_HAS_IMAGE;
    if (!rules_is_orphan(row->region, s))
        return CLEANUP_NOT_AN_IMAGES;
    if (is_young(c, row) || is_imported(row->region, s->release_id) || is_open(c, s->release))
        return CLEANUP_UNDER_WAY;
    int binned =
        c->recycle == NULL ? 0 : recycle_holds(c->recycle, row->region->name, cleanup_made_for(s));
    if (binned != 0)
        return binned > 0 ? CLEANUP_HAS_IMAGE : CLEANUP_UNREAD;
    return is_gentle(c) ? CLEANUP_STEP_EARLY : CLEANUP_MAY;
}

/* A bucket's uploads are anybody's; only those below tatami's folder are a release's. */
static bool is_staging(const char *key)
{
    return strncmp(key, PLAN_STAGING_PREFIX, strlen(PLAN_STAGING_PREFIX)) == 0;
}

static bool is_stored_open(const struct cleanup_context *c, const char *key)
{
    char *release = plan_staging_release(key);
    bool open = release != NULL && is_open(c, release);
    free(release);
    return open;
}

static enum cleanup_why judge_store(const struct cleanup_context *c, const struct cleanup_row *row)
{
    const char *key = row->upload != NULL ? row->upload->key : row->object->key;
    if (row->upload != NULL && !is_staging(key))
        return CLEANUP_OTHERS;
    if (is_young(c, row) || is_stored_open(c, key) ||
        (row->upload != NULL && row->upload->last_part_at > c->now - YOUNG_S) ||
        (row->object != NULL &&
         (row->object->is_plan || is_imported(row->region, row->object->release_id))))
        return CLEANUP_UNDER_WAY;
    return is_gentle(c) ? CLEANUP_STEP_EARLY : CLEANUP_MAY;
}

uint64_t cleanup_snapshot_bytes(const struct inventory_snapshot *s)
{
    return s->full_bytes > 0 ? s->full_bytes : (uint64_t)s->volume_gib << 30;
}

void cleanup_image_row(const struct cleanup_context *c, const struct inventory_region *region,
                       const struct inventory_image *image, struct cleanup_row *out)
{
    *out = (struct cleanup_row){
        .kind = CLEANUP_IMAGE,
        .id = image->id,
        .name = image->name,
        .region = region,
        .image = image,
        .rank = c->families == NULL ? NULL : families_rank(c->families, region, image),
        .usage = usage_find(c->usage, region->name, image->id),
        .made_at = image->created_at,
        .launched_at = image->last_launched_at,
        .bytes =
            image->snapshot_bytes > 0 ? image->snapshot_bytes : (uint64_t)image->volume_gib << 30,
    };
    out->cost_micros = cleanup_cost(out->bytes, c->price_micros);
    out->newest = out->rank != NULL && family_best_rank(out->rank) == 0;
    out->why = judge_image(c, out);
}

void cleanup_snapshot_row(const struct cleanup_context *c, const struct inventory_region *region,
                          const struct inventory_snapshot *snapshot, struct cleanup_row *out)
{
    *out = (struct cleanup_row){
        .kind = CLEANUP_SNAPSHOT,
        .id = snapshot->id,
        .name = snapshot->description,
        .region = region,
        .snapshot = snapshot,
        .made_at = snapshot->started_at,
        .bytes = cleanup_snapshot_bytes(snapshot),
    };
    out->cost_micros = cleanup_cost(out->bytes, c->price_micros);
    out->why = judge_snapshot(c, out);
}

/* What lies in S3 costs a price that nobody gave. */
void cleanup_object_row(const struct cleanup_context *c, const struct inventory_region *region,
                        const struct inventory_object *object, const char *id,
                        struct cleanup_row *out)
{
    *out = (struct cleanup_row){
        .kind = CLEANUP_OBJECT,
        .id = id,
        .name = object->key,
        .region = region,
        .object = object,
        .made_at = object->modified_at,
        .bytes = object->bytes,
    };
    out->why = judge_store(c, out);
}

void cleanup_upload_row(const struct cleanup_context *c, const struct inventory_region *region,
                        const struct inventory_upload *upload, const char *id,
                        struct cleanup_row *out)
{
    *out = (struct cleanup_row){
        .kind = CLEANUP_UPLOAD,
        .id = id,
        .name = upload->key,
        .region = region,
        .upload = upload,
        .made_at = upload->initiated_at,
        .bytes = upload->bytes,
    };
    out->why = judge_store(c, out);
}

struct rules_row cleanup_rules_row(const struct cleanup_row *row)
{
    return (struct rules_row){.region = row->region,
                              .image = row->image,
                              .snapshot = row->snapshot,
                              .object = row->object,
                              .upload = row->upload};
}

static void each_of_region(const struct cleanup_context *c, struct arena *arena,
                           const struct inventory_region *region,
                           void (*each)(void *arg, const struct cleanup_row *row), void *arg)
{
    struct cleanup_row row;
    for (size_t i = 0; i < region->image_count; i++) {
        cleanup_image_row(c, region, &region->images[i], &row);
        each(arg, &row);
    }
    for (size_t i = 0; i < region->snapshot_count; i++) {
        cleanup_snapshot_row(c, region, &region->snapshots[i], &row);
        each(arg, &row);
    }
    for (size_t i = 0; i < region->object_count; i++) {
        const struct inventory_object *o = &region->objects[i];
        cleanup_object_row(c, region, o, texts_format(arena, "s3://%s/%s", o->bucket, o->key),
                           &row);
        each(arg, &row);
    }
    for (size_t i = 0; i < region->upload_count; i++) {
        const struct inventory_upload *u = &region->uploads[i];
        cleanup_upload_row(c, region, u,
                           texts_format(arena, "s3://%s/%s#%s", u->bucket, u->key, u->upload_id),
                           &row);
        each(arg, &row);
    }
}

void cleanup_each_row(const struct cleanup_context *c, struct arena *arena,
                      void (*each)(void *arg, const struct cleanup_row *row), void *arg)
{
    for (size_t i = 0; i < c->inventory->region_count; i++)
        each_of_region(c, arena, c->inventory->regions[i], each, arg);
}
