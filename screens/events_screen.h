/* All events, newest first, with a filter. */
#ifndef SCREENS_EVENTS_SCREEN_H
#define SCREENS_EVENTS_SCREEN_H

#include "screens/screen.h"

/* The console owns the result. Thread: ui. */
struct screen *events_screen_open(void);

#endif
