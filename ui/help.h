/* The help overlay: the keymap's rows, what is not possible now and why, and the states. */
#ifndef UI_HELP_H
#define UI_HELP_H

#include "ui/event.h"
#include "ui/keymap.h"

struct help {
    bool states;    /* the legend instead of the keys */
    bool searching; /* keys go into query */
    char query[64];
    int top; /* first line shown, where not all fit */
};

/* Draws over the view, as large as it needs. Thread: ui. */
void help_draw(const struct view *v, struct help *help, const struct keymap *map);

/* `/` searches, Tab changes between keys and states, moving scrolls, any other key gives UI_CLOSED.
 * Thread: ui. */
unsigned help_event(struct help *help, const struct input *event);

#endif
