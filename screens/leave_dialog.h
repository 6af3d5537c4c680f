/* Leaving with work in flight: what goes on in AWS without tatami, what does not, and the ways. */
#ifndef SCREENS_LEAVE_DIALOG_H
#define SCREENS_LEAVE_DIALOG_H

#include "screens/console.h"

/* The console owns the result. Thread: ui. */
struct screen *leave_dialog_open(struct console *c);

#endif
