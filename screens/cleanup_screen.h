/* The cleanup session: what can go, folded by release; marks, a plan, a typed phrase. */
#ifndef SCREENS_CLEANUP_SCREEN_H
#define SCREENS_CLEANUP_SCREEN_H

#include "core/usage.h"
#include "screens/console.h"

/* Starts with the rules, the step and the price of the console's settings; with --restore the
 * Recycle Bin's list comes up first. The console owns the result. Thread: ui. */
struct screen *cleanup_screen_open(struct console *c);

/* Takes over what is known of use, instead of asking for it: for a console without AWS. Thread: ui.
 */
void cleanup_screen_know(struct screen *screen, struct usage *usage);

#endif
