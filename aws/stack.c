/* Memory that is handed out in order and taken back at once. */
#include "aws/stack.h"

#include <stdalign.h>
#include <stdlib.h>

#include "base/mem.h"

/* Room for a few items of a list; a document with more takes chunks that double. */
enum { CHUNK_BYTES_MIN = 16 << 10, CHUNK_BYTES_MAX = 1 << 20 };

struct stack_chunk {
    struct stack_chunk *next;
    size_t size; /* of data */
    alignas(max_align_t) char data[];
};

/* Goes on to a chunk with that much room: one that a reset left, else a new one. */
static void next_chunk(struct stack *s, size_t size)
{
    struct stack_chunk *next = s->current == NULL ? s->first : s->current->next;

    if (next == NULL || next->size < size) {
        size_t room = s->current == NULL ? CHUNK_BYTES_MIN : s->current->size * 2;
        room = room > CHUNK_BYTES_MAX ? CHUNK_BYTES_MAX : room;
        room = room < size ? size : room;
        struct stack_chunk *made = xmalloc(sizeof *made + room);
        *made = (struct stack_chunk){.next = next, .size = room};
        if (s->current == NULL)
            s->first = made;
        else
            s->current->next = made;
        next = made;
    }
    s->current = next;
    s->used = 0;
}

void *stack_alloc(struct stack *s, size_t size)
{
    size_t at = (s->used + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);

    if (s->current == NULL || at > s->current->size || s->current->size - at < size) {
        next_chunk(s, size);
        at = 0;
    }
    s->used = at + size;
    return s->current->data + at;
}

char *stack_bytes(struct stack *s, size_t size)
{
    if (s->current == NULL || s->current->size - s->used < size)
        next_chunk(s, size);
    s->used += size;
    return s->current->data + s->used - size;
}

struct stack_mark stack_mark(const struct stack *s)
{
    return (struct stack_mark){.chunk = s->current, .used = s->used};
}

void stack_reset(struct stack *s, struct stack_mark mark)
{
    s->current = mark.chunk;
    s->used = mark.used;
}

void stack_free(struct stack *s)
{
    for (struct stack_chunk *chunk = s->first; chunk != NULL;) {
        struct stack_chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    *s = (struct stack){0};
}
