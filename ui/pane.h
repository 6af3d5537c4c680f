/* A pane: a rule with a title and a hint, and the window below it. */
#ifndef UI_PANE_H
#define UI_PANE_H

#include "ui/grid.h"

/* `── Title ──────── hint ──` in the first row of v; returns the rest of v. hint is the program's
 * own words; where it does not fit, brief is tried, then none; both may be NULL. A title that does
 * not fit ends in an ellipsis. Thread: ui. */
struct view pane_draw(const struct view *v, const char *hint, const char *brief,
                      const char *title_format, ...) __attribute__((format(printf, 4, 5)));

#endif
