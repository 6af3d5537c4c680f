/* How a run of a cleanup looks. */
#include "screens/cleanup_run_draw.h"

#include <string.h>

#include "base/mem.h"
#include "screens/cleanup_text.h"
#include "screens/frame.h"
#include "ui/bar.h"
#include "ui/pane.h"
#include "ui/paragraph.h"

#define WIDE_COLS 100
#define PANE_ROWS 6
/* From so many rows on there is room for the pane about the chosen row. */
#define PANE_FROM 14

enum { COLUMN_REGION = 1, COLUMN_STATE, COLUMN_ID, COLUMN_NAME, COLUMN_TIME, COLUMN_NOTE };

static const struct table_column columns[] = {
    {.id = COLUMN_REGION, .title = "REGION", .width = 14},
    {.id = COLUMN_STATE, .title = "STATE", .width = 5},
    {.id = COLUMN_ID, .title = "ID", .width = 21, .least = 12, .drop = 2},
    {.id = COLUMN_NAME, .title = "NAME", .width = 32, .least = 16, .most = 48, .drop = 3},
    {.id = COLUMN_TIME, .title = "TIME", .width = 5, .drop = 4, .align = ALIGN_RIGHT},
    {.id = COLUMN_NOTE, .title = "", .width = 24, .least = 10, .most = 80, .drop = 1},
};

static enum role role_of(enum cleanup_state state)
{
    static const enum role roles[CLEANUP_STATES] = {
        [CLEANUP_WAITING] = ROLE_FAINT,  [CLEANUP_CHECKING] = ROLE_COPY,
        [CLEANUP_WORKING] = ROLE_COPY,   [CLEANUP_DISAPPEARING] = ROLE_COPY,
        [CLEANUP_SNAPSHOTS] = ROLE_COPY, [CLEANUP_DONE] = ROLE_GOOD,
        [CLEANUP_GONE] = ROLE_GOOD,      [CLEANUP_DRIFTED] = ROLE_BAD,
        [CLEANUP_FAILED] = ROLE_BAD,     [CLEANUP_LEFT] = ROLE_WARN,
    };
    return roles[state];
}

static void draw_note(const struct view *v, const struct cleanup_progress *p)
{
    struct safe_text text = {0};
    if (p->err.kind != ERR_NONE)
        text = text_safe_fmt("%s %s", p->err.code[0] != '\0' ? p->err.code : "", p->err.message);
    else if (p->snapshots_deleted + p->snapshots_kept > 0)
        text = text_safe_fmt("%u snapshot%s deleted, %u kept", p->snapshots_deleted,
                             p->snapshots_deleted == 1 ? "" : "s", p->snapshots_kept);
    else
        return;
    grid_text_fit(v, 0, 0, v->cols, p->err.kind != ERR_NONE ? ROLE_BAD : ROLE_TEXT, &text);
    text_free(&text);
}

static void draw_time(const struct view *v, const struct cleanup_model *m,
                      const struct cleanup_progress *p)
{
    char text[WORDS_MAX];
    if (p->started_at == 0)
        return;
    words_brief((p->ended_at > 0 ? p->ended_at : m->now_ms) - p->started_at, text);
    grid_print_right(v, v->cols, 0, ROLE_TEXT, "%s", text);
}

static void draw_fit(const struct view *v, const char *raw, bool middle)
{
    struct safe_text text = text_safe(raw);
    if (middle)
        grid_text_middle(v, 0, 0, v->cols, ROLE_TEXT, &text);
    else
        grid_text_fit(v, 0, 0, v->cols, ROLE_TEXT, &text);
    text_free(&text);
}

static void draw_cell(const void *data, size_t row, int column, const struct view *v)
{
    const struct cleanup_model *m = ((const struct cleanup_run_screen *)data)->model;
    const struct cleanup_item *item = &m->plan->items[row];
    const struct cleanup_progress *p = &m->progress[row];
    switch (column) {
    case COLUMN_REGION:
        draw_fit(v, item->region, false);
        break;
    case COLUMN_STATE:
        grid_literal(v, 0, 0, role_of(p->state), cleanup_state_word(p->state));
        break;
    case COLUMN_ID:
        draw_fit(v, item->id, true);
        break;
    case COLUMN_NAME:
        draw_fit(v, item->name, false);
        break;
    case COLUMN_TIME:
        draw_time(v, m, p);
        break;
    case COLUMN_NOTE:
        draw_note(v, p);
        break;
    }
}

/* A plan's rows do not change: their place is their identity. */
static uint64_t identity(const void *data, size_t row)
{
    (void)data;
    return row + 1;
}

struct table_source cleanup_run_source(const struct cleanup_run_screen *self)
{
    return (struct table_source){.data = self,
                                 .count = self->model->plan->item_count,
                                 .identity = identity,
                                 .draw = draw_cell};
}

size_t cleanup_run_row(struct cleanup_run_screen *self)
{
    struct table_source source = cleanup_run_source(self);
    return table_row(&self->table, &source);
}

static void say_counts(const struct cleanup_model *m, struct statusline *line)
{
    static const char *const phases[] = {
        [CLEANUP_PHASE_CHECKING] = "checking the account",
        [CLEANUP_PHASE_RUNNING] = "running",
        [CLEANUP_PHASE_STOPPING] = "STOPPING",
        [CLEANUP_PHASE_ENDED] = "ended",
    };
    struct safe_text freed =
        cleanup_amount(m->freed_bytes, m->freed_micros, m->plan->price_micros, false);
    char text[WORDS_MAX];
    status_left(line, ROLE_STRONG, 0, 0, "%zu of %zu done", m->done, m->plan->item_count);
    if (m->failed > 0)
        status_left(line, ROLE_BAD, 0, 2, "%zu FAILED", m->failed);
    if (m->drifted > 0)
        status_left(line, ROLE_BAD, 0, 2, "%zu DRIFTED", m->drifted);
    if (m->left > 0)
        status_left(line, ROLE_WARN, 1, 2, "%zu left", m->left);
    status_left(line, ROLE_TEXT, 2, 2, "freed %s", freed.utf8);
    status_left(line, ROLE_FAINT, 4, 2, "%s", phases[m->phase]);
    words_elapsed((m->ended_at > 0 ? m->ended_at : m->now_ms) - m->started_at, text);
    status_right(line, ROLE_TEXT, 3, 2, "%s", text);
    status_right(line, ROLE_FAINT, 5, 2, "plan %.*s", CLEANUP_HASH_SHORT, m->plan->hash);
    text_free(&freed);
}

/* What failed, in full: AWS's code, its words and the request's id. */
static void draw_chosen(struct cleanup_run_screen *self, const struct view *v)
{
    size_t row = cleanup_run_row(self);
    if (row >= self->model->plan->item_count)
        return;
    const struct cleanup_item *item = &self->model->plan->items[row];
    const struct err *err = &self->model->progress[row].err;
    struct view body = pane_draw(v, NULL, NULL, "%s", item->id);
    struct view inner = view_cut(&body, 1, 0, body.cols - 2, body.rows);
    struct safe_text text = {0};
    if (err->kind != ERR_NONE)
        text = text_safe_fmt("%s  %s  request %s. %s %s", err->operation,
                             err->code[0] != '\0' ? err->code : err_kind_name(err->kind),
                             err->request_id[0] != '\0' ? err->request_id : "-", err->message,
                             err->advice);
    else
        text = text_safe_fmt("%s %s in %s: %s.", cleanup_kind_name(item->kind, 1), item->name,
                             item->region, item->reason);
    paragraph_draw(&inner, 0, err->kind != ERR_NONE ? ROLE_BAD : ROLE_TEXT, &text);
    text_free(&text);
}

static void draw_report(struct cleanup_run_screen *self, const struct view *v)
{
    struct view body = pane_draw(v, "Tab: rows", NULL, "Report");
    struct view page = page_view(&self->page, &body);
    struct view inner = view_cut(&page, 1, 0, page.cols - 2, page.rows);
    int y = 0;
    for (const char *line = self->report; *line != '\0' && y < PAGE_ROWS;) {
        size_t length = strcspn(line, "\n");
        struct safe_text text = text_safe_bytes(line, length);
        y = length > 0 ? paragraph_draw(&inner, y, ROLE_TEXT, &text) : y + 1;
        text_free(&text);
        line += length + (line[length] == '\n');
    }
    page_drawn(&self->page, &body, y);
}

void cleanup_run_draw(struct screen *s, const struct view *v)
{
    struct cleanup_run_screen *self = (struct cleanup_run_screen *)s;
    const struct cleanup_model *m = self->model;
    struct statusline line = {0};
    struct table_source source = cleanup_run_source(self);
    say_counts(m, &line);
    struct view rest = frame_draw(v, s, &line, "cleanup %s", cleanup_step_name(m->plan->step));
    struct view bar = view_take_top(&rest, rest.rows >= PANE_FROM ? 1 : 0);
    bar_draw(&bar, 1, 0, bar.cols - 2, bar_permille(m->ended, m->plan->item_count), ROLE_BAR);
    if (self->shows_report) {
        draw_report(self, &rest);
        return;
    }
    struct view below = view_take_bottom(&rest, rest.rows >= PANE_FROM ? PANE_ROWS : 0);
    struct view body = pane_draw(&rest, self->report != NULL ? "Tab: report" : NULL, NULL,
                                 "Rows %zu", m->plan->item_count);
    table_draw(&body, &self->table, columns, ARRAY_LEN(columns), &source, true);
    if (below.rows > 0)
        draw_chosen(self, &below);
}
