/* A bump allocator. */
#include "core/arena.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

/* Chunks grow with the arena, so that a small one stays small. */
enum { CHUNK_MIN = 2048, CHUNK_MAX = 256 * 1024, ALIGN = 8 };

struct arena_chunk {
    struct arena_chunk *next;
    char bytes[];
};

static void add_chunk(struct arena *a, size_t wanted)
{
    size_t size = a->bytes < CHUNK_MIN ? CHUNK_MIN : a->bytes;
    if (size > CHUNK_MAX)
        size = CHUNK_MAX;
    if (size < wanted)
        size = wanted;
    struct arena_chunk *chunk = xmalloc(sizeof(*chunk) + size);
    chunk->next = a->chunks;
    a->chunks = chunk;
    a->at = chunk->bytes;
    a->end = chunk->bytes + size;
    a->bytes += size;
}

void *arena_alloc(struct arena *a, size_t size)
{
    size_t skip = (ALIGN - (uintptr_t)a->at % ALIGN) % ALIGN;
    if ((size_t)(a->end - a->at) < size + skip) {
        add_chunk(a, size);
        skip = 0;
    }
    a->at += skip + size;
    return a->at - size;
}

char *arena_bytes(struct arena *a, size_t size)
{
    if ((size_t)(a->end - a->at) < size)
        add_chunk(a, size);
    a->at += size;
    return a->at - size;
}

void arena_free(struct arena *a)
{
    while (a->chunks != NULL) {
        struct arena_chunk *next = a->chunks->next;
        free(a->chunks);
        a->chunks = next;
    }
    *a = (struct arena){0};
}
