/* The panes of the watch screen: what each lists, how a row is told from others, found, compared
 * and drawn. One row of a table a pane. */
#ifndef SCREENS_WATCH_PANE_H
#define SCREENS_WATCH_PANE_H

#include "core/watch.h"
#include "screens/filter.h"
#include "ui/table.h"

/* From top to bottom. The one of what is selected has no cursor. */
enum watch_pane {
    WATCH_RELEASES,
    WATCH_IMPORTS,
    WATCH_PENDINGS,
    WATCH_UPLOADS,
    WATCH_SELECTED,
    WATCH_CHANGES,
    WATCH_PANES
};

/* What a row is compared by: the number, then the text. */
struct watch_sort_key {
    long long number;
    const char *text;
};

/* Text that a row's fields need and that is not in the view. */
#define WATCH_SCRATCH 4096

/* Rows are indexes in the view's array of the pane. */
struct watch_pane_ops {
    const char *title;
    const char *none; /* said when there is nothing */
    const struct table_column *columns;
    size_t column_count;
    size_t (*count)(const struct watch_view *view);
    uint64_t (*identity)(const struct watch_view *view, size_t row);
    /* Whether something still moves there. */
    bool (*active)(const struct watch_view *view, size_t row);
    /* What the filter looks at; region, state and the rest as far as the row has them. */
    void (*fields)(const struct watch_view *view, size_t row, struct filter_row *out,
                   char scratch[WATCH_SCRATCH]);
    /* The name of the release it belongs to, "" for none; *id its tatami:id, "" for none. */
    const char *(*release)(const struct watch_view *view, size_t row, const char **id);
    struct watch_sort_key (*key)(const struct watch_view *view, size_t row, int column);
    /* Draws a cell; drift is added to every age. */
    void (*draw)(const struct watch_view *view, size_t row, int column, clock_ms drift,
                 const struct view *cell);
    /* What `y` copies. */
    const char *(*id)(const struct watch_view *view, size_t row);
};

/* NULL for WATCH_SELECTED. Thread: any. */
const struct watch_pane_ops *watch_pane_ops(enum watch_pane pane);

/* The rows of each pane's table. */
extern const struct watch_pane_ops watch_release_ops, watch_import_ops, watch_pending_ops,
    watch_upload_ops, watch_change_ops;

#endif
