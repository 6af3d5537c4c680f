/* What the cleanup screen's own keys and commands do. */
#ifndef SCREENS_CLEANUP_ACT_H
#define SCREENS_CLEANUP_ACT_H

#include "screens/cleanup_state.h"

/* Carries a function out; argument is what was typed behind a command, "" for a key. Thread: ui. */
void cleaner_act(struct cleanup_screen *self, enum cleaner_function function, const char *argument);
/* Enter: folds, unfolds, or opens the row's page. Thread: ui. */
void cleaner_open(struct cleanup_screen *self);

#endif
