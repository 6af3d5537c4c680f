/* The questions before something becomes public, or stops being so. */
#ifndef SCREENS_ACTS_ASK_H
#define SCREENS_ACTS_ASK_H

#include "screens/acts.h"

/* Asks for the phrase with image, account and count, then sends the wish for each cell. Thread: ui.
 */
void acts_ask_wish(struct console *c, const struct act_cells *cells, bool to_public);
/* Asks for the phrase with release, account and count, then takes back what is public in all
 * regions of all images. Thread: ui. */
void acts_ask_take_back(struct console *c);
/* Asks before leaving regions out that hold verified AMIs, or, with a phrase, where that starts the
 * wave of `wave` AMIs. stays says which of the chosen ones stay and why, "" for none. Thread: ui.
 */
void acts_ask_leave_out(struct console *c, const struct act_cells *cells, int wave,
                        const char *stays);

#endif
