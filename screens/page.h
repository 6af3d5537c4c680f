/* A page that may be longer than its window and scrolls. */
#ifndef SCREENS_PAGE_H
#define SCREENS_PAGE_H

#include "ui/grid.h"
#include "ui/widget.h"

/* Zeroed stands at its top. */
struct page {
    int top;
    int rows;  /* of the window in the last draw */
    int total; /* of the page in the last draw */
};

/* A page is never longer. */
#define PAGE_ROWS 1000

/* The page as a view of PAGE_ROWS rows of which the window shows a part. Thread: ui. */
struct view page_view(const struct page *page, const struct view *window);
/* After drawing: how long the page was. Keeps the window inside of it, and says at the window's end
 * when there is more below. Thread: ui. */
void page_drawn(struct page *page, const struct view *window, int total);
/* Scrolls; false for a function that is no move. Thread: ui. */
bool page_do(struct page *page, int function);

#endif
