/* A progress bar, rounded down, so that a full bar means done. */
#include "ui/bar.h"

static int clamp(int low, int n, int high)
{
    return n < low ? low : n > high ? high : n;
}

int bar_cells(int cols, int permille)
{
    return (int)((long)clamp(0, cols, cols < 0 ? 0 : cols) * clamp(0, permille, 1000) / 1000);
}

void bar_draw(const struct view *v, int x, int y, int cols, int permille, enum role role)
{
    int full = bar_cells(cols, permille);
    grid_fill(v, x, y, full, 1, L'█', role);
    grid_fill(v, x + full, y, cols - full, 1, L'░', ROLE_TROUGH);
}

int bar_permille(unsigned long long done, unsigned long long total)
{
    if (total == 0)
        return 0;
    if (done >= total)
        return 1000;
    return clamp(0, (int)((double)done / (double)total * 1000.0), 999);
}
