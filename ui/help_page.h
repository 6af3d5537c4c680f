/* The text of the help overlay on a tall grid, from which the overlay shows as much as fits. */
#ifndef UI_HELP_PAGE_H
#define UI_HELP_PAGE_H

#include "ui/keymap.h"

/* Rows of a page's grid: more than any help takes. */
#define HELP_PAGE_ROWS 240

/* Draws the keys, what is not possible now and the line of the program's own keys; with a query
 * only help lines in which it occurs. Returns the rows that were used. Thread: ui. */
int help_page_keys(const struct view *page, const struct keymap *map, const char *query);

/* Draws the legend of the states, a line each. Returns the rows that were used. Thread: ui. */
int help_page_states(const struct view *page);

#endif
