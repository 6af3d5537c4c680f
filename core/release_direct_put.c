/* The blocks of a disk that goes by EBS direct: sent, journalled as they arrive, and summed up. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/engine.h"

static void on_end(void *arg)
{
    struct engine_disk *d = arg;
    atomic_store(&d->upload_ended, true);
    inbox_ring(d->in);
}

static char *set_name(const char *kind, const char *snapshot)
{
    return xasprintf("%s%s", kind, snapshot);
}

/* NULL when the journal does not know the set. */
static struct blocks *read_set(struct release *r, const char *kind, const char *snapshot)
{
    struct err err = ERR_INIT;
    struct blocks *b = blocks_new();
    char *name = set_name(kind, snapshot);
    bool any = false;
    if (!blocks_read(b, r->journal, name, &any, &err))
        engine_lose_journal(r, &err);
    free(name);
    if (any)
        return b;
    blocks_free(b);
    return NULL;
}

static void write_set(struct release *r, const struct blocks *b, const char *kind,
                      const char *snapshot)
{
    struct err err = ERR_INIT;
    char *name = set_name(kind, snapshot);
    engine_begin(r);
    if (r->journal_open && !blocks_write(b, r->journal, name, &err))
        engine_lose_journal(r, &err);
    free(name);
}

void engine_direct_drop(struct release *r, const char *kind, const char *snapshot)
{
    struct err err = ERR_INIT;
    char *name = set_name(kind, snapshot);
    engine_begin(r);
    if (r->journal_open && !blocks_drop(r->journal, name, &err))
        engine_lose_journal(r, &err);
    free(name);
}

void engine_direct_put(struct release *r, struct engine_disk *d)
{
    const struct plan_disk *disk = engine_disk_plan(r, d);
    struct blocks *parent = disk->parent == NULL ? NULL : read_set(r, BLOCKS_DISK, disk->parent);
    blocks_free(d->arrived);
    d->arrived = read_set(r, BLOCKS_PUT, d->snapshot_id);
    struct direct_request request = {
        .aws = r->options.aws,
        .region = r->plan->regions[0].name,
        .snapshot_id = d->snapshot_id,
        .source = d->source,
        .volume_bytes = (uint64_t)plan_snapshot_gib(disk) << 30,
        .pace = r->pace,
        .arrived = d->arrived,
        .parent_id = disk->parent,
        .parent = parent,
        .done = on_end,
        .arg = d,
    };
    atomic_store(&d->upload_ended, false);
    d->in = r->in;
    d->direct = direct_start(&request);
    blocks_free(parent);
}

static void sample(struct release *r, struct engine_disk *d)
{
    struct direct_progress now;
    direct_progress(d->direct, &now);
    if (now.bytes_done != d->progress.bytes_done) {
        d->moved_at = clock_now_ms();
        r->changed = true;
    }
    d->blocks_put = now.blocks_put;
    d->blocks_same = now.blocks_same;
    d->progress = (struct upload_progress){
        .bytes_done = now.bytes_done,
        .bytes_total = now.bytes_total,
        .bytes_wire = now.bytes_wire,
        .connections = now.connections,
        .retries = now.retries,
    };
}

static bool is_another_file(const struct blocks *before, const struct blocks *now)
{
    for (uint64_t i = 0; blocks_next(now, &i); i++) {
        const unsigned char *was = blocks_get(before, i);
        if (was != NULL && memcmp(was, blocks_get(now, i), DIGEST_SIZE) != 0)
            return true;
    }
    return false;
}

/* A block is sent twice only where it is another one than before. */
static void compare_with_before(struct release *r, struct engine_disk *d, const struct blocks *now)
{
    if (d->arrived == NULL || !is_another_file(d->arrived, now))
        return;
    engine_tell(r, EVENT_WARN,
                "%s is not the file that was sent before: what differs is sent anew, and %s will "
                "be of the file as it is now",
                engine_disk_plan(r, d)->path, r->plan->images[d->image].name);
    blocks_free(d->arrived);
    d->arrived = NULL;
}

static void keep_arrived(struct release *r, struct engine_disk *d, bool all)
{
    struct blocks *more = direct_take_arrived(d->direct, all);
    if (more != NULL) {
        compare_with_before(r, d, more);
        write_set(r, more, BLOCKS_PUT, d->snapshot_id);
    }
    blocks_free(more);
}

static void tell_saved(struct release *r, const struct engine_disk *d)
{
    const struct plan_disk *disk = engine_disk_plan(r, d);
    if (disk->parent == NULL)
        return;
    uint64_t all = d->blocks_put + d->blocks_same;
    engine_tell(r, EVENT_GOOD,
                "%s %s: %" PRIu64 " of %" PRIu64 " blocks stand in %s already; %.1f MiB were not "
                "sent",
                r->plan->images[d->image].name, disk->role, d->blocks_same, all, disk->parent,
                (double)d->blocks_same / 2);
}

static void put_whole(struct release *r, struct engine_disk *d, const struct direct_result *result)
{
    engine_disk_text(&d->digest, result->digest);
    engine_disk_remember(r, d, "digest", d->digest);
    free(d->seal);
    d->seal = xasprintf("%" PRId64 " %s", result->blocks_put, result->checksum);
    engine_disk_remember(r, d, "seal", d->seal);
    engine_disk_remember(r, d, "put", d->snapshot_id);
    d->far = FAR_PUT;
    engine_direct_drop(r, BLOCKS_DISK, d->snapshot_id); /* writing only adds to an earlier try's */
    write_set(r, result->disk, BLOCKS_DISK, d->snapshot_id);
    tell_saved(r, d);
}

static void put_failed(struct release *r, struct engine_disk *d, const struct err *err)
{
    if (engine_ends_everything(err) && !engine_await_login(r, err)) {
        engine_stop_because(r, err);
    } else if (err->kind == ERR_NOT_FOUND) {
        engine_direct_gone(r, d);
    } else if (err->kind == ERR_INVALID) {
        engine_direct_closed(r, d, err);
    } else if (err->kind != ERR_CANCELLED) {
        d->import_is_dead = err->kind == ERR_MISMATCH; /* blocks of two files are in it */
        engine_disk_fail(r, d, err);
    }
}

/* The transfer has ended: its threads are done, its result is read once. */
static void put_ended(struct release *r, struct engine_disk *d)
{
    struct direct_result result;
    struct err err = ERR_INIT;
    keep_arrived(r, d, true);
    bool ok = direct_result(d->direct, &result, &err);
    if (ok)
        put_whole(r, d, &result);
    direct_free(d->direct);
    d->direct = NULL;
    engine_direct_close_file(d);
    if (ok)
        engine_disk(r, d, DISK_EVENT_PUT);
    else
        put_failed(r, d, &err);
}

void engine_direct_sample(struct release *r, struct engine_disk *d)
{
    sample(r, d);
    if (atomic_load(&d->upload_ended))
        put_ended(r, d);
    else
        keep_arrived(r, d, false);
}
