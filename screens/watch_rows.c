/* Which rows the panes of the watch screen show, and in which order. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "screens/watch_state.h"

const struct watch_pane_ops *watch_pane_ops(enum watch_pane pane)
{
    static const struct watch_pane_ops *const all[WATCH_PANES] = {
        [WATCH_RELEASES] = &watch_release_ops, [WATCH_IMPORTS] = &watch_import_ops,
        [WATCH_PENDINGS] = &watch_pending_ops, [WATCH_UPLOADS] = &watch_upload_ops,
        [WATCH_CHANGES] = &watch_change_ops,
    };
    return all[pane];
}

/* A row on its way to its place. */
struct sorted {
    size_t row;
    struct watch_sort_key key;
    size_t place; /* what settles a draw */
};

static int compare(const void *left, const void *right)
{
    const struct sorted *a = left, *b = right;
    if (a->key.number != b->key.number)
        return a->key.number < b->key.number ? -1 : 1;
    int texts = strcmp(a->key.text, b->key.text);
    if (texts != 0)
        return texts;
    return a->place < b->place ? -1 : a->place > b->place;
}

static bool is_followed(const struct watch_screen *self, const struct watch_pane_ops *ops,
                        const struct watch_view *view, size_t row)
{
    const char *id = "", *name = ops->release(view, row, &id);
    return strcmp(name, self->followed) == 0 || (id[0] != '\0' && strcmp(id, self->followed) == 0);
}

static bool is_shown(const struct watch_screen *self, const struct watch_pane_ops *ops,
                     const struct watch_view *view, size_t row)
{
    struct filter_row fields = {0};
    char scratch[WATCH_SCRATCH];
    if (self->active_only && !ops->active(view, row))
        return false;
    if (self->followed != NULL && !is_followed(self, ops, view, row))
        return false;
    if (self->filter.filter.count == 0)
        return true;
    ops->fields(view, row, &fields, scratch);
    return filter_matches(&self->filter.filter, &fields);
}

/* Where a row stood; behind all others for a new one. */
static long long place_before(const struct watch_list *list, uint64_t identity, size_t row)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->identity[i] == identity)
            return (long long)i;
    return (long long)list->count + (long long)row;
}

static void reserve(struct watch_list *list, size_t count)
{
    if (count <= list->capacity)
        return;
    list->rows = xrealloc(list->rows, count, sizeof(*list->rows));
    list->identity = xrealloc(list->identity, count, sizeof(*list->identity));
    list->capacity = count;
}

static void order_list(struct watch_screen *self, enum watch_pane pane,
                       const struct watch_view *view, bool keep)
{
    const struct watch_pane_ops *ops = watch_pane_ops(pane);
    struct watch_list *list = &self->lists[pane];
    size_t all = ops->count(view), count = 0;
    struct sorted *rows = xcalloc(all > 0 ? all : 1, sizeof(*rows));
    int column = list->table.sort_column;
    /* Changes come at the top by themselves. */
    keep = keep && pane != WATCH_CHANGES;
    for (size_t i = 0; i < all; i++) {
        if (!is_shown(self, ops, view, i))
            continue;
        struct watch_sort_key key = {.text = ""};
        if (keep)
            key.number = place_before(list, ops->identity(view, i), i);
        else if (column != 0)
            key = ops->key(view, i, column);
        rows[count++] = (struct sorted){i, key, i};
    }
    qsort(rows, count, sizeof(*rows), compare);
    /* A cursor that rests on the newest change stays on the newest. */
    if (pane == WATCH_CHANGES && list->table.row == 0)
        list->table.cursor = 0;
    bool turned = !keep && (list->table.sort_reverse != (pane == WATCH_CHANGES));
    reserve(list, count);
    for (size_t i = 0; i < count; i++) {
        list->rows[i] = rows[turned ? count - 1 - i : i].row;
        list->identity[i] = ops->identity(view, list->rows[i]);
    }
    list->count = count;
    free(rows);
}

void watch_order(struct watch_screen *self, bool keep)
{
    const struct watch_view *view = watch_shown(self);
    for (int pane = 0; pane < WATCH_PANES && view != NULL; pane++)
        if (watch_pane_ops((enum watch_pane)pane) != NULL)
            order_list(self, (enum watch_pane)pane, view, keep);
}

static uint64_t identity_of(const void *data, size_t row)
{
    return ((const struct watch_list *)data)->identity[row];
}

struct table_source watch_list_source(const struct watch_list *list)
{
    return (struct table_source){.data = list, .count = list->count, .identity = identity_of};
}

bool watch_cursor(struct watch_screen *self, enum watch_pane pane, size_t *index)
{
    struct watch_list *list = &self->lists[pane];
    struct table_source source = watch_list_source(list);
    size_t row = table_row(&list->table, &source);
    if (row >= list->count)
        return false;
    *index = list->rows[row];
    return true;
}

const struct watch_release *watch_cursor_release(struct watch_screen *self)
{
    const struct watch_view *view = watch_shown(self);
    size_t row;
    if (view == NULL || !watch_cursor(self, self->focus, &row))
        return NULL;
    if (self->focus == WATCH_RELEASES)
        return &view->releases[row];
    const char *id = "", *name = watch_pane_ops(self->focus)->release(view, row, &id);
    const struct watch_release *found = id[0] != '\0' ? watch_find(view, id) : NULL;
    return found != NULL || name[0] == '\0' ? found : watch_find(view, name);
}
