/* One cell with all that is known about it; the home cell also has its disks. */
#ifndef SCREENS_DETAIL_SCREEN_H
#define SCREENS_DETAIL_SCREEN_H

#include "core/model.h"
#include "screens/screen.h"

/* The console owns the result. Thread: ui. */
struct screen *detail_screen_open(const struct model_cell *cell);

#endif
