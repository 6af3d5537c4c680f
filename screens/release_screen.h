/* The release live: header, upload, regions as tiles or table, events. */
#ifndef SCREENS_RELEASE_SCREEN_H
#define SCREENS_RELEASE_SCREEN_H

#include "screens/screen.h"

/* The console owns the result. Thread: ui. */
struct screen *release_screen_open(void);

#endif
