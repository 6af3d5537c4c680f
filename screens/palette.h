/* The palette: every command of the screen that is up, with what Enter will do. */
#ifndef SCREENS_PALETTE_H
#define SCREENS_PALETTE_H

#include "screens/console.h"

/* Opens the prompt. Thread: ui. */
void palette_open(struct console *c);
/* Draws it into the view's last rows. Thread: ui. */
void palette_draw(struct console *c, struct screen *screen, const struct view *v);
/* A key for the prompt; carries the command out on Enter. Thread: ui. */
void palette_input(struct console *c, struct screen *screen, const struct input *in);

#endif
