/* Blocks of a snapshot against blocks of a file. */
#include "core/adopt_content.h"

#include <stdlib.h>
#include <string.h>

#include "aws/ebs.h"
#include "base/mem.h"
#include "core/fan.h"
#include "core/source_open.h"

/* So many blocks are read back at once: a block takes some 50 ms to come. */
enum { LANES = 16, BLOCKS_A_LANE = 8 };

/* A block that the snapshot holds. */
struct held {
    int64_t index;
    char *token;
};

struct comparison {
    const char *snapshot_id;
    struct source *source;
    const atomic_bool *cancel;
    struct held *held;
    size_t held_count, held_room;
    uint64_t blocks; /* of the longer side */
    atomic_uint_least64_t next;
    atomic_bool differs, failed;
    struct err errs[LANES]; /* kind ERR_NONE: that lane has not failed */
};

/* One thread of a comparison, and the range of data that it saw last. */
struct lane {
    struct comparison *c;
    struct call *call;
    struct digest_hasher *hasher;
    unsigned char *block;
    uint64_t start, end;
};

static void hold(void *arg, int64_t index, const char *token)
{
    struct comparison *c = arg;
    if (c->held_count == c->held_room) {
        c->held_room = c->held_room == 0 ? 1024 : c->held_room * 2;
        c->held = xrealloc(c->held, c->held_room, sizeof(*c->held));
    }
    c->held[c->held_count++] = (struct held){index, xstrdup(token)};
    if ((uint64_t)index >= c->blocks)
        c->blocks = (uint64_t)index + 1;
}

static const struct held *find(const struct comparison *c, int64_t index)
{
    size_t low = 0, high = c->held_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->held[middle].index < index)
            low = middle + 1;
        else
            high = middle;
    }
    return low < c->held_count && c->held[low].index == index ? &c->held[low] : NULL;
}

/* Whether the file may have data between these; a lane asks upwards only. */
static bool look_for_data(struct lane *l, uint64_t from, uint64_t to, bool *data, struct err *err)
{
    if (from >= l->end) {
        enum source_found found = source_next_data(l->c->source, from, &l->start, &l->end, err);
        if (found == SOURCE_FAILED)
            return false;
        if (found == SOURCE_END)
            l->start = l->end = UINT64_MAX;
    }
    *data = l->start < to;
    return true;
}

/* What neither side has reads as zeros there. */
static bool same_block(struct lane *l, uint64_t index, bool *same, struct err *err)
{
    struct comparison *c = l->c;
    const struct held *held = find(c, (int64_t)index);
    uint64_t at = index * EBS_BLOCK_BYTES;
    unsigned char own[DIGEST_SIZE], theirs[DIGEST_SIZE];
    bool data;

    *same = true;
    if (!look_for_data(l, at, at + EBS_BLOCK_BYTES, &data, err))
        return false;
    if (!data && held == NULL)
        return true;
    memcpy(own, digest_of_zeros, sizeof(own));
    memcpy(theirs, digest_of_zeros, sizeof(theirs));
    if (data) {
        if (!source_read(c->source, at, l->block, EBS_BLOCK_BYTES, err))
            return false;
        digest_hasher_begin(l->hasher);
        digest_hasher_add(l->hasher, l->block, EBS_BLOCK_BYTES);
        digest_hasher_end(l->hasher, own);
    }
    if (held != NULL &&
        !ebs_hash_block(l->call, c->snapshot_id, held->index, held->token, theirs, err))
        return false;
    *same = memcmp(own, theirs, sizeof(own)) == 0;
    return true;
}

static void run_lane(struct call *call, size_t index, void *arg)
{
    struct comparison *c = arg;
    struct err *err = &c->errs[index];
    struct lane l = {
        .c = c, .call = call, .hasher = digest_hasher_new(), .block = xmalloc(EBS_BLOCK_BYTES)};
    uint64_t block;
    bool same = true;
    while (!atomic_load(&c->differs) && !atomic_load(&c->failed) &&
           (block = atomic_fetch_add(&c->next, 1)) < c->blocks) {
        bool ok = c->cancel == NULL || !atomic_load(c->cancel) ||
                  err_set(err, ERR_CANCELLED, "interrupted before anything was changed");
        if (!ok || !same_block(&l, block, &same, err))
            atomic_store(&c->failed, true);
        else if (!same)
            atomic_store(&c->differs, true);
    }
    free(l.block);
    digest_hasher_free(l.hasher);
}

/* Every block that either side has, up to the first difference. */
static bool compare_all(struct comparison *c, struct aws *aws, const char *region, struct err *err)
{
    const char *regions[LANES];
    size_t lanes = c->held_count / BLOCKS_A_LANE + 1;
    lanes = lanes < LANES ? lanes : LANES;
    for (size_t i = 0; i < lanes; i++)
        regions[i] = region;
    fan_out(aws, regions, lanes, c->cancel, run_lane, c);
    for (size_t i = 0; !atomic_load(&c->differs) && i < lanes; i++) {
        if (c->errs[i].kind != ERR_NONE) {
            *err = c->errs[i];
            return false;
        }
    }
    return true;
}

/* NULL where the format hides the disk's bytes, or gives them only once and in order. */
static struct source *open_random(const struct image *file, struct err *err)
{
    struct source *source = source_open(file, file->logical_bytes, err);
    if (source == NULL || source->ops->order == SOURCE_RANDOM)
        return source;
    source_close(source);
    err_set(err, ERR_INPUT, "%s can only be read from its beginning to its end", file->path);
    return NULL;
}

/* One block of the disk into its digest; *next is where data was last seen to begin. */
static bool digest_one(struct source *s, struct digest *digest, uint64_t index, uint64_t *next,
                       unsigned char *block, struct err *err)
{
    uint64_t at = index * DIGEST_BLOCK_BYTES, end = 0;
    if (*next < at && source_next_data(s, at, next, &end, err) != SOURCE_DATA) {
        if (err->kind != ERR_NONE)
            return false;
        *next = UINT64_MAX;
    }
    if (*next >= at + DIGEST_BLOCK_BYTES) {
        digest_hole(digest, index);
        return true;
    }
    *next = at;
    if (!source_read(s, at, block, DIGEST_BLOCK_BYTES, err))
        return false;
    digest_block(digest, index, block, DIGEST_BLOCK_BYTES);
    return true;
}

bool adopt_content_digest(const struct image *file, const atomic_bool *cancel,
                          char out[DIGEST_TEXT_SIZE], struct err *err)
{
    struct source *source = open_random(file, err);
    if (source == NULL)
        return false;
    struct digest *digest = digest_new(source->size_bytes);
    unsigned char *block = xmalloc(DIGEST_BLOCK_BYTES);
    uint64_t next = 0;
    bool ok = true;
    *err = ERR_INIT;
    for (uint64_t i = 0; ok && i < digest_blocks(digest); i++) {
        ok = digest_one(source, digest, i, &next, block, err);
        if (ok && cancel != NULL && atomic_load(cancel))
            ok = err_set(err, ERR_CANCELLED, "interrupted before anything was changed");
    }
    ok = ok && digest_text(digest, out);
    free(block);
    digest_free(digest);
    source_close(source);
    return ok;
}

bool adopt_content_compare(struct aws *aws, struct call *home, const char *snapshot_id,
                           const struct image *file, const atomic_bool *cancel,
                           enum adopt_match *out, struct err *why, struct err *err)
{
    struct comparison c = {.snapshot_id = snapshot_id, .cancel = cancel};
    *out = ADOPT_UNKNOWN;
    c.source = open_random(file, why);
    if (c.source == NULL)
        return true;
    c.blocks = c.source->size_bytes / EBS_BLOCK_BYTES + 1;
    bool ok = ebs_each_block(home, snapshot_id, 0, hold, &c, err) &&
              compare_all(&c, aws, call_region(home), err);
    if (ok) {
        *out = atomic_load(&c.differs) ? ADOPT_OTHER : ADOPT_SAME;
    } else if (err->kind == ERR_DENIED) {
        *why = *err;
        ok = true;
    }
    for (size_t i = 0; i < c.held_count; i++)
        free(c.held[i].token);
    free(c.held);
    source_close(c.source);
    return ok;
}
