/* Memory that is handed out in order and taken back at once: no block of it is freed by itself. */
#ifndef AWS_STACK_H
#define AWS_STACK_H

#include <stddef.h>

struct stack_chunk;

/* Zeroed is empty. One thread at a time. */
struct stack {
    struct stack_chunk *first, *current;
    size_t used; /* bytes of current */
};

/* size bytes, aligned for any type, not zeroed; they live until a reset behind them or the end.
 * Thread: any. */
void *stack_alloc(struct stack *s, size_t size) __attribute__((returns_nonnull));
/* The same without alignment: text. Thread: any. */
char *stack_bytes(struct stack *s, size_t size) __attribute__((returns_nonnull));

/* Where a stack stands. */
struct stack_mark {
    struct stack_chunk *chunk;
    size_t used;
};
/* Thread: any. */
struct stack_mark stack_mark(const struct stack *s);
/* Takes back what was handed out since the mark, and keeps the memory for what comes. Thread: any.
 */
void stack_reset(struct stack *s, struct stack_mark mark);
/* Frees everything and empties it. Thread: any. */
void stack_free(struct stack *s);

#endif
