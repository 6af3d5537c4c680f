/* The questions before something becomes public, or stops being so. */
#ifndef SCREENS_ACTS_ASK_H
#define SCREENS_ACTS_ASK_H

#include "screens/acts.h"

/* Asks for the phrase with image, account and count, then sends the wish for each cell. Thread: ui.
 */
void acts_ask_wish(struct console *c, const struct act_cells *cells, bool to_public);
/* Asks before leaving regions out where that starts the wave of `wave` AMIs. Thread: ui. */
void acts_ask_leave_out(struct console *c, const struct act_cells *cells, int wave);

#endif
