/* The marks of the cleanup screen: a set of identities that is as quick with sixty thousand as with
 * six. */
#ifndef SCREENS_CLEANUP_MARKS_H
#define SCREENS_CLEANUP_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed is empty. Free with marks_free(). Identities are never 0. */
struct marks {
    uint64_t *slots;
    size_t count;
    size_t capacity;
    uint64_t changes; /* rises with every change */
};

/* Thread: ui. */
bool marks_has(const struct marks *marks, uint64_t identity);
/* Marks or unmarks. Thread: ui. */
void marks_set(struct marks *marks, uint64_t identity, bool on);
/* Thread: ui. */
void marks_clear(struct marks *marks);
/* Frees what the set holds and empties it. Thread: ui. */
void marks_free(struct marks *marks);

#endif
