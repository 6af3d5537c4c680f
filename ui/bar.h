/* A progress bar, rounded down, so that a full bar means done. */
#ifndef UI_BAR_H
#define UI_BAR_H

#include "ui/grid.h"

/* The cells that are full, of `cols`, at `permille` (clamped to 0..1000). Thread: any. */
int bar_cells(int cols, int permille);

/* Draws `████░░░░` of `cols` columns; role is that of the full part. Thread: ui. */
void bar_draw(const struct view *v, int x, int y, int cols, int permille, enum role role);

/* How many per mille done is of total; 0 of 0 is 0, never over 1000, and 1000 only when done >=
 * total. Thread: any. */
int bar_permille(unsigned long long done, unsigned long long total);

#endif
