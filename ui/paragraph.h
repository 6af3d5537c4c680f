/* Words over several lines, broken at blanks. */
#ifndef UI_PARAGRAPH_H
#define UI_PARAGRAPH_H

#include "ui/grid.h"

/* Draws the text from row y on into the view's width; what does not fit below is left out. Returns
 * the row behind it, as if nothing had been cut. Empty text takes no row. Thread: ui. */
int paragraph_draw(const struct view *v, int y, enum role role, const struct safe_text *text);
/* The same for the program's own words. Thread: ui. */
int paragraph_literal(const struct view *v, int y, enum role role, const char *words);

#endif
