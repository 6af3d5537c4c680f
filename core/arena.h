/* Memory that is handed out in order and ends at once. */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include <stddef.h>

/* Zeroed is empty. One thread at a time. */
struct arena {
    struct arena_chunk *chunks;
    char *at, *end; /* what is left of the newest chunk */
    size_t bytes;   /* of all chunks */
};

/* size bytes, aligned for pointers and 64-bit numbers, not zeroed. Thread: any. */
void *arena_alloc(struct arena *a, size_t size);
/* The same without alignment: text. Thread: any. */
char *arena_bytes(struct arena *a, size_t size);
/* Frees everything and empties it. Thread: any. */
void arena_free(struct arena *a);

#endif
