/* How the cleanup screen looks: header, table, the pane below. */
#include "screens/cleanup_pane.h"
#include "screens/frame.h"
#include "screens/words.h"
#include "ui/pane.h"
#include "ui/paragraph.h"

#define WIDE_COLS 100
/* Under this size only the summary is shown. */
#define SMALL_COLS 40
#define SMALL_ROWS 10
/* Rows of the lower pane, rule included. */
#define PANE_WIDE 7
#define PANE_SLIM 5
/* From so many rows on there is room for it. */
#define PANE_FROM 14
/* From then on it is said how old the reading is. */
#define FRESH_MS 300000

/* The oldest whole answer about AMIs; 0 when a region has none. */
static clock_ms read_since(const struct inventory *inventory)
{
    clock_ms oldest = 0;
    for (size_t i = 0; i < inventory->region_count; i++) {
        clock_ms at = inventory->regions[i]->readings[INVENTORY_IMAGES].read_at_ms;
        if (at > 0 && (oldest == 0 || at < oldest))
            oldest = at;
    }
    return oldest;
}

static void say_reading(struct statusline *line, const struct console *c)
{
    const struct inventory *i = console_shown_inventory(c);
    char text[WORDS_MAX];
    if (i == NULL || i->region_count == 0) {
        status_right(line, ROLE_FAINT, 3, 2, "%s",
                     i != NULL && i->err.kind != ERR_NONE ? "" : "reading");
        return;
    }
    if (i->regions_failed > 0)
        status_right(line, ROLE_BAD, 1, 2, "%zu region%s not read", i->regions_failed,
                     i->regions_failed == 1 ? "" : "s");
    if (i->regions_answered < i->region_count) {
        status_right(line, ROLE_TEXT, 2, 2, "reading %zu/%zu regions", i->regions_answered,
                     i->region_count);
        return;
    }
    clock_ms since = read_since(i);
    words_ago(c->now - since, text);
    if (since > 0 && c->now - since >= FRESH_MS)
        status_right(line, ROLE_WARN, 4, 2, "read %s", text);
}

static void say_counts(const struct cleanup_screen *self, struct statusline *line, bool wide)
{
    const struct cleanup_view *view = self->view;
    if (self->filter_text != NULL)
        status_left(line, ROLE_STRONG, 4, 0, "%s%s", wide ? "filter " : "", self->filter_text);
    if (view == NULL)
        return;
    status_left(line, ROLE_TEXT, 2, self->filter_text != NULL ? 2 : 0, "%zu of %zu%s",
                view->shown_images, view->total_images, wide ? " shown" : "");
    size_t hidden = cleaner_mark_hidden(self);
    status_left(line, self->marks.count > 0 ? ROLE_MARK : ROLE_TEXT, 0, 2,
                "marked %zu (%zu hidden)", self->marks.count, hidden);
    if (self->step != CLEANUP_STEP_NONE)
        status_left(line, ROLE_WARN, 0, 2, "d: step %s", cleanup_step_name(self->step));
    if (self->marked_shown == 0)
        return;
    struct safe_text amount =
        cleanup_amount(self->marked_bytes, self->marked_micros, self->price_micros, false);
    status_left(line, ROLE_STRONG, 1, 2, "%s%s", wide ? "frees " : "", amount.utf8);
    text_free(&amount);
}

static void draw_small(struct cleanup_screen *self, const struct view *v)
{
    struct statusline line = {0};
    grid_blank(v);
    say_counts(self, &line, false);
    status_draw(v, 0, &line);
    const struct fold_line *at = cleaner_cursor(self);
    if (at != NULL && v->rows > 1) {
        struct safe_text name =
            text_safe(at->kind == FOLD_ROW ? self->view->rows[at->row].id
                                           : self->view->groups[at->group].title);
        grid_text_fit(v, 1, 1, v->cols - 2, ROLE_TEXT, &name);
        text_free(&name);
    }
    if (v->rows > 3)
        grid_literal(v, 1, v->rows - 1, ROLE_FAINT, "? help  q leave");
}

/* Why there are no lines. */
static void draw_empty(const struct cleanup_screen *self, const struct view *v)
{
    const struct console *c = self->screen.console;
    const struct inventory *i = console_shown_inventory(c);
    const struct err *err = c->unread.kind != ERR_NONE ? &c->unread : i != NULL ? &i->err : NULL;
    struct view inner = view_cut(v, 1, 0, v->cols - 2, v->rows);
    if (err != NULL && err->kind != ERR_NONE) {
        struct safe_text words = text_safe_fmt("%s %s", err->message, err->advice);
        paragraph_draw(&inner, 0, ROLE_BAD, &words);
        text_free(&words);
    } else if (self->fold.marked_only) {
        grid_literal(&inner, 0, 0, ROLE_FAINT, "No marked row is shown. M shows all.");
    } else if (self->filter_text != NULL && self->view != NULL) {
        grid_literal(&inner, 0, 0, ROLE_FAINT, "Nothing matches. Esc takes the filter away.");
    } else if (i == NULL || i->regions_answered < i->region_count || i->region_count == 0) {
        grid_literal(&inner, 0, 0, ROLE_FAINT, "Reading the account in all regions.");
    } else {
        grid_literal(&inner, 0, 0, ROLE_FAINT, "Nothing of this account is there to be cleaned.");
    }
}

static void draw_table(struct cleanup_screen *self, const struct view *v)
{
    struct view body =
        pane_draw(v, "Enter: fold  Space: mark release in all regions", NULL, "AMIs by release%s",
                  self->fold.marked_only ? " · marked only" : "");
    if (cleaner_source(self).count > 0)
        cleaner_table_draw(self, &body);
    else
        draw_empty(self, &body);
}

void cleaner_draw(struct screen *s, const struct view *v)
{
    struct cleanup_screen *self = (struct cleanup_screen *)s;
    struct statusline line = {0};
    bool wide = v->cols >= WIDE_COLS;
    cleaner_refresh(self);
    if (v->cols < SMALL_COLS || v->rows < SMALL_ROWS) {
        draw_small(self, v);
        return;
    }
    say_counts(self, &line, wide);
    say_reading(&line, s->console);
    struct view rest = frame_draw(v, s, &line, "cleanup");
    int pane = rest.rows < PANE_FROM ? 0 : wide ? PANE_WIDE : PANE_SLIM;
    struct view below = view_take_bottom(&rest, pane);
    draw_table(self, &rest);
    if (pane > 0)
        cleaner_pane_draw(self, cleaner_cursor(self), &below);
    cleaner_filter_draw(self, v);
}
