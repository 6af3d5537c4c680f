/* The page of the plan screen: every figure of what :go will do. */
#ifndef SCREENS_PLAN_PAGE_H
#define SCREENS_PLAN_PAGE_H

#include "core/model.h"
#include "ui/grid.h"

/* Draws the page with so many blank rows between its sections, returns its rows. The model has a
 * plan. Thread: ui. */
int plan_page_draw(const struct view *v, const struct model *m, int gap);
#define PLAN_PAGE_GAPS 4
/* What Enter behind :go will do, in one line. The caller frees. Thread: ui. */
struct safe_text plan_page_explain(const struct model *m);

#endif
