/* The marks of a table: a sorted set of identities. */
#include "ui/table.h"

#include <string.h>

#include "base/mem.h"

/* The place where the identity stands or would stand. */
static size_t place(const struct table *t, uint64_t identity)
{
    size_t low = 0;
    size_t high = t->mark_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (t->marks[middle] < identity)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool table_is_marked(const struct table *t, uint64_t identity)
{
    size_t at = place(t, identity);
    return at < t->mark_count && t->marks[at] == identity;
}

void table_mark(struct table *t, uint64_t identity, bool on)
{
    size_t at = place(t, identity);
    bool is = at < t->mark_count && t->marks[at] == identity;
    if (is == on)
        return;
    if (on && t->mark_count == t->mark_capacity) {
        t->mark_capacity = t->mark_capacity > 0 ? t->mark_capacity * 2 : 16;
        t->marks = xrealloc(t->marks, t->mark_capacity, sizeof *t->marks);
    }
    uint64_t *here = &t->marks[at];
    size_t behind = t->mark_count - at;
    if (on) {
        memmove(here + 1, here, behind * sizeof *here);
        *here = identity;
        t->mark_count += 1;
    } else {
        memmove(here, here + 1, (behind - 1) * sizeof *here);
        t->mark_count -= 1;
    }
}

size_t table_marks_hidden(const struct table *t, const struct table_source *source)
{
    size_t shown = 0;
    for (size_t i = 0; i < source->count && t->mark_count > 0; i++)
        shown += table_is_marked(t, source->identity(source->data, i));
    return t->mark_count - shown;
}
