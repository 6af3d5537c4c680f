/* A table of rows by callback, whose cursor and marks are identities and not rows. */
#ifndef UI_TABLE_H
#define UI_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/grid.h"
#include "ui/widget.h"

enum table_align { ALIGN_LEFT, ALIGN_RIGHT };

/* A column. Columns stand one blank apart. Those with the highest drop leave first when the
 * table is too narrow; drop 0 never leaves. Of what is left over, each column gets up to `most`, in
 * order. */
struct table_column {
    int id;
    const char *title;
    int width; /* what it wants */
    int least; /* what it can be squeezed to before columns are dropped; 0 is width */
    int most;  /* what it grows to; 0 is width */
    int drop;
    enum table_align align; /* of the title; a cell aligns itself */
    bool sortable;
};

/* Where the rows come from; borrowed for one call. */
struct table_source {
    const void *data;
    size_t count;
    uint64_t (*identity)(const void *data, size_t row); /* never 0, each row its own */
    /* Draws one cell: cell->cols is its width. */
    void (*draw)(const void *data, size_t row, int column_id, const struct view *cell);
    /* What stands between the row's brackets when it is not marked: ' ' can be marked, '!' and '#'
     * cannot, 'x' and '-' (partly) are marks that the source keeps itself, 0 has no brackets. NULL:
     * no row can be marked and there are no brackets. */
    char (*box)(const void *data, size_t row);
};

/* The state. Zeroed is a table at its first row without marks. Free with table_free(). */
struct table {
    uint64_t cursor; /* identity; 0 is the first row */
    size_t row;      /* where the cursor was found last */
    size_t top;      /* first row shown */
    size_t page;     /* rows that were shown last */
    uint64_t anchor; /* where a range of marks starts */
    uint64_t *marks; /* sorted */
    size_t mark_count;
    size_t mark_capacity;
    int sort_column; /* id, 0 is the source's own order */
    bool sort_reverse;
};

/* Frees what the state holds and zeroes it. Thread: ui. */
void table_free(struct table *t);

/* Draws headings and rows into v, keeps the cursor's row visible, marks it and rests the hardware
 * cursor on it while `focused`. A cursor whose row is gone goes to the row at its place. Thread:
 * ui. */
void table_draw(const struct view *v, struct table *t, const struct table_column *columns,
                size_t column_count, const struct table_source *source, bool focused);

/* Carries out a function; returns enum ui_result bits, UI_IGNORED for one that it does not know.
 * UI_SORT walks the sortable columns (columns may be NULL for the other functions). Thread: ui. */
unsigned table_do(struct table *t, enum ui_function function, const struct table_column *columns,
                  size_t column_count, const struct table_source *source);

/* The cursor's row, or source->count when there are no rows. Thread: ui. */
size_t table_row(struct table *t, const struct table_source *source);
/* Puts the cursor onto an identity. Thread: ui. */
void table_go(struct table *t, uint64_t identity);

bool table_is_marked(const struct table *t, uint64_t identity);
/* Marks or unmarks. Thread: ui. */
void table_mark(struct table *t, uint64_t identity, bool on);
/* Marks that stand on rows which the source does not have: hidden by a filter, or gone. Thread: ui.
 */
size_t table_marks_hidden(const struct table *t, const struct table_source *source);

/* The row of the source at line y of the view that table_draw() had last, or source->count; for the
 * mouse. Thread: ui. */
size_t table_row_at(const struct table *t, int y, const struct table_source *source);

/* The layout: widths[i] becomes the width of columns[i], 0 where it was dropped; returns the
 * columns in use. Thread: any. */
int table_layout(const struct table_column *columns, size_t column_count, int cols, int *widths);

#define TABLE_COLUMNS 24

#endif
