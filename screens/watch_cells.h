/* One release over images and regions, tied to the rows of the inventory. */
#ifndef SCREENS_WATCH_CELLS_H
#define SCREENS_WATCH_CELLS_H

#include "core/watch.h"

/* An image of the release in a region. */
struct watch_spot {
    const struct watch_cell *cell;     /* of the region */
    const struct watch_image *image;   /* NULL: the region as a whole, nothing is known of images */
    const struct inventory_image *ami; /* NULL: there is none */
    const struct inventory_snapshot *snapshot; /* its first; NULL while it is not known */
    enum word word;
    int percent; /* -1 unknown */
};

/* Borrowed from view and inventory. Zeroed is empty; free with watch_cells_free(). */
struct watch_cells {
    struct watch_spot *spots; /* region by region */
    size_t count, capacity;
};

/* Looks for the release's AMIs by their names and tags. Thread: ui. */
void watch_cells_find(struct watch_cells *cells, const struct watch_release *release,
                      const struct inventory *inventory);
/* Frees and empties. Thread: ui. */
void watch_cells_free(struct watch_cells *cells);

#endif
