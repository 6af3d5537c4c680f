/* A parent snapshot whose digests nobody wrote down: its blocks are listed, and read. */
#include <stdlib.h>
#include <string.h>

#include "aws/ebs.h"
#include "base/mem.h"
#include "core/direct_impl.h"

struct listed {
    uint64_t index;
    char *token;
};

struct direct_parent {
    struct listed *blocks;
    size_t count, room;
};

static void add(void *arg, int64_t index, const char *token)
{
    struct direct_parent *p = arg;

    if (p->count == p->room) {
        p->room = p->room == 0 ? 1024 : 2 * p->room;
        p->blocks = xrealloc(p->blocks, p->room, sizeof *p->blocks);
    }
    p->blocks[p->count++] = (struct listed){(uint64_t)index, xstrdup(token)};
}

static int by_index(const void *a, const void *b)
{
    const struct listed *x = a, *y = b;
    return (x->index > y->index) - (x->index < y->index);
}

struct direct_parent *direct_parent_list(struct call *c, const char *id, struct err *err)
{
    struct direct_parent *p = xcalloc(1, sizeof *p);

    if (!ebs_each_block(c, id, 0, add, p, err)) {
        direct_parent_free(p);
        return NULL;
    }
    if (p->count > 0)
        qsort(p->blocks, p->count, sizeof *p->blocks, by_index);
    return p;
}

void direct_parent_free(struct direct_parent *p)
{
    if (p == NULL)
        return;
    for (size_t i = 0; i < p->count; i++)
        free(p->blocks[i].token);
    free(p->blocks);
    free(p);
}

/* The place of the first block at or after index. */
static size_t find(const struct direct_parent *p, uint64_t index)
{
    size_t low = 0, high = p->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->blocks[middle].index < index)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool direct_parent_next(const struct direct_parent *p, uint64_t *index)
{
    size_t at = p == NULL ? 0 : find(p, *index);

    if (p == NULL || at == p->count)
        return false;
    *index = p->blocks[at].index;
    return true;
}

bool direct_parent_hash(const struct direct_parent *p, struct call *c, const char *id,
                        uint64_t index, unsigned char hash[DIGEST_SIZE], struct err *err)
{
    size_t at = find(p, index);

    if (at < p->count && p->blocks[at].index == index)
        return ebs_hash_block(c, id, (int64_t)index, p->blocks[at].token, hash, err);
    memcpy(hash, digest_of_zeros, DIGEST_SIZE);
    return true;
}
