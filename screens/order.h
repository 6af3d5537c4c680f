/* Which cells of an image a screen shows and in which order. Pure. */
#ifndef SCREENS_ORDER_H
#define SCREENS_ORDER_H

#include "core/model.h"
#include "screens/filter.h"
#include "ui/table.h"

/* Columns of the region table, for sorting. 0 is problems first, then the plan's order. */
enum region_column {
    COLUMN_PROBLEMS,
    COLUMN_REGION,
    COLUMN_STATE,
    COLUMN_PROGRESS,
    COLUMN_PERCENT,
    COLUMN_AMI,
    COLUMN_SNAPSHOT,
    COLUMN_PUBLIC,
    COLUMN_TIME,
    COLUMN_NOTE,
};

/* Region indexes of the plan. Zeroed is empty; free with order_free(). */
struct order {
    size_t *regions;
    size_t count;
    size_t capacity;
};

struct order_by {
    size_t image;
    const struct filter *filter;
    int column;
    bool reverse;
    bool keep; /* rows that stood there keep their order */
    bool marked_only;
    const struct table *marks; /* for marked_only */
    clock_ms now;
};

/* Builds the rows anew. Thread: ui. */
void order_build(struct order *order, const struct model *model, const struct order_by *by);
/* NULL memory is fine. Thread: ui. */
void order_free(struct order *order);

/* Whether a cell matches the filter. Thread: any. */
bool order_matches(const struct model *model, const struct model_cell *cell,
                   const struct filter *filter);

#endif
