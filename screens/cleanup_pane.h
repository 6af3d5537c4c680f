/* The lower pane of the cleanup screen: what is known of the line under the cursor. */
#ifndef SCREENS_CLEANUP_PANE_H
#define SCREENS_CLEANUP_PANE_H

#include "screens/cleanup_state.h"

/* Draws rule and words into v. line may be NULL. Thread: ui. */
void cleaner_pane_draw(struct cleanup_screen *self, const struct fold_line *line,
                       const struct view *v);

#endif
