/* What curses reads, as keys, pastes and mouse. */
#ifndef UI_TERM_INPUT_H
#define UI_TERM_INPUT_H

#include "ui/event.h"

/* Starts and ends reading; for ui/term. Thread: ui. */
void term_input_open(void);
void term_input_close(void);

/* One key, mouse or whole paste, if there is one; never waits, but for the 25 ms after a lone Esc.
 * The text of a paste lives until the next call. False when there is none yet. Thread: ui. */
bool term_input_read(struct input *out);

#endif
