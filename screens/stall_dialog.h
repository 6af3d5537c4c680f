/* The question that a stall is: wait on, or leave the regions out. */
#ifndef SCREENS_STALL_DIALOG_H
#define SCREENS_STALL_DIALOG_H

#include "screens/console.h"

/* Asks about every cell and disk that has stood still since *asked_at (calendar; 0 at first), and
 * sets it to the newest of them. NULL when there is none. The console owns the result once it is
 * pushed. Thread: ui. */
struct screen *stall_dialog_open(struct console *c, time_t *asked_at);

#endif
