/* Blocks that are kept between the hashing and the sending. */
#include "core/source_cached.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/digest.h"

/* A block is hashed and sent, each time from its start to its end. */
enum { READS_OF_A_BLOCK = 2 };

enum slot_state { SLOT_EMPTY, SLOT_LOADING, SLOT_READY };

struct slot {
    enum slot_state state;
    uint64_t index; /* of its block */
    uint64_t used;  /* the higher, the later */
    int readers;    /* that copy from it or load it */
    int ends;       /* how often it was read to its end */
    unsigned char *bytes;
};

struct cached {
    struct source *inner;
    pthread_mutex_t lock;
    pthread_cond_t loaded;
    struct slot slots[SOURCE_CACHED_BLOCKS];
    uint64_t uses;
};

static struct slot *find(struct cached *c, uint64_t index)
{
    for (size_t i = 0; i < SOURCE_CACHED_BLOCKS; i++) {
        if (c->slots[i].state != SLOT_EMPTY && c->slots[i].index == index)
            return &c->slots[i];
    }
    return NULL;
}

/* An empty one, else the one that nobody has read for the longest time; NULL when all are read. */
static struct slot *choose(struct cached *c)
{
    struct slot *best = NULL;

    for (size_t i = 0; i < SOURCE_CACHED_BLOCKS; i++) {
        struct slot *s = &c->slots[i];
        if (s->state == SLOT_EMPTY)
            return s;
        if (s->readers == 0 && (best == NULL || s->used < best->used))
            best = s;
    }
    return best;
}

static uint64_t length_of(const struct cached *c, uint64_t index)
{
    uint64_t left = c->inner->size_bytes - index * DIGEST_BLOCK_BYTES;
    return left < DIGEST_BLOCK_BYTES ? left : DIGEST_BLOCK_BYTES;
}

/* With the lock held, and again when it returns. */
static bool load(struct cached *c, struct slot *s, uint64_t index, struct err *err)
{
    *s = (struct slot){.state = SLOT_LOADING, .index = index, .readers = 1, .bytes = s->bytes};
    pthread_mutex_unlock(&c->lock);
    if (s->bytes == NULL)
        s->bytes = xmalloc(DIGEST_BLOCK_BYTES);
    bool ok = source_read(c->inner, index * DIGEST_BLOCK_BYTES, s->bytes,
                          (size_t)length_of(c, index), err);
    pthread_mutex_lock(&c->lock);
    s->state = ok ? SLOT_READY : SLOT_EMPTY;
    s->readers = ok ? 1 : 0;
    pthread_cond_broadcast(&c->loaded);
    return ok;
}

/* The slot with this block, which stays until let_go(); NULL in *out when there is none and the
 * block is not read from its start. */
static bool hold(struct cached *c, uint64_t index, bool from_start, struct slot **out,
                 struct err *err)
{
    struct slot *s;
    bool ok = true;

    pthread_mutex_lock(&c->lock);
    while ((s = find(c, index)) != NULL && s->state == SLOT_LOADING)
        pthread_cond_wait(&c->loaded, &c->lock);
    if (s != NULL) {
        s->readers++;
    } else if (from_start && (s = choose(c)) != NULL) {
        ok = load(c, s, index, err);
    }
    if (ok && s != NULL)
        s->used = ++c->uses;
    pthread_mutex_unlock(&c->lock);
    *out = s;
    return ok;
}

static void let_go(struct cached *c, struct slot *s, bool to_end)
{
    pthread_mutex_lock(&c->lock);
    s->readers--;
    s->ends += to_end ? 1 : 0;
    if (s->readers == 0 && s->ends >= READS_OF_A_BLOCK)
        s->state = SLOT_EMPTY;
    pthread_mutex_unlock(&c->lock);
}

static bool read_piece(struct cached *c, uint64_t index, size_t at, void *out, size_t length,
                       struct err *err)
{
    struct slot *s = NULL;

    if (!hold(c, index, at == 0, &s, err))
        return false;
    if (s == NULL)
        return source_read(c->inner, index * DIGEST_BLOCK_BYTES + at, out, length, err);
    memcpy(out, s->bytes + at, length);
    let_go(c, s, at + length >= length_of(c, index));
    return true;
}

static bool cached_read(struct source *source, uint64_t offset, void *out, size_t length,
                        struct err *err)
{
    struct cached *c = source->self;
    unsigned char *to = out;

    /* Who reads whole blocks needs nothing kept. */
    if (length >= DIGEST_BLOCK_BYTES)
        return source_read(c->inner, offset, out, length, err);
    while (length > 0) {
        size_t at = (size_t)(offset % DIGEST_BLOCK_BYTES);
        size_t n = DIGEST_BLOCK_BYTES - at < length ? DIGEST_BLOCK_BYTES - at : length;
        if (!read_piece(c, offset / DIGEST_BLOCK_BYTES, at, to, n, err))
            return false;
        offset += n;
        to += n;
        length -= n;
    }
    return true;
}

static enum source_found cached_next_data(struct source *source, uint64_t offset, uint64_t *start,
                                          uint64_t *end, struct err *err)
{
    struct cached *c = source->self;
    return source_next_data(c->inner, offset, start, end, err);
}

static bool cached_unchanged(struct source *source, struct err *err)
{
    struct cached *c = source->self;
    return source_unchanged(c->inner, err);
}

static void cached_close(struct source *source)
{
    struct cached *c = source->self;

    for (size_t i = 0; i < SOURCE_CACHED_BLOCKS; i++)
        free(c->slots[i].bytes);
    source_close(c->inner);
    pthread_mutex_destroy(&c->lock);
    pthread_cond_destroy(&c->loaded);
    free(c);
}

struct source *source_cached(struct source *inner)
{
    static const struct source_ops ops = {.order = SOURCE_RANDOM,
                                          .next_data = cached_next_data,
                                          .read = cached_read,
                                          .unchanged = cached_unchanged,
                                          .close = cached_close};

    if (inner == NULL)
        return NULL;
    struct cached *c = xcalloc(1, sizeof *c);
    c->inner = inner;
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->loaded, NULL);
    return source_new(&ops, inner->name, inner->size_bytes, c);
}
