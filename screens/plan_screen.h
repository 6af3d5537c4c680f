/* The plan before anything is sent: who, what, where, how, and who will see it. */
#ifndef SCREENS_PLAN_SCREEN_H
#define SCREENS_PLAN_SCREEN_H

#include "screens/screen.h"

/* Gives way to the release screen once the release runs. The console owns the result. Thread: ui.
 */
struct screen *plan_screen_open(void);

#endif
