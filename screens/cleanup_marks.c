/* The marks of the cleanup screen: open addressing, at most half full. */
#include "screens/cleanup_marks.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define LEAST_CAPACITY 64

/* Spreads the bits by multiplication with 2^64 over the golden ratio (Knuth, volume 3, 6.4), since
 * identities of neighbours may share their low ones. */
static size_t home_of(uint64_t identity, size_t capacity)
{
    return (size_t)((identity * 0x9e3779b97f4a7c15u) >> 32) & (capacity - 1);
}

/* Where the identity stands, or the free slot where it would. */
static size_t place(const struct marks *marks, uint64_t identity)
{
    size_t at = home_of(identity, marks->capacity);
    while (marks->slots[at] != 0 && marks->slots[at] != identity)
        at = (at + 1) & (marks->capacity - 1);
    return at;
}

bool marks_has(const struct marks *marks, uint64_t identity)
{
    return marks->count > 0 && marks->slots[place(marks, identity)] == identity;
}

static void grow(struct marks *marks)
{
    struct marks wider = {.capacity = marks->capacity > 0 ? marks->capacity * 2 : LEAST_CAPACITY};
    wider.slots = xcalloc(wider.capacity, sizeof(*wider.slots));
    for (size_t i = 0; i < marks->capacity; i++)
        if (marks->slots[i] != 0)
            wider.slots[place(&wider, marks->slots[i])] = marks->slots[i];
    free(marks->slots);
    marks->slots = wider.slots;
    marks->capacity = wider.capacity;
}

/* Frees a slot and moves those behind it up that would not be found any more. */
static void take_out(struct marks *marks, size_t hole)
{
    size_t mask = marks->capacity - 1;
    for (size_t at = (hole + 1) & mask; marks->slots[at] != 0; at = (at + 1) & mask) {
        size_t home = home_of(marks->slots[at], marks->capacity);
        if (((at - home) & mask) < ((at - hole) & mask))
            continue;
        marks->slots[hole] = marks->slots[at];
        hole = at;
    }
    marks->slots[hole] = 0;
}

void marks_set(struct marks *marks, uint64_t identity, bool on)
{
    if (marks_has(marks, identity) == on)
        return;
    marks->changes++;
    if (on && 2 * (marks->count + 1) > marks->capacity)
        grow(marks);
    size_t at = place(marks, identity);
    if (on)
        marks->slots[at] = identity;
    else
        take_out(marks, at);
    marks->count += on ? 1 : (size_t)-1;
}

void marks_clear(struct marks *marks)
{
    if (marks->count > 0)
        memset(marks->slots, 0, marks->capacity * sizeof(*marks->slots));
    marks->count = 0;
    marks->changes++;
}

void marks_free(struct marks *marks)
{
    free(marks->slots);
    *marks = (struct marks){0};
}
