/* The help over a screen: its own key tables, the console's, what is not possible now and why. */
#ifndef SCREENS_HELP_SCREEN_H
#define SCREENS_HELP_SCREEN_H

#include "screens/screen.h"

/* The help of `about`, which must lie below it on the stack. The console owns the result. Thread:
 * ui. */
struct screen *help_screen_open(struct screen *about);

#endif
