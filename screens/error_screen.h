/* One error after the other: what failed, what AWS said, what it means, what one can do. */
#ifndef SCREENS_ERROR_SCREEN_H
#define SCREENS_ERROR_SCREEN_H

#include "screens/console.h"

/* Starts at the error of a cell (NULL: at the first). The console owns the result. Thread: ui. */
struct screen *error_screen_open(struct console *c, const struct model_cell *cell);

#endif
