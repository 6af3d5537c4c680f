/* How the release screen looks: header, upload, regions, the chosen one, events. */
#include <stdio.h>

#include "base/mem.h"
#include "screens/cell_text.h"
#include "screens/event_line.h"
#include "screens/frame.h"
#include "screens/release_filter.h"
#include "screens/release_state.h"
#include "screens/upload_pane.h"
#include "ui/pane.h"

#define WIDE_COLS 100
/* Under this size only the summary and the worst region are shown. */
#define SMALL_COLS 40
#define SMALL_ROWS 10
/* From then on nothing new has happened, and all of it is saved. */
#define SAVED_FRESH_MS 60000
#define EVENTS_WIDE    6 /* rows of the events pane, rule included */
#define EVENTS_SLIM    4
#define CHOSEN_ROWS    4

static void say_counts(struct statusline *line, const struct model *m, bool wide)
{
    const struct model_counts *n = &m->counts;
    int kept = cell_count_kept(m);
    int all = n->cells - n->left_out;
    status_left(line, ROLE_STRONG, 0, 0, wide ? "%d of %d verified" : "%d/%d", n->ready, all);
    status_left(line, n->is_public > 0 ? ROLE_GOOD : ROLE_FAINT, 2, 2, "%d public", n->is_public);
    if (n->working > 0)
        status_left(line, ROLE_TEXT, 3, 2, "%d at work", n->working);
    if (n->retrying > 0)
        status_left(line, ROLE_WARN, 1, 2, "%d RETRY", n->retrying);
    if (n->failed > 0)
        status_left(line, ROLE_BAD, 0, 2, "%d FAILED", n->failed);
    if (n->waiting > 0)
        status_left(line, ROLE_FAINT, 4, 2, "%d waiting", n->waiting);
    if (kept > 0)
        status_left(line, ROLE_TEXT, 3, 2, "%d kept", kept);
    if (n->left_out > 0)
        status_left(line, ROLE_FAINT, 4, 2, "%d left out", n->left_out);
}

static void say_times(struct statusline *line, const struct model *m, clock_ms now, bool wide)
{
    char text[WORDS_MAX];
    clock_ms end = m->ended_at > 0 ? m->ended_at : now;
    words_elapsed(m->started_at > 0 ? end - m->started_at : 0, text);
    status_right(line, ROLE_TEXT, 3, 0, wide ? "elapsed %s" : "%s", text);
    words_range(m->eta_low_ms, m->eta_high_ms, text);
    if (text[0] != '\0' && m->ended_at == 0)
        status_right(line, ROLE_STRONG, 2, 2, "ETA %s", text);
    if (m->saved_at > 0 && m->phase != PHASE_DONE) {
        words_ago(now - m->saved_at, text);
        bool fresh = now - m->saved_at < SAVED_FRESH_MS;
        status_right(line, ROLE_FAINT, 6, 2, "saved%s%s", fresh ? " " : "", fresh ? text : "");
    }
}

static void draw_small(struct release_screen *self, const struct view *v)
{
    struct statusline line = {0};
    struct regions regions = release_regions(self);
    const struct model *m = regions.model;
    const struct model_cell *worst = NULL;
    for (size_t i = 0; i < m->cell_count; i++)
        if (worst == NULL || cell_gravity(m->cells[i].word) < cell_gravity(worst->word))
            worst = &m->cells[i];
    grid_blank(v);
    say_counts(&line, m, false);
    status_draw(v, 0, &line);
    if (worst == NULL || v->rows < 2)
        return;
    int x = grid_print(v, 1, 1, ROLE_TEXT, "%s ", m->plan->regions[worst->region].name);
    grid_state(v, x, 1, cell_role(worst->word));
    struct safe_text words = cell_headline(m, worst);
    grid_text_fit(v, 1, 2, v->cols - 2, ROLE_TEXT, &words);
    text_free(&words);
    if (v->rows > 4)
        grid_text_fit(v, 1, 3, v->cols - 2, ROLE_TEXT, &m->headline);
    if (v->rows > 3)
        grid_literal(v, 1, v->rows - 1, ROLE_FAINT, "? help  q leave");
}

/* `Regions 34 · image 1/2 x86_64-linux · 3 shown: region:eu`. */
static struct safe_text regions_title(const struct release_screen *self, bool wide)
{
    struct regions regions = release_regions(self);
    const struct plan *plan = regions.model->plan;
    struct buf words = BUF_INIT;
    struct safe_text title;
    buf_add_fmt(&words, "Regions %zu", plan->region_count);
    if (plan->image_count > 1)
        buf_add_fmt(&words, wide ? " · image %zu/%zu %s" : " · %zu/%zu %s", self->image + 1,
                    plan->image_count, plan->images[self->image].system);
    else
        buf_add_fmt(&words, " · %s", plan->images[self->image].system);
    if (self->order.count != plan->region_count)
        buf_add_fmt(&words, " · %zu shown", self->order.count);
    if (self->filter.text != NULL)
        buf_add_fmt(&words, " · /%s", self->filter.text);
    if (self->marked_only)
        buf_add_str(&words, " · marked only");
    else if (self->table.mark_count > 0)
        buf_add_fmt(&words, " · %zu marked", self->table.mark_count);
    struct table_source source = region_table_source(&regions);
    size_t hidden = table_marks_hidden(&self->table, &source);
    if (hidden > 0)
        buf_add_fmt(&words, " (%zu hidden)", hidden);
    title = text_safe(buf_str(&words));
    buf_free(&words);
    return title;
}

static struct view draw_regions_pane(struct release_screen *self, const struct view *v)
{
    const struct model *m = console_shown(self->screen.console);
    struct safe_text title = regions_title(self, v->cols >= WIDE_COLS);
    bool more = m->plan->image_count > 1;
    const char *hint = self->as_table ? more ? "v: tiles  ]: next image  s: sort (problems first)"
                                             : "v: tiles  s: sort (problems first)"
                       : more         ? "v: table  ]: next image  s: sort (problems first)"
                                      : "v: table  s: sort (problems first)";
    struct view body = pane_draw(v, hint, self->as_table ? "v tiles" : "v table", "%s", title.utf8);
    text_free(&title);
    return body;
}

static void draw_regions(struct release_screen *self, const struct view *v, enum tile_class class)
{
    struct regions regions = release_regions(self);
    struct table_source rows = region_table_source(&regions);
    struct tiles_source tiles = {.data = &regions,
                                 .count = self->order.count,
                                 .identity = regions_identity,
                                 .draw = region_tile_draw};
    /* The brackets take room only once something is marked. */
    if (self->table.mark_count == 0)
        rows.box = NULL;
    struct view body = draw_regions_pane(self, v);
    self->regions = body;
    self->class = class;
    if (self->order.count == 0) {
        grid_literal(&body, 1, 0, ROLE_FAINT, "No region matches. Esc takes the filter away.");
    } else if (class == TILE_NONE) {
        table_draw(&body, &self->table, region_columns, region_column_count, &rows, true);
        tiles_go(&self->tiles, self->table.cursor);
    } else {
        tiles_draw(&body, &self->tiles, class, &tiles, true);
        table_go(&self->table, self->tiles.cursor);
    }
}

/* The pane about the cell under the cursor, where the tiles are too small to say it. */
static void draw_chosen(struct release_screen *self, const struct view *v)
{
    const struct model_cell *cell = release_cursor(self);
    const struct model *m = console_shown(self->screen.console);
    char code[16], time[WORDS_MAX];
    if (cell == NULL)
        return;
    const char *name = m->plan->regions[cell->region].name;
    plan_region_code(name, code);
    struct view body = pane_draw(v, "Enter detail", NULL, "%s (%s)", name, code);
    cell_time(cell, release_regions(self).now, time);
    int x = grid_state(&body, 1, 0, cell_role(cell->word));
    if (cell->error != NULL)
        grid_print(&body, x, 0, ROLE_TEXT, " at %s after %s  %s  %s", cell->error->operation.utf8,
                   time, cell_error_code(cell->error), words_str(&cell->error->request_id));
    else
        grid_print(&body, x, 0, ROLE_TEXT, " %s  %d%%  %s", cell_state_name(cell->state),
                   cell_percent(m, cell), time);
    struct statusline line = {0};
    status_left(&line, ROLE_TEXT, 0, 0, "ami %s", words_are(&cell->ami) ? cell->ami.utf8 : "-");
    status_left(&line, ROLE_TEXT, 1, 2, "%s",
                words_are(&cell->snapshot) ? cell->snapshot.utf8 : "snap -");
    status_left(&line, ROLE_TEXT, 0, 2, "public %s", cell_public(m, cell));
    status_draw(&body, 1, &line);
    struct safe_text note = cell_note(m, cell);
    grid_text_fit(&body, 1, 2, body.cols - 2, ROLE_TEXT,
                  cell->error != NULL ? &cell->error->message : &note);
    text_free(&note);
}

/* Upload, regions, the chosen region and events share the rows. */
static void draw_panes(struct release_screen *self, struct view rest)
{
    const struct model *m = console_shown(self->screen.console);
    bool wide = rest.cols >= WIDE_COLS;
    int upload = upload_pane_rows(m, rest.cols);
    int panes[] = {wide ? EVENTS_WIDE : EVENTS_SLIM, upload};
    struct tiles_fit fit = tiles_fit(self->order.count > 0 ? self->order.count : 1, rest.cols,
                                     rest.rows - 1, panes, ARRAY_LEN(panes));
    bool table = self->as_table || fit.class == TILE_NONE;
    if (table)
        fit = (struct tiles_fit){.class = TILE_NONE, .dropped = rest.rows < 20 ? 2 : 0};
    if (fit.dropped < 2 && upload > 0) {
        struct view top = view_take_top(&rest, upload);
        upload_pane_draw(&top, m);
    }
    struct view regions = rest;
    if (fit.dropped < 1) {
        int over = table ? 0 : rest.rows - 1 - fit.rows - panes[0];
        int want = (int)self->order.count + 2;
        int spare = table && rest.rows - panes[0] > want ? rest.rows - panes[0] - want : over;
        bool small = fit.class == TILE_S || fit.class == TILE_XS;
        int chosen = !table && small && over >= CHOSEN_ROWS ? CHOSEN_ROWS : 0;
        struct view events = view_take_bottom(&regions, panes[0] + spare - chosen);
        struct view below = view_take_bottom(&regions, chosen);
        draw_regions(self, &regions, fit.class);
        if (chosen > 0)
            draw_chosen(self, &below);
        events = pane_draw(&events, wide ? "E: all" : NULL, "E all", "Events");
        event_line_latest(&events, m->plan, m->events);
    } else {
        draw_regions(self, &regions, fit.class);
    }
}

void release_draw(struct screen *s, const struct view *v)
{
    struct release_screen *self = (struct release_screen *)s;
    struct regions regions = release_regions(self);
    const struct model *m = regions.model;
    struct statusline line = {0};
    if (!self->chosen) {
        table_go(&self->table, 0);
        tiles_go(&self->tiles, 0);
    }
    bool wide = v->cols >= WIDE_COLS;
    if (v->cols < SMALL_COLS || v->rows < SMALL_ROWS) {
        draw_small(self, v);
        return;
    }
    say_counts(&line, m, wide);
    say_times(&line, m, regions.now, wide);
    struct view rest = m->plan->image_count > 1 && wide
                           ? frame_draw(v, s, &line, "release %s (%zu images)", m->plan->release,
                                        m->plan->image_count)
                           : frame_draw(v, s, &line, "release %s", m->plan->release);
    draw_panes(self, rest);
    release_filter_draw(self, v);
}
