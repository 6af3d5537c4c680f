/* All that was seen to change in the account, the newest first, with a filter. */
#ifndef SCREENS_WATCH_EVENTS_SCREEN_H
#define SCREENS_WATCH_EVENTS_SCREEN_H

#include "core/watch.h"
#include "screens/screen.h"

/* With the cursor on that change, 0: on the newest, whatever comes. The watch outlives the screen.
 * The console owns the result. Thread: ui. */
struct screen *watch_events_screen_open(const struct watch *watch, uint64_t number);

#endif
