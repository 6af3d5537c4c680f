/* The last question before something is destroyed: every figure of the plan, and a phrase. */
#ifndef SCREENS_CLEANUP_DIALOG_H
#define SCREENS_CLEANUP_DIALOG_H

#include "screens/cleanup_draft.h"
#include "screens/console.h"

/* Asks, and starts the run over the screen that is shown. Takes the draft over; its plan stands.
 * Says why not where nothing is left to be done. Thread: ui. */
void cleanup_dialog_open(struct console *c, struct cleanup_draft *draft);

#endif
