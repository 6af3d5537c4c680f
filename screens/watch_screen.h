/* The operator's screen: what moves in the account, in all regions, whoever started it. It never
 * writes. */
#ifndef SCREENS_WATCH_SCREEN_H
#define SCREENS_WATCH_SCREEN_H

#include "screens/screen.h"

/* Opens the console's reader of the account. The console owns the result. Thread: ui. */
struct screen *watch_screen_open(struct console *c);

#endif
