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
#include "screens/stall_dialog.h"

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
        .filter = &self->filter.filter,
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

/* Nobody is asked who looks at something else, or has just pressed a key for something else. */
static bool asks(const struct release_screen *self)
{
    const struct console *c = self->screen.console;
    const struct console_stack *stack = &c->stacks[c->place];
    return c->model->plan != NULL && c->frozen == NULL && !c->stopping &&
           stack->screens[stack->depth - 1] == &self->screen && !keys_arrive(c);
}

static void on_model(struct screen *s)
{
    struct release_screen *self = (struct release_screen *)s;
    if (console_shown(s->console)->plan != NULL)
        release_order(self, self->order.count > 0 && keys_arrive(s->console));
    struct screen *question =
        asks(self) ? stall_dialog_open(s->console, &self->stall_asked_at) : NULL;
    if (question != NULL)
        console_push(s->console, question);
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

/* The next problem among the rows behind (or before) `row`, up to the end of the list; NULL for
 * none. */
static const struct model_cell *problem_from(const struct regions *regions, long row, int step)
{
    for (long at = row; at >= 0 && at < (long)regions->order->count; at += step) {
        const struct model_cell *cell = regions_cell(regions, (size_t)at);
        if (cell_is_problem(cell))
            return cell;
    }
    return NULL;
}

/* A problem of another image, the nearest one first; NULL for none. */
static const struct model_cell *problem_elsewhere(const struct release_screen *self, bool forward)
{
    const struct model *m = console_shown(self->screen.console);
    size_t images = m->plan->image_count, n = m->plan->region_count;
    for (size_t i = 1; i < images; i++) {
        size_t image = (self->image + (forward ? i : images - i)) % images;
        for (size_t r = 0; r < n; r++) {
            const struct model_cell *cell = model_cell(m, image, forward ? r : n - 1 - r);
            if (cell_is_problem(cell) && order_matches(m, cell, &self->filter.filter))
                return cell;
        }
    }
    return NULL;
}

/* Walks the rows of this image to their end, then the other images, then this one from its start.
 */
static void next_problem(struct release_screen *self, bool forward)
{
    struct regions regions = release_regions(self);
    struct table_source source = region_table_source(&regions);
    long row = (long)table_row(&self->table, &source), last = (long)source.count - 1;
    int step = forward ? 1 : -1;
    const struct model_cell *cell = problem_from(&regions, row + step, step);
    if (cell == NULL)
        cell = problem_elsewhere(self, forward);
    if (cell == NULL)
        cell = problem_from(&regions, forward ? 0 : last, step);
    if (cell != NULL)
        go_to(self, cell);
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

static void act(struct screen *s, int function, const char *argument)
{
    struct release_screen *self = (struct release_screen *)s;
    struct console *c = s->console;
    self->chosen = true;
    if (move(self, function) || release_act_cells(self, function, argument) ||
        release_act_upload(c, function, argument))
        return;
    switch (function) {
    case RELEASE_OPEN:
        open_cell(self);
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
    if (self->filter.prompt.open)
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
    else if (!self->marked_only && self->filter.text != NULL)
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

static void leave(struct screen *s)
{
    struct release_screen *self = (struct release_screen *)s;
    table_free(&self->table);
    order_free(&self->order);
    filter_line_free(&self->filter);
    free(self);
}

static void chosen(const struct screen *s, struct act_cells *out)
{
    release_chosen((struct release_screen *)s, out);
}

static const struct screen_ops ops = {
    .model = on_model,
    .draw = release_draw,
    .chosen = chosen,
    .input = input,
    .keymap = keymap,
    .act = act,
    .explain = release_explain,
    .back = back,
    .leave = leave,
};

struct screen *release_screen_open(void)
{
    struct release_screen *self = xcalloc(1, sizeof(*self));
    self->screen.ops = &ops;
    return &self->screen;
}
