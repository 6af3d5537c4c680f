/* Asks before an unfinished release is stopped and undone. */
#ifndef SCREENS_CANCEL_DIALOG_H
#define SCREENS_CANCEL_DIALOG_H

#include "screens/console.h"

/* Whether there is one to undo; else *reason (the caller frees; may be NULL). Thread: ui. */
bool cancel_dialog_can(const struct console *c, struct safe_text *reason);
/* The console owns the result once it is pushed. What goes is listed, and a phrase asked for, in
 * the terminal once the screen is gone. Thread: ui. */
struct screen *cancel_dialog_open(struct console *c);

#endif
