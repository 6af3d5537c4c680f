/* A direct transfer: its threads, from start to result. */
#include "core/direct.h"

#include <stdlib.h>
#include <string.h>

#include "aws/quotas.h"
#include "base/mem.h"
#include "core/direct_impl.h"

enum {
    IDLE_POLL_MS = 100,    /* of a lane that may not start a block now */
    STREAM_LANES_MAX = 24, /* each keeps a whole block in memory */
    BATCH_MS = 1000,
    BATCH_BLOCKS = 128 /* 64 MiB */
};

static void *work(void *arg);

static bool is_stream(const struct direct *d)
{
    return d->request.source->ops->order == SOURCE_STREAM;
}

/* Keeps the first failure and ends the others. */
static void fail(struct direct *d, const struct err *err)
{
    pthread_mutex_lock(&d->lock);
    if (d->first.kind == ERR_NONE)
        d->first = *err;
    pthread_mutex_unlock(&d->lock);
    atomic_store(&d->cancel, true);
}

int direct_lanes(const struct direct *d)
{
    int share = pace_share(d->request.pace);
    int most = is_stream(d) ? STREAM_LANES_MAX : PACE_CONNECTIONS_MAX;

    return share < most ? share : most;
}

/* Starts one more thread. */
static bool add_lane(struct direct *d)
{
    struct direct_lane *lane = xcalloc(1, sizeof *lane);

    pthread_mutex_lock(&d->lock);
    *lane = (struct direct_lane){.direct = d, .index = d->lane_count};
    atomic_fetch_add(&d->running, 1);
    bool ok = pthread_create(&lane->id, NULL, work, lane) == 0;
    if (ok)
        d->lanes[d->lane_count++] = lane;
    else
        atomic_fetch_sub(&d->running, 1);
    pthread_mutex_unlock(&d->lock);
    if (!ok)
        free(lane);
    return ok;
}

/* As many as the pace allows by now. */
static void add_lanes(struct direct *d)
{
    for (;;) {
        pthread_mutex_lock(&d->lock);
        bool more = d->lane_count < direct_lanes(d);
        pthread_mutex_unlock(&d->lock);
        if (!more || atomic_load(&d->all_taken) || !add_lane(d))
            return;
    }
}

/* True once this lane may start a block; false when there is none left or the transfer ends. */
static bool may_start(const struct direct_lane *lane)
{
    struct direct *d = lane->direct;

    while (!atomic_load(&d->cancel) && !atomic_load(&d->all_taken)) {
        if (!pace_paused(d->request.pace) && lane->index < direct_lanes(d))
            return true;
        clock_sleep_ms(IDLE_POLL_MS, &d->cancel);
    }
    return false;
}

static bool transfer(struct direct_lane *lane, struct err *err)
{
    struct direct *d = lane->direct;
    struct direct_block block;

    while (may_start(lane)) {
        add_lanes(d);
        switch (direct_next(lane, &block, err)) {
        case DIRECT_FAILED:
            return false;
        case DIRECT_END:
            return true;
        case DIRECT_BLOCK:
            if (!direct_send(lane, &block, err))
                return false;
        }
    }
    return true;
}

/* The first lane lists what nobody wrote down, before it starts the others. */
static bool prepare(struct direct_lane *lane, struct err *err)
{
    struct direct *d = lane->direct;

    if (lane->index > 0 || d->parent_id == NULL || d->parent != NULL)
        return true;
    d->listed = direct_parent_list(lane->call, d->parent_id, err);
    return d->listed != NULL;
}

/* What the account may ask a second. Whoever may not read it keeps to AWS's default. */
static void read_quota(struct direct_lane *lane)
{
    static const char *const codes[] = {"L-AFAE1BE8", "L-1774F84A"}; /* account, snapshot */
    double least = 0, value = 0;

    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        if (!quotas_get(lane->call, "ebs", codes[i], &value, NULL))
            return;
        least = i == 0 || value < least ? value : least;
    }
    pace_set_quota(lane->direct->request.pace, least);
}

static bool conclude(struct direct *d, struct err *err)
{
    if (atomic_load(&d->cancel))
        return err_set(err, ERR_CANCELLED, "the transfer was stopped");
    if (!source_unchanged(d->request.source, err))
        return false;
    d->result = (struct direct_result){
        .blocks_put = (int64_t)blocks_count(d->put), .size_bytes = d->size_bytes, .disk = d->disk};
    blocks_linear(d->put, d->result.checksum);
    blocks_digest(d->disk, d->size_bytes, d->result.digest);
    return true;
}

/* By the last lane that ends. */
static void finish(struct direct *d)
{
    struct err err = ERR_INIT;

    if (!conclude(d, &err))
        fail(d, &err);
    pace_leave(d->request.pace);
    d->request.done(d->request.arg);
}

static void *work(void *arg)
{
    struct direct_lane *lane = arg;
    struct direct *d = lane->direct;
    struct err err = ERR_INIT;

    lane->call = call_new(d->request.aws, d->region, &d->cancel);
    lane->hasher = digest_hasher_new();
    lane->window = xmalloc(is_stream(d) ? DIGEST_BLOCK_BYTES : DIRECT_WINDOW_BYTES);
    /* While the first lane sends already. */
    if (lane->index == 1 && pace_wants_quota(d->request.pace))
        read_quota(lane);
    if (!prepare(lane, &err) || !transfer(lane, &err))
        fail(d, &err);
    free(lane->window);
    digest_hasher_free(lane->hasher);
    call_free(lane->call);
    if (atomic_fetch_sub(&d->running, 1) == 1)
        finish(d);
    return NULL;
}

/* What an earlier try and the parent left. */
static void take_over(struct direct *d)
{
    const struct direct_request *r = &d->request;

    d->put = blocks_new();
    d->fresh = blocks_new();
    d->disk = blocks_new();
    if (r->arrived != NULL)
        blocks_add(d->put, r->arrived);
    if (r->parent != NULL) {
        d->parent = blocks_new();
        blocks_add(d->parent, r->parent);
    }
    d->is_fresh = blocks_count(d->put) == 0;
    atomic_store(&d->blocks_put, blocks_count(d->put));
}

struct direct *direct_start(const struct direct_request *request)
{
    struct direct *d = xcalloc(1, sizeof *d);
    struct source *source = request->source;

    d->request = *request;
    d->region = xstrdup(request->region);
    d->snapshot_id = xstrdup(request->snapshot_id);
    d->parent_id = xstrdup_or_null(request->parent_id);
    take_over(d);
    d->size_bytes = is_stream(d) ? 0 : source->size_bytes;
    atomic_store(&d->bytes_total, source->size_bytes);
    d->started_at = d->fresh_at = clock_now_ms();
    source->cancel = &d->cancel;
    pthread_mutex_init(&d->take_lock, NULL);
    pthread_mutex_init(&d->lock, NULL);
    pace_join(request->pace);
    if (!add_lane(d)) {
        struct err err = ERR_INIT;
        err_set(&err, ERR_IO, "cannot start a thread");
        fail(d, &err);
        finish(d);
    }
    return d;
}

void direct_cancel(struct direct *d)
{
    atomic_store(&d->cancel, true);
}

void direct_progress(struct direct *d, struct direct_progress *out)
{
    *out = (struct direct_progress){
        .bytes_done = atomic_load(&d->bytes_done),
        .bytes_total = atomic_load(&d->bytes_total),
        .bytes_wire = atomic_load(&d->bytes_wire),
        .blocks_put = atomic_load(&d->blocks_put),
        .blocks_same = atomic_load(&d->blocks_same),
        .blocks_kept = atomic_load(&d->blocks_kept),
        .connections = atomic_load(&d->sending),
        .retries = atomic_load(&d->sent_again),
    };
}

struct blocks *direct_take_arrived(struct direct *d, bool all)
{
    struct blocks *out = NULL;
    clock_ms now = clock_now_ms();

    pthread_mutex_lock(&d->lock);
    uint64_t count = blocks_count(d->fresh);
    if (count > 0 && (all || count >= BATCH_BLOCKS || now - d->fresh_at >= BATCH_MS)) {
        out = d->fresh;
        d->fresh = blocks_new();
        d->fresh_at = now;
    }
    pthread_mutex_unlock(&d->lock);
    return out;
}

bool direct_result(struct direct *d, struct direct_result *out, struct err *err)
{
    pthread_mutex_lock(&d->lock);
    struct err first = d->first;
    pthread_mutex_unlock(&d->lock);
    if (first.kind != ERR_NONE) {
        if (err != NULL)
            *err = first;
        return false;
    }
    *out = d->result;
    return true;
}

void direct_free(struct direct *d)
{
    if (d == NULL)
        return;
    for (int i = 0; i < d->lane_count; i++) {
        pthread_join(d->lanes[i]->id, NULL);
        free(d->lanes[i]);
    }
    d->request.source->cancel = NULL;
    pthread_mutex_destroy(&d->take_lock);
    pthread_mutex_destroy(&d->lock);
    direct_parent_free(d->listed);
    blocks_free(d->parent);
    blocks_free(d->put);
    blocks_free(d->fresh);
    blocks_free(d->disk);
    free(d->region);
    free(d->snapshot_id);
    free(d->parent_id);
    free(d);
}
