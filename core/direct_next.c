/* Which block comes next, in the order of the disk. */
#include <string.h>

#include "core/direct_impl.h"

/* Bytes of the disk in the blocks from `from` to `to`. */
static uint64_t bytes_between(const struct direct *d, uint64_t from, uint64_t to)
{
    uint64_t start = from * DIGEST_BLOCK_BYTES, end = to * DIGEST_BLOCK_BYTES;

    if (end > d->size_bytes)
        end = d->size_bytes;
    return end > start ? end - start : 0;
}

/* The first block at or after *index that the parent or the snapshot holds. */
static bool next_held(struct direct *d, uint64_t *index)
{
    uint64_t put = *index, parent = *index, listed = *index;

    pthread_mutex_lock(&d->lock);
    bool any_put = blocks_next(d->put, &put);
    pthread_mutex_unlock(&d->lock);
    bool any_parent = blocks_next(d->parent, &parent);
    bool any_listed = direct_parent_next(d->listed, &listed);
    uint64_t least = UINT64_MAX;
    if (any_put)
        least = put;
    if (any_parent && parent < least)
        least = parent;
    if (any_listed && listed < least)
        least = listed;
    *index = least;
    return any_put || any_parent || any_listed;
}

/* The first block at or after d->next that may hold data; *index is behind all when there is none.
 * False when the source fails. */
static bool next_data(struct direct *d, uint64_t *index, struct err *err)
{
    uint64_t at = d->next * DIGEST_BLOCK_BYTES;

    if (!d->source_ended && at >= d->data_end) {
        switch (source_next_data(d->request.source, at, &d->data_start, &d->data_end, err)) {
        case SOURCE_FAILED:
            return false;
        case SOURCE_END:
            d->source_ended = true;
            break;
        case SOURCE_DATA:
            break;
        }
    }
    uint64_t start = d->data_start / DIGEST_BLOCK_BYTES;
    *index = d->source_ended ? UINT64_MAX : start > d->next ? start : d->next;
    return true;
}

static enum direct_turn end(struct direct *d)
{
    atomic_fetch_add(&d->bytes_done, bytes_between(d, d->next, UINT64_MAX / DIGEST_BLOCK_BYTES));
    d->next = UINT64_MAX / DIGEST_BLOCK_BYTES;
    atomic_store(&d->all_taken, true);
    return DIRECT_END;
}

static enum direct_turn next_random(struct direct *d, struct direct_block *out, struct err *err)
{
    uint64_t data = 0, held = d->next;

    if (!next_data(d, &data, err))
        return DIRECT_FAILED;
    if (!next_held(d, &held) && data == UINT64_MAX)
        return end(d);
    *out = (struct direct_block){.index = data < held ? data : held, .may_hold_data = data <= held};
    atomic_fetch_add(&d->bytes_done, bytes_between(d, d->next, out->index));
    d->next = out->index + 1;
    return DIRECT_BLOCK;
}

/* A stream: every block is taken; behind its end all that is held has become zeros. */
static enum direct_turn next_stream(struct direct_lane *lane, struct direct_block *out,
                                    struct err *err)
{
    struct direct *d = lane->direct;
    size_t got = 0;

    if (d->source_ended)
        return next_random(d, out, err);
    if (!source_take(d->request.source, lane->window, DIGEST_BLOCK_BYTES, &got, err))
        return DIRECT_FAILED;
    d->size_bytes += got;
    d->source_ended = got < DIGEST_BLOCK_BYTES;
    if (d->size_bytes > d->request.volume_bytes) {
        err_set(err, ERR_INPUT, "%s is longer than the volume of %llu bytes",
                d->request.source->name, (unsigned long long)d->request.volume_bytes);
        err_advise(err, "name its size with --volume-size");
        return DIRECT_FAILED;
    }
    if (d->source_ended)
        atomic_store(&d->bytes_total, d->size_bytes);
    if (got == 0)
        return next_random(d, out, err);
    memset(lane->window + got, 0, DIGEST_BLOCK_BYTES - got);
    *out = (struct direct_block){.index = d->next++, .may_hold_data = true, .length = got};
    return DIRECT_BLOCK;
}

enum direct_turn direct_next(struct direct_lane *lane, struct direct_block *out, struct err *err)
{
    struct direct *d = lane->direct;
    bool stream = d->request.source->ops->order == SOURCE_STREAM;

    pthread_mutex_lock(&d->take_lock);
    enum direct_turn turn = stream ? next_stream(lane, out, err) : next_random(d, out, err);
    pthread_mutex_unlock(&d->take_lock);
    return turn;
}
