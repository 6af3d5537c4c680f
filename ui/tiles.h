/* Tiles: equal boxes in as large a class as fits, one a region. */
#ifndef UI_TILES_H
#define UI_TILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/grid.h"
#include "ui/widget.h"

enum tile_class {
    TILE_XL, /* 60x8: all fields, error text, a graph */
    TILE_L,  /* 40x4: with snapshot and public */
    TILE_M,  /* 24x3: region, state, id, bar, time */
    TILE_S,  /* 20x1: short code, glyph, word, % */
    TILE_XS, /* 11x1: short code, word */
    TILE_CLASSES,
    TILE_NONE = TILE_CLASSES, /* no class fits: show the table */
};

/* How a screen of tiles is laid out. */
struct tiles_fit {
    enum tile_class class;
    size_t dropped; /* how many of the optional panes make room */
    int rows;       /* rows that the tiles take */
};

/* A class's size. Thread: any. */
int tiles_cols(enum tile_class class);
int tiles_rows(enum tile_class class);
const char *tiles_class_name(enum tile_class class);

/* Chooses the class for n tiles in cols x rows, of which optional panes of the given heights want
 * their share (the one that goes first stands first: events, then the upload graph). The largest
 * class that fits beside all of them wins; the class in which a full house of 40 regions fits this
 * size is kept by dropping panes before it shrinks. TILE_NONE when not even XS fits. Pure. Thread:
 * any. */
struct tiles_fit tiles_fit(size_t n, int cols, int rows, const int *optional,
                           size_t optional_count);

/* Where the tiles come from; borrowed for one call. */
struct tiles_source {
    const void *data;
    size_t count;
    uint64_t (*identity)(const void *data, size_t index);
    /* Draws one tile. The view leaves out the tile's first column, where the edge and the cursor
     * stand, and in the classes with an edge the blank at its right: it has 58, 38, 22, 19 or 10
     * columns. */
    void (*draw)(const void *data, size_t index, enum tile_class class, const struct view *tile);
};

/* The state. Zeroed is fine; owns nothing. */
struct tiles {
    uint64_t cursor;
    size_t index; /* where the cursor was found last */
    int across;   /* tiles a row in the last draw */
    int page;     /* rows of tiles in the last draw */
    size_t top;   /* first row of tiles shown, where not all fit */
};

/* Draws; rests the hardware cursor on the selected tile while `focused`. Thread: ui. */
void tiles_draw(const struct view *v, struct tiles *t, enum tile_class class,
                const struct tiles_source *source, bool focused);

/* Moves (h j k l through the grid, the ends, pages); returns enum ui_result bits. Thread: ui. */
unsigned tiles_do(struct tiles *t, enum ui_function function, const struct tiles_source *source);

/* The cursor's tile, or source->count when there are none. Thread: ui. */
size_t tiles_index(struct tiles *t, const struct tiles_source *source);
void tiles_go(struct tiles *t, uint64_t identity);

/* The tile at a place of the view that tiles_draw() had last, or source->count; for the mouse.
 * Thread: ui. */
size_t tiles_at(const struct tiles *t, int x, int y, enum tile_class class,
                const struct tiles_source *source);

#endif
