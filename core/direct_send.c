/* One block: its digest, whether the snapshot needs it, and the sending with its own patience. */
#include <string.h>

#include "aws/ebs.h"
#include "base/buf.h"
#include "core/direct_impl.h"

enum {
    SENDS_MAX = 2, /* of a block whose bytes changed between hashing and sending */
    WAIT_MS = 50,
    WAIT_MOST_MS = 30000,
    THROTTLED_MOST_MS = 1600, /* the pace sees to the rest */
    UNKNOWN_MOST_MS = 400,
    PATIENCE_MS = 20 * 60 * 1000, /* with one block, from its first failure on */
    FRESH_MS = 150 * 1000         /* so long a new snapshot may be unknown where blocks are put */
};

static bool is_stream(const struct direct *d)
{
    return d->request.source->ops->order == SOURCE_STREAM;
}

/* Bytes of the disk in this block; none in one behind its end. */
static uint64_t bytes_of(const struct direct *d, const struct direct_block *block)
{
    uint64_t at = block->index * DIGEST_BLOCK_BYTES, size = d->request.source->size_bytes;

    if (is_stream(d))
        return block->length;
    return at >= size ? 0 : size - at < DIGEST_BLOCK_BYTES ? size - at : DIGEST_BLOCK_BYTES;
}

static bool hash_block(struct direct_lane *lane, const struct direct_block *block,
                       unsigned char hash[DIGEST_SIZE], struct err *err)
{
    struct direct *d = lane->direct;
    uint64_t bytes = block->may_hold_data ? bytes_of(d, block) : 0;

    digest_hasher_begin(lane->hasher);
    if (is_stream(d))
        digest_hasher_add(lane->hasher, lane->window, bytes);
    for (uint64_t at = 0; at < bytes && !is_stream(d); at += DIRECT_WINDOW_BYTES) {
        size_t n = bytes - at < DIRECT_WINDOW_BYTES ? (size_t)(bytes - at) : DIRECT_WINDOW_BYTES;
        if (!source_read(d->request.source, block->index * DIGEST_BLOCK_BYTES + at, lane->window, n,
                         err))
            return false;
        digest_hasher_add(lane->hasher, lane->window, n);
    }
    digest_hasher_end(lane->hasher, hash);
    return true;
}

/* What the snapshot holds in this place without our doing. */
static bool hash_parent(struct direct_lane *lane, uint64_t index, unsigned char hash[DIGEST_SIZE],
                        struct err *err)
{
    struct direct *d = lane->direct;

    if (d->listed != NULL)
        return pace_wait(d->request.pace, &d->cancel)
                   ? direct_parent_hash(d->listed, lane->call, d->parent_id, index, hash, err)
                   : err_set(err, ERR_CANCELLED, "the transfer was stopped");
    const unsigned char *known = blocks_get(d->parent, index);
    memcpy(hash, known == NULL ? digest_of_zeros : known, DIGEST_SIZE);
    return true;
}

enum need { NEED_PUT, NEED_KEPT, NEED_SAME, NEED_FAILED };

/* Whether the block has to be put, now that its digest is known. */
static enum need need(struct direct_lane *lane, uint64_t index,
                      const unsigned char hash[DIGEST_SIZE], struct err *err)
{
    struct direct *d = lane->direct;
    unsigned char there[DIGEST_SIZE];

    pthread_mutex_lock(&d->lock);
    const unsigned char *put = blocks_get(d->put, index);
    bool kept = put != NULL, same = kept && memcmp(put, hash, DIGEST_SIZE) == 0;
    pthread_mutex_unlock(&d->lock);
    if (kept)
        return same ? NEED_KEPT : NEED_PUT;
    if (!hash_parent(lane, index, there, err))
        return NEED_FAILED;
    return memcmp(there, hash, DIGEST_SIZE) == 0 ? NEED_SAME : NEED_PUT;
}

/* A block's bytes as they are sent: read again where they can be. */
struct bytes {
    const struct direct_lane *lane;
    const struct direct_block *block;
};

static bool read_again(void *arg, uint64_t at, void *out, size_t length, struct err *err)
{
    const struct bytes *b = arg;

    if (!b->block->may_hold_data) {
        memset(out, 0, length);
        return true;
    }
    return source_read(b->lane->direct->request.source, b->block->index * DIGEST_BLOCK_BYTES + at,
                       out, length, err);
}

static int percent(const struct direct *d)
{
    uint64_t total = atomic_load(&d->bytes_total), done = atomic_load(&d->bytes_done);

    return total == 0 || done >= total ? 100 : (int)(done * 100 / total);
}

static bool put_once(struct direct_lane *lane, const struct direct_block *block,
                     const char *checksum, struct err *err)
{
    struct direct *d = lane->direct;
    struct bytes bytes = {lane, block};
    int64_t took_us = 0;
    bool in_memory = is_stream(d) && block->may_hold_data;
    const struct ebs_put put = {.snapshot_id = d->snapshot_id,
                                .index = (int64_t)block->index,
                                .body = {.data = in_memory ? lane->window : NULL,
                                         .read = read_again,
                                         .arg = &bytes,
                                         .length = EBS_BLOCK_BYTES},
                                .checksum = checksum,
                                .percent = percent(d),
                                .sent = &d->bytes_wire,
                                .rate_bytes_s = &d->connection_rate,
                                .took_us = &took_us};

    if (!pace_wait(d->request.pace, &d->cancel))
        return err_set(err, ERR_CANCELLED, "the transfer was stopped");
    atomic_store(&d->connection_rate, pace_connection_rate(d->request.pace, direct_lanes(d)));
    atomic_fetch_add(&d->sending, 1);
    bool ok = ebs_put_block(lane->call, &put, err);
    atomic_fetch_sub(&d->sending, 1);
    pace_answered(d->request.pace, took_us, ok ? ERR_NONE : err->kind);
    return ok;
}

/* Whether the same request may do better later. */
static bool may_pass(const struct direct *d, const struct err *err, clock_ms failed_at)
{
    clock_ms now = clock_now_ms();

    if (err->kind == ERR_NOT_FOUND)
        return d->is_fresh && now - d->started_at < FRESH_MS;
    return err_is_passing(err->kind) && now - failed_at < PATIENCE_MS;
}

static bool wait_and_double(struct direct *d, clock_ms *wait, clock_ms most)
{
    clock_ms now = *wait < most ? *wait : most;

    *wait = 2 * now;
    return clock_sleep_ms(now, &d->cancel);
}

/* A snapshot that is not known yet: one lane, the scout, asks again; the others would send their
 * blocks in vain. */
static bool wait_until_known(struct direct_lane *lane, clock_ms *wait)
{
    struct direct *d = lane->direct;
    int nobody = 0, me = lane->index + 1;

    if (atomic_compare_exchange_strong(&d->scout, &nobody, me) || nobody == me)
        return wait_and_double(d, wait, UNKNOWN_MOST_MS);
    while (atomic_load(&d->scout) != 0)
        if (!clock_sleep_ms(WAIT_MS, &d->cancel))
            return false;
    return true;
}

static void end_scouting(struct direct_lane *lane)
{
    int me = lane->index + 1;

    atomic_compare_exchange_strong(&lane->direct->scout, &me, 0);
}

static bool wait_after(struct direct_lane *lane, enum err_kind kind, clock_ms *wait)
{
    clock_ms most = kind == ERR_THROTTLED ? THROTTLED_MOST_MS : WAIT_MOST_MS;

    if (kind == ERR_NOT_FOUND)
        return wait_until_known(lane, wait);
    /* Lanes that fail together do not come back together. */
    return clock_sleep_ms(WAIT_MS * (lane->index % 8) / 8, &lane->direct->cancel) &&
           wait_and_double(lane->direct, wait, most);
}

/* One budget for the block: attempts ever further apart, until its patience is over. */
static bool put_patiently(struct direct_lane *lane, const struct direct_block *block,
                          const unsigned char hash[DIGEST_SIZE], struct err *err)
{
    struct direct *d = lane->direct;
    clock_ms failed_at = 0, wait = WAIT_MS;
    struct buf checksum = BUF_INIT;
    bool ok;

    buf_add_base64(&checksum, hash, DIGEST_SIZE);
    while (!(ok = put_once(lane, block, buf_str(&checksum), err))) {
        failed_at = failed_at == 0 ? clock_now_ms() : failed_at;
        if (!may_pass(d, err, failed_at))
            break;
        atomic_fetch_add(&d->sent_again, 1);
        if (!wait_after(lane, err->kind, &wait)) {
            err_set(err, ERR_CANCELLED, "the transfer was stopped");
            break;
        }
    }
    end_scouting(lane);
    buf_free(&checksum);
    return ok;
}

static void note(struct direct *d, uint64_t index, const unsigned char hash[DIGEST_SIZE],
                 enum need need)
{
    pthread_mutex_lock(&d->lock);
    if (memcmp(hash, digest_of_zeros, DIGEST_SIZE) != 0)
        blocks_set(d->disk, index, hash);
    if (need == NEED_PUT) {
        blocks_set(d->put, index, hash);
        blocks_set(d->fresh, index, hash);
    }
    atomic_store(&d->blocks_put, blocks_count(d->put));
    pthread_mutex_unlock(&d->lock);
    if (need == NEED_KEPT)
        atomic_fetch_add(&d->blocks_kept, 1);
    else if (need == NEED_SAME && memcmp(hash, digest_of_zeros, DIGEST_SIZE) != 0)
        atomic_fetch_add(&d->blocks_same, 1);
}

/* AWS refuses bytes that do not have the checksum that was said, and a file may be shorter than it
 * was: it changed between the two readings. Where that is all there is to see of it, the block is
 * read and sent once more. */
static bool changed_meanwhile(const struct direct *d, int sends, struct err *err)
{
    struct err changed = ERR_INIT;

    if (err->kind != ERR_MISMATCH && err->kind != ERR_INVALID)
        return true;
    if (!source_unchanged(d->request.source, &changed)) {
        *err = changed;
        return true;
    }
    return is_stream(d) || sends == SENDS_MAX;
}

bool direct_send(struct direct_lane *lane, const struct direct_block *block, struct err *err)
{
    struct direct *d = lane->direct;
    unsigned char hash[DIGEST_SIZE];

    for (int sends = 1;; sends++) {
        enum need what = NEED_FAILED;
        if (hash_block(lane, block, hash, err))
            what = need(lane, block->index, hash, err);
        if (what == NEED_FAILED)
            return false;
        if (what != NEED_PUT || put_patiently(lane, block, hash, err)) {
            note(d, block->index, hash, what);
            atomic_fetch_add(&d->bytes_done, bytes_of(d, block));
            return true;
        }
        if (changed_meanwhile(d, sends, err))
            return false;
        atomic_fetch_add(&d->sent_again, 1);
    }
}
