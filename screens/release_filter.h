/* The filter of the release screen: its prompt, and what it does to the rows. */
#ifndef SCREENS_RELEASE_FILTER_H
#define SCREENS_RELEASE_FILTER_H

#include "screens/release_state.h"

/* Opens the prompt with what the filter is; words that are not empty become the filter at once.
 * Thread: ui. */
void release_filter_open(struct release_screen *self, const char *words);
/* Filters by these words; "" shows all. Words that make no sense leave the filter as it was.
 * Thread: ui. */
void release_filter_set(struct release_screen *self, const char *words);
/* A key for the prompt. Thread: ui. */
bool release_filter_input(struct release_screen *self, const struct input *in);
/* Draws the prompt into the view's last rows. Thread: ui. */
void release_filter_draw(struct release_screen *self, const struct view *v);

#endif
