/* A page that may be longer than its window and scrolls. */
#include "screens/page.h"

struct view page_view(const struct page *page, const struct view *window)
{
    return view_cut(window, 0, -page->top, window->cols, PAGE_ROWS);
}

void page_drawn(struct page *page, const struct view *window, int total)
{
    page->rows = window->rows;
    page->total = total;
    int more = total - page->top - window->rows;
    if (more > 0 && window->rows > 1)
        grid_print_right(window, window->cols - 1, window->rows - 1, ROLE_HINT, " %d more: PgDn ",
                         more);
}

bool page_do(struct page *page, int function)
{
    int half = page->rows > 2 ? page->rows / 2 : 1;
    const int steps[UI_HALF_DOWN + 1] = {
        [UI_UP] = -1,
        [UI_DOWN] = 1,
        [UI_TOP] = -PAGE_ROWS,
        [UI_BOTTOM] = PAGE_ROWS,
        [UI_PAGE_UP] = -page->rows,
        [UI_PAGE_DOWN] = page->rows,
        [UI_HALF_UP] = -half,
        [UI_HALF_DOWN] = half,
    };
    if (function <= UI_NOTHING || function > UI_HALF_DOWN)
        return false;
    int last = page->total > page->rows ? page->total - page->rows : 0;
    int top = page->top + steps[function];
    page->top = top < 0 ? 0 : top > last ? last : top;
    return true;
}
