/* `tatami` alone: releases that are not finished, the latest ones, and the other screens. */
#ifndef SCREENS_HOME_SCREEN_H
#define SCREENS_HOME_SCREEN_H

#include "core/journal.h"
#include "screens/screen.h"

/* Shows the releases (newest first), which outlive it. trouble is the sentence of a journal that
 * could not be read, NULL for none; it outlives the screen too. The console owns the result.
 * Thread: ui. */
struct screen *home_screen_open(const struct journal_release *releases, size_t count,
                                const char *trouble);

#endif
