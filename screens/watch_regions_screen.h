/* How the regions answer: what was read when, what failed and what to do, how often each is looked
 * at. */
#ifndef SCREENS_WATCH_REGIONS_SCREEN_H
#define SCREENS_WATCH_REGIONS_SCREEN_H

#include "screens/screen.h"

/* The console owns the result. Thread: ui. */
struct screen *watch_regions_screen_open(void);

#endif
