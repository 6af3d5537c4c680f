/* A pane: a rule with a title and a hint, and the window below it. */
#include "ui/pane.h"

#include <stdarg.h>

#include "base/mem.h"
#include "ui/widget.h"

/* `── ` before a title and ` ──` behind a hint. */
#define EDGE 3

/* Draws the hint, or the brief one, where at least `taken` columns remain for the title; returns
 * the column where the title has to end. */
static int draw_hint(const struct view *rule, const char *hint, const char *brief, int taken)
{
    const char *tries[] = {hint, brief};
    for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
        if (tries[i] == NULL)
            continue;
        int start = rule->cols - EDGE - grid_columns(tries[i]);
        if (start - 2 < taken)
            continue;
        grid_literal(rule, start, 0, ROLE_HINT, tries[i]);
        grid_fill(rule, start - 1, 0, 1, 1, L' ', ROLE_RULE);
        grid_fill(rule, rule->cols - EDGE, 0, 1, 1, L' ', ROLE_RULE);
        return start - 2;
    }
    return rule->cols - EDGE;
}

struct view pane_draw(const struct view *v, const char *hint, const char *brief,
                      const char *title_format, ...)
{
    struct view rest = *v;
    struct view rule = view_take_top(&rest, 1);
    va_list args;
    va_start(args, title_format);
    struct safe_text title = ui_format(title_format, args);
    va_end(args);

    grid_rule(&rule, 0);
    int end = draw_hint(&rule, hint, brief, EDGE + title.columns + 1);
    if (title.columns > 0 && end > EDGE) {
        int behind = grid_text_fit(&rule, EDGE, 0, end - EDGE, ROLE_TITLE, &title);
        grid_fill(&rule, EDGE - 1, 0, 1, 1, L' ', ROLE_RULE);
        grid_fill(&rule, behind, 0, 1, 1, L' ', ROLE_RULE);
    }
    text_free(&title);
    return rest;
}
