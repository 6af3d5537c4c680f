/* One look at one region. */
#include "core/inventory_look.h"

#include <pthread.h>
#include <string.h>

#include "aws/s3.h"
#include "base/mem.h"
#include "core/inventory_decode.h"
#include "core/inventory_store.h"

/* Percent from which on something is near its end. */
#define NEAR_END 90

static bool read_images(const struct inventory_request *look, const struct inventory_place *before,
                        struct inventory_builder *b, struct err *err)
{
    static const struct ec2_image_filter all;
    (void)before;
    return ec2_each_image(look->call, &all, inventory_decode_image, b, err);
}

static bool read_snapshots(const struct inventory_request *look,
                           const struct inventory_place *before, struct inventory_builder *b,
                           struct err *err)
{
    static const struct ec2_snapshot_filter all;
    (void)before;
    return ec2_each_snapshot(look->other, &all, inventory_decode_snapshot, b, err);
}

/* EC2 gives tasks no dates: what earlier looks saw is what is known. */
static void date_imports(struct inventory_builder *b, const struct inventory_place *before)
{
    struct inventory_import *task = (struct inventory_import *)(void *)b->items;
    const struct inventory_rows *old = before->rows[INVENTORY_IMPORTS];
    for (size_t i = 0; i < b->count; i++, task++) {
        const struct inventory_import *was =
            old == NULL
                ? NULL
                : inventory_row_find(INVENTORY_IMPORTS, old->items, old->count, task->task_id);
        task->seen_at_ms = task->moved_at_ms = clock_now_ms();
        task->seen_to_start = old != NULL;
        if (was == NULL)
            continue;
        task->seen_at_ms = was->seen_at_ms;
        task->seen_to_start = was->seen_to_start;
        if (was->progress == task->progress && strcmp(was->state_text, task->state_text) == 0 &&
            strcmp(was->message, task->message) == 0)
            task->moved_at_ms = was->moved_at_ms;
    }
}

static bool read_imports(const struct inventory_request *look, const struct inventory_place *before,
                         struct inventory_builder *b, struct err *err)
{
    bool ok = ec2_each_import(look->call, inventory_decode_import, b, err);
    date_imports(b, before);
    return ok;
}

/* Every bucket, also behind one that fails; the first error counts. */
static bool read_buckets(const struct inventory_request *look, const struct inventory_place *before,
                         bool (*store)(struct call *c, const char *bucket,
                                       const struct inventory_place *before,
                                       struct inventory_builder *b, struct err *err),
                         struct inventory_builder *b, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; i < look->bucket_count; i++) {
        struct err local = ERR_INIT;
        if (store(look->call, look->buckets[i], before, b, &local))
            continue;
        if (ok || local.kind == ERR_CANCELLED)
            *err = local;
        ok = false;
    }
    return ok;
}

static bool read_objects(const struct inventory_request *look, const struct inventory_place *before,
                         struct inventory_builder *b, struct err *err)
{
    return read_buckets(look, before, inventory_store_objects, b, err);
}

static bool read_uploads(const struct inventory_request *look, const struct inventory_place *before,
                         struct inventory_builder *b, struct err *err)
{
    return read_buckets(look, before, inventory_store_uploads, b, err);
}

/* In the order in which they are read. */
static const struct kind_row {
    bool (*read)(const struct inventory_request *look, const struct inventory_place *before,
                 struct inventory_builder *b, struct err *err);
    bool of_buckets;
} rows[INVENTORY_KINDS] = {
    [INVENTORY_IMAGES] = {.read = read_images},
    [INVENTORY_SNAPSHOTS] = {.read = read_snapshots},
    [INVENTORY_IMPORTS] = {.read = read_imports},
    [INVENTORY_OBJECTS] = {.read = read_objects, .of_buckets = true},
    [INVENTORY_UPLOADS] = {.read = read_uploads, .of_buckets = true},
};

/* What one call met every call would meet, or would make worse. */
static bool is_of_all(enum err_kind kind)
{
    static const bool all[ERR_KINDS] = {
        [ERR_NETWORK] = true, [ERR_TIMEOUT] = true,    [ERR_THROTTLED] = true,
        [ERR_EXPIRED] = true, [ERR_REGION_OFF] = true, [ERR_CREDENTIALS] = true,
    };
    return all[kind];
}

/* What reading one kind came to. */
struct outcome {
    const struct inventory_request *look;
    const struct inventory_place *before;
    enum inventory_kind kind;
    bool ok;                     /* false: it failed with err */
    struct inventory_rows *rows; /* NULL: none came */
    clock_ms read_at_ms;
    struct err err;
};

static void read_kind(struct outcome *o)
{
    struct inventory_builder b = {.kind = o->kind};
    o->ok = rows[o->kind].read(o->look, o->before, &b, &o->err);
    o->read_at_ms = clock_now_ms();
    /* One bucket that cannot be read does not hide the others. */
    if (o->ok || (rows[o->kind].of_buckets && b.count > 0))
        o->rows = inventory_builder_end(&b);
    else
        inventory_builder_free(&b);
}

static void *read_beside(void *outcome)
{
    read_kind(outcome);
    return NULL;
}

/* Whether a look asks this kind. */
static bool is_asked(const struct inventory_request *look, enum inventory_kind kind,
                     struct inventory_reading *reading)
{
    if ((rows[kind].of_buckets && look->buckets_unknown) ||
        (look->only_unread && reading->look != INVENTORY_UNREAD))
        return false;
    if (rows[kind].of_buckets && look->bucket_count == 0)
        reading->look = INVENTORY_UNASKED;
    return reading->look != INVENTORY_UNASKED;
}

static void settle(struct inventory_place *place, const struct outcome *o)
{
    struct inventory_reading *reading = &place->region.readings[o->kind];
    if (o->rows != NULL)
        inventory_place_set(place, o->rows);
    if (!o->ok) {
        reading->look = INVENTORY_FAILED;
        reading->failures++;
        reading->err = o->err;
        return;
    }
    *reading = (struct inventory_reading){.look = INVENTORY_READ, .read_at_ms = o->read_at_ms};
}

/* Reads everything but snapshots. False when it was cancelled. */
static bool read_rest(const struct inventory_request *look, const struct inventory_place *before,
                      struct inventory_place *place)
{
    struct err err = ERR_INIT;
    for (int i = 0; i < INVENTORY_KINDS && err.kind != ERR_CANCELLED; i++) {
        struct outcome o = {
            .look = look, .before = before, .kind = (enum inventory_kind)i, .err = err};
        if (i == INVENTORY_SNAPSHOTS || !is_asked(look, o.kind, &place->region.readings[i]))
            continue;
        if (!is_of_all(err.kind))
            read_kind(&o);
        err = o.ok ? ERR_INIT : o.err;
        settle(place, &o);
        if (err.kind != ERR_CANCELLED)
            look->part(look->arg, place);
    }
    return err.kind != ERR_CANCELLED;
}

struct inventory_place *inventory_look(const struct inventory_request *look,
                                       const struct inventory_place *before)
{
    struct inventory_place *place = inventory_place_copy(before);
    struct outcome beside = {.look = look, .before = before, .kind = INVENTORY_SNAPSHOTS};
    pthread_t thread;
    bool asked = is_asked(look, beside.kind, &place->region.readings[beside.kind]);
    bool threaded = asked && pthread_create(&thread, NULL, read_beside, &beside) == 0;
    bool ok = read_rest(look, before, place);
    if (threaded)
        pthread_join(thread, NULL);
    else if (asked && ok)
        read_kind(&beside); /* the system gives no thread: one after the other is still right */
    if (!ok || beside.err.kind == ERR_CANCELLED) {
        inventory_rows_unref(beside.rows);
        inventory_place_unref(place);
        return NULL;
    }
    if (asked)
        settle(place, &beside);
    inventory_place_tie(place);
    return place;
}

bool inventory_moves(const struct inventory_region *region, bool *near_end)
{
    bool moves = region->upload_count > 0;
    *near_end = false;
    for (size_t i = 0; !moves && i < region->image_count; i++)
        moves = region->images[i].state == INVENTORY_AMI_PENDING;
    for (size_t i = 0; i < region->snapshot_count; i++) {
        if (region->snapshots[i].state != INVENTORY_SNAPSHOT_PENDING)
            continue;
        moves = true;
        *near_end = *near_end || region->snapshots[i].progress >= NEAR_END;
    }
    for (size_t i = 0; i < region->import_count; i++) {
        if (region->imports[i].state != INVENTORY_IMPORT_ACTIVE)
            continue;
        moves = true;
        *near_end = *near_end || region->imports[i].progress >= NEAR_END;
    }
    return moves;
}

bool inventory_throttled(const struct inventory_region *region)
{
    for (int i = 0; i < INVENTORY_KINDS; i++)
        if (region->readings[i].look == INVENTORY_FAILED &&
            region->readings[i].err.kind == ERR_THROTTLED)
            return true;
    return false;
}
