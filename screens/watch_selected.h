/* What the watch screen says about the row under the cursor, without opening it. */
#ifndef SCREENS_WATCH_SELECTED_H
#define SCREENS_WATCH_SELECTED_H

#include "screens/watch_state.h"

/* Rows that it can fill, rule included; 0 when nothing is selected. Thread: ui. */
int watch_selected_rows(struct watch_screen *self);
/* Draws rule and words. Thread: ui. */
void watch_selected_draw(struct watch_screen *self, const struct view *v);
/* The images of a release, a line each with a heading, into v. Thread: ui. */
void watch_images_draw(const struct view *v, const struct watch_release *release, clock_ms drift);

#endif
