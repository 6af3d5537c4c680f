/* A window inside a grid of marks: what a widget writes outside of its window is found. */
#ifndef TESTS_UNIT_FENCE_H
#define TESTS_UNIT_FENCE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ui/grid.h"

#define FENCE_COLS 3
#define FENCE_ROWS 2

struct fence {
    struct grid *grid;
    struct view view; /* the widget's */
};

/* A window of the size with marks around it. Thread: ui. */
static inline struct fence fence_open(int cols, int rows)
{
    struct fence f = {.grid = grid_new(cols + 2 * FENCE_COLS, rows + 2 * FENCE_ROWS, false)};
    struct view all = grid_view(f.grid);
    grid_fill(&all, 0, 0, all.cols, all.rows, L'%', ROLE_PROD);
    f.view = view_cut(&all, FENCE_COLS, FENCE_ROWS, cols, rows);
    grid_blank(&f.view);
    return f;
}

/* Fails when a mark is gone, or the cursor rests outside; frees. Thread: ui. */
static inline void fence_close(struct fence *f)
{
    for (int y = 0; y < f->grid->rows; y++) {
        for (int x = 0; x < f->grid->cols; x++) {
            bool inside = x >= FENCE_COLS && x < FENCE_COLS + f->view.cols && y >= FENCE_ROWS &&
                          y < FENCE_ROWS + f->view.rows;
            struct cell cell = grid_cell(f->grid, x, y);
            if (!inside && (cell.glyph[0] != L'%' || cell.role != ROLE_PROD || cell.attr != 0))
                fail_msg("written outside at %d,%d of a %dx%d window", x - FENCE_COLS,
                         y - FENCE_ROWS, f->view.cols, f->view.rows);
            if (!inside && f->grid->cursor_x == x && f->grid->cursor_y == y)
                fail_msg("the cursor is outside at %d,%d", x, y);
        }
    }
    grid_free(f->grid);
}

/* The whole grid as text; the caller frees. Thread: ui. */
static inline char *fence_text(const struct grid *grid)
{
    struct buf out = BUF_INIT;
    grid_dump_text(grid, &out);
    return buf_take(&out);
}

#endif
