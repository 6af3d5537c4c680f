/* Sparse, refcounted, composable bytes: a content is either blocks of its own or extents of
 * others. */
#include "aws/sim/content.h"
#include "aws/sim/mem.h"
#include "aws/sim/store.h"
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct content {
    atomic_int references;
    uint64_t size;
    bool known;
    bool keeps_zeros;

    int64_t *slots; /* blocks of its own */
    size_t slot_count, slot_room;
    unsigned char *tail; /* the block that append fills; NULL between blocks */
    size_t tail_len;

    struct content_extent *extents; /* or those of others */
    size_t extent_count;

    bool has_sha256; /* guarded by digest_lock */
    unsigned char sha256[32];
};

static pthread_mutex_t digest_lock = PTHREAD_MUTEX_INITIALIZER;

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

struct content *content_new(void)
{
    struct content *c = xcalloc(1, sizeof(*c));
    c->references = 1;
    c->known = !store_discards();
    return c;
}

void content_keep_zeros(struct content *c)
{
    c->keeps_zeros = true;
}

static void set_slot(struct content *c, size_t index, int64_t slot)
{
    if (index >= c->slot_room) {
        c->slot_room = (index + 1) * 2;
        c->slots = xrealloc(c->slots, c->slot_room, sizeof(c->slots[0]));
    }
    while (c->slot_count <= index)
        c->slots[c->slot_count++] = STORE_ZERO;
    store_release(c->slots[index]);
    c->slots[index] = slot;
}

static bool flush(struct content *c)
{
    if (c->tail_len == 0)
        return true;
    memset(c->tail + c->tail_len, 0, CONTENT_BLOCK - c->tail_len);
    int64_t slot;
    if (!store_write(c->tail, &slot))
        return false;
    set_slot(c, c->slot_count, slot);
    c->tail_len = 0;
    return true;
}

bool content_append(struct content *c, const void *bytes, size_t len)
{
    c->size += len;
    if (!c->known)
        return true;
    if (c->tail == NULL)
        c->tail = xmalloc(CONTENT_BLOCK);
    const char *from = bytes;
    while (len > 0) {
        size_t part = (size_t)least(len, CONTENT_BLOCK - c->tail_len);
        memcpy(c->tail + c->tail_len, from, part);
        c->tail_len += part;
        from += part;
        len -= part;
        if (c->tail_len == CONTENT_BLOCK && !flush(c))
            return false;
    }
    return true;
}

bool content_append_zeros(struct content *c, uint64_t len)
{
    static const unsigned char zeros[CONTENT_BLOCK];
    while (len > 0) {
        if (c->known && c->tail_len == 0 && len >= CONTENT_BLOCK) {
            set_slot(c, c->slot_count, STORE_ZERO);
            c->size += CONTENT_BLOCK;
            len -= CONTENT_BLOCK;
            continue;
        }
        size_t part = (size_t)least(len, CONTENT_BLOCK - c->tail_len);
        if (!content_append(c, zeros, part))
            return false;
        len -= part;
    }
    return true;
}

bool content_put_block(struct content *c, uint64_t index, const void *bytes)
{
    uint64_t end = (index + 1) * CONTENT_BLOCK;
    if (c->size < end)
        c->size = end;
    int64_t slot = STORE_ZERO;
    if (c->known && !store_write(bytes, &slot))
        return false;
    if (c->known)
        set_slot(c, index, slot);
    return true;
}

bool content_seal(struct content *c)
{
    bool ok = flush(c);
    free(c->tail);
    c->tail = NULL;
    return ok;
}

struct content *content_compose(const struct content_extent *extents, size_t count, uint64_t size)
{
    struct content *c = xcalloc(1, sizeof(*c));
    c->references = 1;
    c->known = true;
    c->size = size;
    c->extents = xcalloc(count, sizeof(c->extents[0]));
    c->extent_count = count;
    for (size_t i = 0; i < count; i++) {
        c->extents[i] = extents[i];
        content_ref(extents[i].from);
        c->known = c->known && extents[i].from->known;
    }
    return c;
}

struct content *content_ref(struct content *c)
{
    atomic_fetch_add(&c->references, 1);
    return c;
}

void content_unref(struct content *c)
{
    if (c == NULL || atomic_fetch_sub(&c->references, 1) > 1)
        return;
    for (size_t i = 0; i < c->slot_count; i++)
        store_release(c->slots[i]);
    for (size_t i = 0; i < c->extent_count; i++)
        content_unref(c->extents[i].from);
    free(c->slots);
    free(c->extents);
    free(c->tail);
    free(c);
}

uint64_t content_size(const struct content *c)
{
    return c->size;
}

bool content_known(const struct content *c)
{
    return c->known;
}

uint64_t content_blocks(const struct content *c)
{
    return (c->size + CONTENT_BLOCK - 1) / CONTENT_BLOCK;
}

/* The first extent that ends behind `offset`, or NULL. */
static const struct content_extent *extent_at(const struct content *c, uint64_t offset)
{
    size_t low = 0, high = c->extent_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c->extents[middle].offset + c->extents[middle].len > offset)
            high = middle;
        else
            low = middle + 1;
    }
    return low < c->extent_count ? &c->extents[low] : NULL;
}

/* Reads one run that lies within one slot, one extent or one hole; gives its length, -1 for an
 * error. */
static int64_t read_run(struct content *c, uint64_t offset, unsigned char *out, uint64_t len)
{
    if (c->extents == NULL) {
        uint64_t within = offset % CONTENT_BLOCK, index = offset / CONTENT_BLOCK;
        len = least(len, CONTENT_BLOCK - within);
        int64_t slot = index < c->slot_count ? c->slots[index] : STORE_ZERO;
        return store_read(slot, within, out, len) ? (int64_t)len : -1;
    }
    const struct content_extent *extent = extent_at(c, offset);
    if (extent == NULL || extent->offset > offset) {
        len = extent != NULL ? least(len, extent->offset - offset) : len;
        memset(out, 0, len);
        return (int64_t)len;
    }
    uint64_t within = offset - extent->offset;
    len = least(len, extent->len - within);
    return content_read(extent->from, extent->from_offset + within, out, len);
}

int64_t content_read(struct content *c, uint64_t offset, void *out, size_t len)
{
    uint64_t wanted = offset < c->size ? least(len, c->size - offset) : 0;
    uint64_t done = 0;
    while (done < wanted) {
        int64_t n = read_run(c, offset + done, (unsigned char *)out + done, wanted - done);
        if (n <= 0)
            return -1;
        done += (uint64_t)n;
    }
    return (int64_t)done;
}

/* Whether the block lies in the extent as a whole block of what it is from; gives which. */
static bool extent_holds(const struct content_extent *extent, uint64_t index, uint64_t *from)
{
    uint64_t start = index * CONTENT_BLOCK;
    if (extent->offset > start || extent->offset + extent->len < start + CONTENT_BLOCK)
        return false;
    uint64_t offset = start - extent->offset + extent->from_offset;
    *from = offset / CONTENT_BLOCK;
    return offset % CONTENT_BLOCK == 0;
}

/* The content that keeps the block itself, and the block's index there; NULL for a hole and for a
 * block that is pieced together. */
static const struct content *leaf_of(const struct content *c, uint64_t *index)
{
    while (c->extents != NULL) {
        const struct content_extent *extent = extent_at(c, *index * CONTENT_BLOCK);
        if (extent == NULL || !extent_holds(extent, *index, index))
            return NULL;
        c = extent->from;
    }
    return *index < content_blocks(c) ? c : NULL;
}

/* Whether the block is a hole by the books alone, without reading it. */
static bool is_hole(const struct content *c, uint64_t index)
{
    if (c->extents == NULL)
        return index >= content_blocks(c) ||
               (c->known && !c->keeps_zeros &&
                (index >= c->slot_count || c->slots[index] == STORE_ZERO));
    const struct content_extent *extent = extent_at(c, index * CONTENT_BLOCK);
    uint64_t from;
    if (extent == NULL || extent->offset >= (index + 1) * CONTENT_BLOCK)
        return true;
    return extent_holds(extent, index, &from) && is_hole(extent->from, from);
}

uint64_t content_next_written(const struct content *c, uint64_t index)
{
    uint64_t blocks = content_blocks(c), from;
    while (index < blocks && is_hole(c, index)) {
        const struct content_extent *extent =
            c->extents != NULL ? extent_at(c, index * CONTENT_BLOCK) : NULL;
        uint64_t ahead = 1;
        if (c->extents == NULL && index >= c->slot_count)
            return blocks;
        if (c->extents != NULL && extent == NULL)
            return blocks;
        if (extent != NULL && !extent_holds(extent, index, &from))
            ahead = extent->offset / CONTENT_BLOCK - index;
        else if (extent != NULL)
            ahead = least(content_next_written(extent->from, from) - from,
                          (extent->offset + extent->len) / CONTENT_BLOCK - index);
        index += ahead;
    }
    return index < blocks ? index : blocks;
}

bool content_shares_block(const struct content *a, const struct content *b, uint64_t index)
{
    uint64_t in_a = index, in_b = index;
    a = leaf_of(a, &in_a);
    b = leaf_of(b, &in_b);
    return a != NULL && a == b && in_a == in_b;
}

/* Reads block `index` into out, padded with zeros; false when it is all zero or unreadable. */
static bool read_block(struct content *c, uint64_t index, unsigned char *out)
{
    if (is_hole(c, index))
        return false;
    int64_t n = content_read(c, index * CONTENT_BLOCK, out, CONTENT_BLOCK);
    if (n <= 0)
        return false;
    memset(out + n, 0, (size_t)(CONTENT_BLOCK - n));
    return out[0] != 0 || memcmp(out, out + 1, CONTENT_BLOCK - 1) != 0;
}

bool content_block_sha256(struct content *c, uint64_t index, unsigned char out[32])
{
    unsigned char *block = xmalloc(CONTENT_BLOCK);
    bool ok = read_block(c, index, block) &&
              EVP_Digest(block, CONTENT_BLOCK, out, NULL, EVP_sha256(), NULL) == 1;
    free(block);
    return ok;
}

static bool digest_all(struct content *c, unsigned char out[32])
{
    bool ok = true;
    unsigned char *block = xmalloc(CONTENT_BLOCK);
    EVP_MD_CTX *sha256 = EVP_MD_CTX_new();
    EVP_DigestInit_ex(sha256, EVP_sha256(), NULL);
    for (uint64_t offset = 0; ok && offset < c->size; offset += CONTENT_BLOCK) {
        int64_t n = content_read(c, offset, block, CONTENT_BLOCK);
        ok = n > 0 && EVP_DigestUpdate(sha256, block, (size_t)n) == 1;
    }
    ok = ok && EVP_DigestFinal_ex(sha256, out, NULL) == 1;
    EVP_MD_CTX_free(sha256);
    free(block);
    return ok;
}

bool content_sha256(struct content *c, unsigned char out[32])
{
    if (!c->known)
        return false;
    pthread_mutex_lock(&digest_lock);
    if (!c->has_sha256)
        c->has_sha256 = digest_all(c, c->sha256);
    if (c->has_sha256)
        memcpy(out, c->sha256, sizeof(c->sha256));
    bool ok = c->has_sha256;
    pthread_mutex_unlock(&digest_lock);
    return ok;
}

struct content *content_corrupt(struct content *c, uint64_t index)
{
    uint64_t blocks = content_blocks(c);
    if (!c->known || blocks == 0)
        return NULL;
    unsigned char *block = xcalloc(1, CONTENT_BLOCK);
    uint64_t at = index < blocks ? index : blocks - 1;
    while (at < blocks && !read_block(c, at, block))
        at++;
    if (at == blocks) {
        at = index < blocks ? index : blocks - 1;
        memset(block, 0, CONTENT_BLOCK);
    }
    block[0] ^= 1;
    struct content *flipped = content_new();
    uint64_t start = at * CONTENT_BLOCK, end = least(start + CONTENT_BLOCK, c->size);
    struct content *result = NULL;
    if (content_put_block(flipped, 0, block)) {
        const struct content_extent extents[] = {
            {.offset = 0, .from = c, .from_offset = 0, .len = start},
            {.offset = start, .from = flipped, .from_offset = 0, .len = end - start},
            {.offset = end, .from = c, .from_offset = end, .len = c->size - end},
        };
        result = content_compose(extents, ARRAY_LEN(extents), c->size);
    }
    content_unref(flipped);
    free(block);
    return result;
}
