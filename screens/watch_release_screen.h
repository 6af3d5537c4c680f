/* One release of anybody: every image in every region, as AWS shows it. */
#ifndef SCREENS_WATCH_RELEASE_SCREEN_H
#define SCREENS_WATCH_RELEASE_SCREEN_H

#include "core/watch.h"
#include "screens/screen.h"

/* The watch outlives the screen. The console owns the result. Thread: ui. */
struct screen *watch_release_screen_open(const struct watch *watch,
                                         const struct watch_release *release);

#endif
