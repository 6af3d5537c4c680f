/* The release live: what keys and models do to the screen. */
#include "screens/release_screen.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "screens/cell_text.h"
#include "screens/detail_screen.h"
#include "screens/error_screen.h"
#include "screens/events_screen.h"
#include "screens/release_filter.h"
#include "screens/release_state.h"

/* For so long after a key the rows keep their order. */
#define ORDER_REST_MS 1000

struct regions release_regions(const struct release_screen *self)
{
    const struct console *c = self->screen.console;
    const struct model *m = console_shown(c);
    return (struct regions){
        .model = m,
        .image = self->image,
        .order = &self->order,
        .marks = &self->table,
        .now = c->frozen != NULL || c->now < m->now ? m->now : c->now,
    };
}

const struct model_cell *release_cursor(struct release_screen *self)
{
    struct regions regions = release_regions(self);
    struct table_source source = region_table_source(&regions);
    size_t row = table_row(&self->table, &source);
    return row < source.count ? regions_cell(&regions, row) : NULL;
}

/* The same cell in the latest model, which a frozen screen does not show. */
static const struct model_cell *latest(const struct release_screen *self,
                                       const struct model_cell *cell)
{
    return model_cell(self->screen.console->model, cell->image, cell->region);
}

void release_chosen(struct release_screen *self, struct act_cells *out)
{
    struct regions regions = release_regions(self);
    out->count = 0;
    for (size_t i = 0; i < self->order.count && out->count < ACT_CELLS; i++)
        if (table_is_marked(&self->table, regions_identity(&regions, i)))
            out->cells[out->count++] = latest(self, regions_cell(&regions, i));
    const struct model_cell *cursor = release_cursor(self);
    if (out->count == 0 && cursor != NULL)
        out->cells[out->count++] = latest(self, cursor);
}

void release_order(struct release_screen *self, bool keep)
{
    struct regions regions = release_regions(self);
    struct order_by by = {
        .image = self->image,
        .filter = &self->filter,
        .column = self->table.sort_column,
        .reverse = self->table.sort_reverse,
        .keep = keep,
        .marked_only = self->marked_only,
        .marks = &self->table,
        .now = regions.now,
    };
    order_build(&self->order, regions.model, &by);
}

static bool keys_arrive(const struct console *c)
{
    clock_ms rest = (clock_ms)(ORDER_REST_MS * clock_rate());
    return c->last_key_at > 0 && clock_now_ms() - c->last_key_at < rest;
}

static void on_model(struct screen *s)
{
    struct release_screen *self = (struct release_screen *)s;
    if (console_shown(s->console)->plan != NULL)
        release_order(self, self->order.count > 0 && keys_arrive(s->console));
}

/* Puts the cursor onto a cell, in its image. */
static void go_to(struct release_screen *self, const struct model_cell *cell)
{
    const struct model *m = console_shown(self->screen.console);
    if (self->image != cell->image) {
        self->image = cell->image;
        release_order(self, false);
    }
    table_go(&self->table, cell_identity(m, cell));
    tiles_go(&self->tiles, cell_identity(m, cell));
}

static void next_image(struct release_screen *self, size_t step)
{
    const struct model *m = console_shown(self->screen.console);
    const struct model_cell *here = release_cursor(self);
    size_t image = (self->image + step) % m->plan->image_count;
    if (here != NULL)
        go_to(self, model_cell(m, image, here->region));
    self->image = image;
    release_order(self, false);
}

/* Walks the rows of this image, then the cells of the others, to the next problem. */
static void next_problem(struct release_screen *self, bool forward)
{
    const struct model *m = console_shown(self->screen.console);
    struct regions regions = release_regions(self);
    struct table_source source = region_table_source(&regions);
    size_t n = source.count, row = table_row(&self->table, &source);
    for (size_t i = 1; i <= n; i++) {
        size_t at = forward ? row + i : row + n - i;
        bool wrapped = at >= n ? forward : !forward;
        const struct model_cell *cell = regions_cell(&regions, at % n);
        if (wrapped && m->plan->image_count > 1)
            break;
        if (cell_is_problem(cell)) {
            go_to(self, cell);
            return;
        }
    }
    size_t width = m->plan->region_count, first = (self->image + (forward ? 1 : 0)) * width;
    for (size_t i = 0; i < m->cell_count; i++) {
        size_t at = (forward ? first + i : first + m->cell_count - 1 - i) % m->cell_count;
        if (cell_is_problem(&m->cells[at]) && order_matches(m, &m->cells[at], &self->filter)) {
            go_to(self, &m->cells[at]);
            return;
        }
    }
}

static void freeze(struct console *c)
{
    if (c->frozen != NULL) {
        model_unref(c->frozen);
        c->frozen = NULL;
        console_say(c, ROLE_TEXT, "Live again.");
    } else {
        c->frozen = model_ref(c->model);
        console_say(c, ROLE_WARN, "Frozen: the release goes on, the screen does not. Z again.");
    }
}

static void open_cell(struct release_screen *self)
{
    const struct model_cell *cell = release_cursor(self);
    struct console *c = self->screen.console;
    if (cell == NULL)
        return;
    if (cell->error != NULL && cell_is_problem(cell))
        console_push(c, error_screen_open(c, cell));
    else
        console_push(c, detail_screen_open(cell));
}

/* Moving, marking and sorting; true when it was one of these. */
static bool move(struct release_screen *self, int function)
{
    struct regions regions = release_regions(self);
    struct table_source source = region_table_source(&regions);
    struct tiles_source tiles = {.data = &regions,
                                 .count = source.count,
                                 .identity = regions_identity,
                                 .draw = region_tile_draw};
    if (function >= UI_OWN)
        return false;
    bool walks = function <= UI_HALF_DOWN && !self->as_table && self->class != TILE_NONE;
    unsigned did = walks ? tiles_do(&self->tiles, (enum ui_function)function, &tiles)
                         : table_do(&self->table, (enum ui_function)function, region_columns,
                                    region_column_count, &source);
    if (walks)
        table_go(&self->table, self->tiles.cursor);
    else
        tiles_go(&self->tiles, self->table.cursor);
    if (did & UI_SORTED)
        release_order(self, false);
    return true;
}

/* "all" behind a command, or the regions that are chosen. */
static void wish(struct release_screen *self, const char *argument, bool to_public)
{
    struct console *c = self->screen.console;
    struct act_cells cells;
    release_chosen(self, &cells);
    if (strcmp(argument, "all") == 0) {
        cells.count = 0;
        for (size_t i = 0; i < c->model->cell_count && cells.count < ACT_CELLS; i++)
            cells.cells[cells.count++] = &c->model->cells[i];
    }
    acts_wish(c, &cells, to_public);
}

/* What is done to the chosen cells; false when it is something else. */
static bool act_on_cells(struct release_screen *self, int function, const char *argument)
{
    struct console *c = self->screen.console;
    struct act_cells cells;
    release_chosen(self, &cells);
    switch (function) {
    case RELEASE_RETRY:
        if (strcmp(argument, "all") == 0)
            acts_retry_all(c);
        else
            acts_retry(c, &cells);
        return true;
    case RELEASE_TOGGLE_PUBLIC:
        acts_toggle_public(c, &cells);
        return true;
    case RELEASE_PUBLIC:
    case RELEASE_PRIVATE:
        wish(self, argument, function == RELEASE_PUBLIC);
        return true;
    case RELEASE_LEAVE_OUT:
        acts_leave_out(c, &cells);
        return true;
    case RELEASE_COPY_ID:
        acts_copy_id(c, cells.cells[0]);
        return true;
    case RELEASE_COPY_ROW:
        acts_copy_row(c, cells.cells[0]);
        return true;
    default:
        return false;
    }
}

/* What is done to the upload; false when it is something else. */
static bool act_on_upload(struct console *c, int function, const char *argument)
{
    switch (function) {
    case RELEASE_PAUSE:
        acts_pause(c);
        return true;
    case RELEASE_MORE:
        acts_connections(c, c->model->connections + 1);
        return true;
    case RELEASE_FEWER:
        acts_connections(c, c->model->connections - 1);
        return true;
    case RELEASE_CONNECTIONS:
        acts_connections(c, atoi(argument));
        return true;
    default:
        return false;
    }
}

static void act(struct screen *s, int function, const char *argument)
{
    struct release_screen *self = (struct release_screen *)s;
    struct console *c = s->console;
    if (move(self, function) || act_on_cells(self, function, argument) ||
        act_on_upload(c, function, argument))
        return;
    switch (function) {
    case RELEASE_OPEN:
        open_cell(self);
        break;
    case RELEASE_RETRY_ALL:
        acts_retry_all(c);
        break;
    case RELEASE_FILTER:
        release_filter_open(self, argument);
        break;
    case RELEASE_VIEW:
        self->as_table = !self->as_table;
        break;
    case RELEASE_IMAGE_BEFORE:
        next_image(self, console_shown(c)->plan->image_count - 1);
        break;
    case RELEASE_IMAGE_NEXT:
        next_image(self, 1);
        break;
    case RELEASE_PROBLEM_NEXT:
    case RELEASE_PROBLEM_BEFORE:
        next_problem(self, function == RELEASE_PROBLEM_NEXT);
        break;
    case RELEASE_EVENTS:
        console_push(c, events_screen_open());
        break;
    case RELEASE_FREEZE:
        freeze(c);
        break;
    case RELEASE_MARKED:
        self->marked_only = !self->marked_only;
        release_order(self, false);
        break;
    }
}

/* A click chooses; on the chosen one it opens. */
static void click(struct release_screen *self, const struct input *in)
{
    struct regions regions = release_regions(self);
    struct table_source source = region_table_source(&regions);
    struct tiles_source tiles = {
        .data = &regions, .count = source.count, .identity = regions_identity};
    int x = in->x - self->regions.x, y = in->y - self->regions.y;
    if (x < 0 || y < 0 || x >= self->regions.cols || y >= self->regions.rows)
        return;
    size_t row = self->as_table || self->class == TILE_NONE
                     ? table_row_at(&self->table, y, &source)
                     : tiles_at(&self->tiles, x, y, self->class, &tiles);
    if (row >= source.count)
        return;
    if (regions_cell(&regions, row) == release_cursor(self))
        open_cell(self);
    else
        go_to(self, regions_cell(&regions, row));
}

static bool input(struct screen *s, const struct input *in)
{
    struct release_screen *self = (struct release_screen *)s;
    if (self->prompt.open)
        return release_filter_input(self, in);
    if (in->kind != EVENT_MOUSE || in->button != MOUSE_LEFT)
        return false;
    click(self, in);
    return true;
}

/* Esc: the marks go first, then the rows that hide, then the filter. */
static bool back(struct screen *s)
{
    struct release_screen *self = (struct release_screen *)s;
    if (self->table.mark_count > 0)
        move(self, UI_MARK_NONE);
    else if (!self->marked_only && self->filter_text != NULL)
        release_filter_set(self, "");
    else if (!self->marked_only)
        return false;
    self->marked_only = false;
    release_order(self, false);
    return true;
}

static void keymap(struct screen *s, struct keymap *map)
{
    struct release_screen *self = (struct release_screen *)s;
    self->keys = (struct key_table){
        .name = "release", .rows = release_rows, .count = release_row_count, .data = self};
    map->tables[0] = &self->keys;
    map->tables[1] = &keymap_moving;
    map->tables[2] = &keymap_marking;
}

static bool explain(struct screen *s, int function, const char *argument, struct safe_text *out)
{
    struct release_screen *self = (struct release_screen *)s;
    struct act_cells cells;
    release_chosen(self, &cells);
    bool all = strcmp(argument, "all") == 0;
    const struct model *m = s->console->model;
    switch (function) {
    case RELEASE_PUBLIC:
    case RELEASE_PRIVATE:
        *out = text_safe_fmt("Enter: asks before %s %s %s",
                             all ? "all" : cells.count == 1 ? m->plan->regions[cells.cells[0]->region].name : "the marked regions",
                             function == RELEASE_PUBLIC ? "go" : "are kept or taken back",
                             function == RELEASE_PUBLIC ? "public" : "private");
        return true;
    case RELEASE_RETRY:
        *out = all ? text_safe("Enter: tries all that failed again")
                   : text_safe("Enter: tries the chosen regions again; `all` tries all that failed");
        return true;
    case RELEASE_CONNECTIONS:
        *out = text_safe_fmt("Enter: uploads use %d connections (now %d)", atoi(argument),
                             m->connections);
        return true;
    default:
        return false;
    }
}

static void leave(struct screen *s)
{
    struct release_screen *self = (struct release_screen *)s;
    table_free(&self->table);
    order_free(&self->order);
    free(self->filter_text);
    free(self->filter_before);
    free(self);
}

static const struct screen_ops ops = {
    .model = on_model,
    .draw = release_draw,
    .input = input,
    .keymap = keymap,
    .act = act,
    .explain = explain,
    .back = back,
    .leave = leave,
};

struct screen *release_screen_open(void)
{
    struct release_screen *self = xcalloc(1, sizeof(*self));
    self->screen.ops = &ops;
    return &self->screen;
}
