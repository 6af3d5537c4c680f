/* The keys that act on cells, for every screen that shows some: what each does and whether it can.
 */
#ifndef SCREENS_CELL_KEYS_H
#define SCREENS_CELL_KEYS_H

#include "screens/acts.h"

/* Functions of such a screen's rows; its own begin at CELL_KEYS_END. */
enum cell_key {
    CELL_KEY_RETRY = UI_OWN,
    CELL_KEY_TOGGLE_PUBLIC,
    CELL_KEY_LEAVE_OUT,
    CELL_KEY_COPY_ID,
    CELL_KEY_COPY_ROW,
    CELL_KEYS_END,
};

/* For a row's available(); data is the screen, asked for its chosen cells. Thread: ui. */
bool cell_key_can_retry(const void *data, struct safe_text *reason);
bool cell_key_can_wish(const void *data, struct safe_text *reason);
bool cell_key_can_leave_out(const void *data, struct safe_text *reason);

/* Carries out one of the functions above for the chosen cells; false when it is another. Thread:
 * ui. */
bool cell_key_act(struct screen *s, int function);

#endif
