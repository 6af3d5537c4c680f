/* What one look did not show any more: EC2's lists are eventually consistent, so that only what two
 * looks in a row do not show is gone. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/watch_state.h"

static bool is_of(const struct watch_absent *a, enum inventory_kind kind, const char *region)
{
    return a->kind == kind && strcmp(a->region, region) == 0;
}

void watch_absent_add(struct watch *w, enum inventory_kind kind, const struct inventory_region *was,
                      const struct inventory_region *is, const char *id, const void *row)
{
    if (w->absent_count == w->absent_room) {
        w->absent_room = w->absent_room == 0 ? 16 : w->absent_room * 2;
        w->absent = xrealloc(w->absent, w->absent_room, sizeof(*w->absent));
    }
    w->absent[w->absent_count++] = (struct watch_absent){
        .of = inventory_ref(w->before),
        .kind = kind,
        .region = was->name,
        .id = id,
        .row = row,
        .read_at_ms = is->readings[kind].read_at_ms,
    };
}

struct watch_absent *watch_absent_find(struct watch *w, enum inventory_kind kind,
                                       const char *region, const char *id)
{
    for (size_t i = 0; i < w->absent_count; i++)
        if (is_of(&w->absent[i], kind, region) && strcmp(w->absent[i].id, id) == 0)
            return &w->absent[i];
    return NULL;
}

void watch_absent_drop(struct watch *w, struct watch_absent *a)
{
    size_t behind = w->absent_count - (size_t)(a - w->absent) - 1;
    inventory_unref(a->of);
    memmove(a, a + 1, behind * sizeof(*a));
    w->absent_count--;
}

void watch_absent_settle(struct watch *w, enum inventory_kind kind,
                         const struct inventory_region *is,
                         void (*gone)(struct watch *w, const struct inventory_region *is,
                                      const void *row))
{
    size_t kept = 0;
    for (size_t i = 0; i < w->absent_count; i++) {
        struct watch_absent *a = &w->absent[i];
        if (!is_of(a, kind, is->name) || a->read_at_ms == is->readings[kind].read_at_ms) {
            w->absent[kept++] = *a;
            continue;
        }
        gone(w, is, a->row);
        inventory_unref(a->of);
    }
    w->absent_count = kept;
}

void watch_absent_free(struct watch *w)
{
    for (size_t i = 0; i < w->absent_count; i++)
        inventory_unref(w->absent[i].of);
    free(w->absent);
}
