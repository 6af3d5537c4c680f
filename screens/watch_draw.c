/* How the watch screen looks: counts, panes, what is selected, what has changed. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "screens/cell_text.h"
#include "screens/frame.h"
#include "screens/watch_layout.h"
#include "screens/watch_selected.h"
#include "screens/watch_state.h"
#include "screens/watch_text.h"
#include "screens/watch_trouble.h"
#include "ui/pane.h"

#define WIDE_COLS 100
/* Under this size only the counts and the worst release are shown. */
#define SMALL_COLS 40
#define SMALL_ROWS 9
/* Rule and headings of a table. */
#define TABLE_ROWS 2

static void say_releases(struct statusline *line, const struct watch_counts *n, bool wide)
{
    if (wide)
        status_left(line, ROLE_STRONG, 0, 0, "%zu release%s in flight: %zu yours, %zu other",
                    n->releases, n->releases == 1 ? "" : "s", n->yours, n->others);
    else
        status_left(line, ROLE_STRONG, 0, 0, "%zu release%s (%zu yours)", n->releases,
                    n->releases == 1 ? "" : "s", n->yours);
}

static void say_tasks(struct statusline *line, const struct watch_counts *n, bool wide)
{
    status_left(line, ROLE_TEXT, 2, wide ? 3 : 2, "%zu %stask%s%s", n->tasks, wide ? "import " : "",
                n->tasks == 1 ? "" : "s", n->tasks > 0 ? ":" : "");
    if (n->tasks_active > 0)
        status_left(line, ROLE_TEXT, 3, 1, "%zu active", n->tasks_active);
    if (n->tasks_stalled > 0)
        status_left(line, ROLE_WARN, 1, 1, "%zu stuck", n->tasks_stalled);
    if (n->tasks_failed > 0)
        status_left(line, ROLE_BAD, 0, 1, "%zu failed", n->tasks_failed);
    if (n->tasks_done > 0)
        status_left(line, ROLE_FAINT, 4, 1, "%zu done", n->tasks_done);
    if (n->pending_images + n->pending_snapshots > 0)
        status_left(line, ROLE_TEXT, 5, wide ? 3 : 2, "%zu pending",
                    n->pending_images + n->pending_snapshots);
}

/* The oldest answer counts: what is shown is at least as new. 0 while a region has not answered. */
static clock_ms oldest_ms(const struct inventory *inventory)
{
    clock_ms oldest = CLOCK_NEVER;
    for (size_t r = 0; r < inventory->region_count; r++)
        for (int k = 0; k < INVENTORY_KINDS; k++) {
            const struct inventory_reading *reading = &inventory->regions[r]->readings[k];
            if (reading->look == INVENTORY_READ)
                oldest = clock_earlier(oldest, reading->read_at_ms);
        }
    return oldest == CLOCK_NEVER ? 0 : oldest;
}

static void say_regions(struct statusline *line, const struct watch_screen *self,
                        const struct watch_view *view)
{
    const struct watch_counts *n = &view->counts;
    const struct inventory *inventory = console_shown_inventory(self->screen.console);
    char time[WORDS_MAX];
    size_t good = n->regions_answered - n->regions_failed;
    status_right(line, n->regions_failed > 0 ? ROLE_BAD : ROLE_TEXT, 1, 0, "%zu/%zu answer", good,
                 n->regions);
    if (n->regions_throttled > 0)
        status_right(line, ROLE_WARN, 2, 2, "%zu throttled", n->regions_throttled);
    clock_ms oldest = inventory != NULL ? oldest_ms(inventory) : 0;
    if (oldest > 0) {
        watch_moment(view->now - (time_t)((view->now_ms - oldest) / 1000), view->now, time);
        status_right(line, ROLE_FAINT, 6, 2, "read %s", time);
    }
}

static void say_counts(struct statusline *line, const struct watch_screen *self,
                       const struct watch_view *view, bool wide)
{
    say_releases(line, &view->counts, wide);
    say_tasks(line, &view->counts, wide);
    say_regions(line, self, view);
}

/* `Import tasks 7, 5 shown: region:eu`. */
static struct safe_text title_of(const struct watch_screen *self, enum watch_pane pane,
                                 const struct watch_view *view)
{
    const struct watch_pane_ops *ops = watch_pane_ops(pane);
    size_t all = ops->count(view), shown = self->lists[pane].count;
    char since[WORDS_MAX];
    if (pane == WATCH_UPLOADS && !view->uploads_visible)
        return text_safe("Uploads: not visible, no bucket is named (--bucket)");
    if (all == 0)
        return text_safe_fmt("%s: none", ops->title);
    if (shown < all)
        return text_safe_fmt("%s %zu of %zu", ops->title, shown, all);
    if (pane != WATCH_CHANGES)
        return text_safe_fmt("%s %zu", ops->title, all);
    watch_moment(view->read_at, view->now, since);
    return text_safe_fmt("Changes since you looked away (%s): %zu", since, view->unread);
}

static void hints_of(const struct watch_screen *self, enum watch_pane pane, const char **hint,
                     const char **brief)
{
    static const char *const hints[WATCH_PANES] = {
        [WATCH_RELEASES] = "f: follow",
        [WATCH_IMPORTS] = "a: active only  A: all",
        [WATCH_CHANGES] = "m: mark read",
    };
    *brief = self->focus == pane ? "Tab: next pane" : hints[pane];
    *hint = *brief;
    if (self->focus == pane && pane == WATCH_IMPORTS)
        *hint = "a: active only  A: all  Tab: next pane";
    if (self->focus == pane && pane == WATCH_CHANGES)
        *hint = "m: mark read  Tab: next pane";
}

struct cells {
    const struct watch_view *view;
    const struct watch_pane_ops *ops;
    const struct watch_list *list;
    clock_ms drift;
};

static uint64_t identity(const void *data, size_t row)
{
    return ((const struct cells *)data)->list->identity[row];
}

static void draw_cell(const void *data, size_t row, int column, const struct view *cell)
{
    const struct cells *c = data;
    c->ops->draw(c->view, c->list->rows[row], column, c->drift, cell);
}

static void draw_rows(struct watch_screen *self, enum watch_pane pane,
                      const struct watch_view *view, const struct view *body)
{
    struct watch_list *list = &self->lists[pane];
    struct cells cells = {view, watch_pane_ops(pane), list, watch_drift(self)};
    struct table_source source = {
        .data = &cells, .count = list->count, .identity = identity, .draw = draw_cell};
    bool headless = pane == WATCH_CHANGES;
    if (list->count == 0) {
        bool hidden = cells.ops->count(view) > 0;
        if (self->focus == pane)
            grid_literal(body, 1, 0, ROLE_FAINT,
                         hidden ? "All are hidden; Esc shows them again." : cells.ops->none);
        return;
    }
    /* Changes need no headings: they lie above the body, where nothing is drawn. */
    struct view v = view_cut(body, 0, headless ? -1 : 0, body->cols, body->rows + headless);
    list->drawn = v;
    table_draw(&v, &list->table, cells.ops->columns, cells.ops->column_count, &source,
               self->focus == pane);
}

static void draw_pane(struct watch_screen *self, enum watch_pane pane,
                      const struct watch_view *view, const struct view *part)
{
    const char *hint, *brief;
    if (part->rows == 0)
        return;
    if (pane == WATCH_SELECTED) {
        watch_selected_draw(self, part);
        return;
    }
    struct safe_text title = title_of(self, pane, view);
    hints_of(self, pane, &hint, &brief);
    struct view body = pane_draw(part, hint, brief, "%s", title.utf8);
    text_free(&title);
    if (body.rows > 0)
        draw_rows(self, pane, view, &body);
}

static struct watch_want want_of(struct watch_screen *self, enum watch_pane pane, bool roomy)
{
    static const int drops[WATCH_PANES] = {
        [WATCH_RELEASES] = 1, [WATCH_IMPORTS] = 3,  [WATCH_PENDINGS] = 4,
        [WATCH_UPLOADS] = 6,  [WATCH_SELECTED] = 5, [WATCH_CHANGES] = 2,
    };
    int rows = (int)self->lists[pane].count, chrome = pane == WATCH_CHANGES ? 1 : TABLE_ROWS;
    bool focus = self->focus == pane;
    if (pane == WATCH_SELECTED) {
        int wanted = roomy ? watch_selected_rows(self) : 0;
        return (struct watch_want){wanted, wanted, drops[pane]};
    }
    /* An empty pane is its rule, which says so; it goes where it would cost others a row. */
    if (rows == 0)
        return (struct watch_want){focus ? 2 : 1, focus ? 2 : roomy, drops[pane] + 10};
    return (struct watch_want){chrome + 1, chrome + rows, drops[pane]};
}

static void draw_panes(struct watch_screen *self, const struct watch_view *view, struct view *rest)
{
    struct watch_want wants[WATCH_PANES];
    int heights[WATCH_PANES];
    bool roomy = rest->rows >= 24;
    for (int pane = 0; pane < WATCH_PANES; pane++) {
        wants[pane] = want_of(self, (enum watch_pane)pane, roomy);
        self->lists[pane].drawn = (struct view){0};
    }
    watch_layout(rest->rows, wants, self->focus, heights);
    for (int pane = 0; pane < WATCH_PANES; pane++) {
        struct view part = view_take_top(rest, heights[pane]);
        draw_pane(self, (enum watch_pane)pane, view, &part);
    }
}

/* The counts, and the release that needs a look most. */
static void draw_small(struct watch_screen *self, const struct view *v,
                       const struct watch_view *view)
{
    struct statusline line = {0};
    const struct watch_release *worst = NULL;
    grid_blank(v);
    say_counts(&line, self, view, false);
    status_draw(v, 0, &line);
    for (size_t i = 0; i < view->release_count; i++)
        if (worst == NULL || cell_gravity(view->releases[i].stage) < cell_gravity(worst->stage))
            worst = &view->releases[i];
    if (worst != NULL) {
        struct view name = view_cut(v, 1, 1, v->cols - 2, 1);
        int x = grid_state(&name, 0, 0, cell_role(worst->stage)) + 1;
        struct safe_text words =
            text_safe_fmt("%zu/%zu %s", worst->done, worst->wanted, worst->name);
        grid_text_fit(&name, x, 0, name.cols - x, ROLE_TEXT, &words);
        text_free(&words);
    }
    struct safe_text words;
    enum role role;
    if (v->rows > 2 && watch_status(&self->screen, &words, &role)) {
        grid_text_fit(v, 1, 2, v->cols - 2, role, &words);
        text_free(&words);
    }
    if (v->rows > 3)
        grid_literal(v, 1, v->rows - 1, ROLE_FAINT, "? help  q leave");
}

void watch_draw(struct screen *s, const struct view *v)
{
    struct watch_screen *self = (struct watch_screen *)s;
    const struct watch_view *view = watch_shown(self);
    struct statusline line = {0};
    bool wide = v->cols >= WIDE_COLS;
    if (view != NULL && watch_trouble(s->console))
        view = NULL;
    if (view != NULL && (v->cols < SMALL_COLS || v->rows < SMALL_ROWS)) {
        draw_small(self, v, view);
        return;
    }
    if (view != NULL)
        say_counts(&line, self, view, wide);
    struct view rest =
        frame_draw(v, s, view != NULL ? &line : NULL, wide ? "watch  every %d s" : "watch %ds",
                   (int)(self->interval_ms / 1000));
    if (view != NULL)
        draw_panes(self, view, &rest);
    else
        watch_trouble_draw(s->console, &rest);
    watch_filter_draw(self, v);
}
