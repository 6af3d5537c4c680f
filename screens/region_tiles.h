/* The regions of an image as tiles, and what tiles and table share. */
#ifndef SCREENS_REGION_TILES_H
#define SCREENS_REGION_TILES_H

#include "core/model.h"
#include "screens/order.h"
#include "ui/table.h"
#include "ui/tiles.h"

/* What is drawn; borrowed for one call. */
struct regions {
    const struct model *model;
    size_t image;
    const struct order *order;
    const struct table *marks;
    clock_ms now;
};

/* The cell of a row, and its identity. Thread: ui. */
const struct model_cell *regions_cell(const struct regions *regions, size_t row);
uint64_t regions_identity(const void *regions, size_t row);

/* Draws a tile of a `struct regions`; for tiles_source.draw. Thread: ui. */
void region_tile_draw(const void *regions, size_t row, enum tile_class class,
                      const struct view *tile);

/* The bar of a cell in its state's colour. Thread: ui. */
void region_bar(const struct view *v, int x, int y, int cols, const struct model *model,
                const struct model_cell *cell);

#endif
