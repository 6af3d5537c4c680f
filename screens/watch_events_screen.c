/* All that was seen to change in the account. */
#include "screens/watch_events_screen.h"

#include <stdlib.h>

#include "base/mem.h"
#include "screens/cell_text.h"
#include "screens/field.h"
#include "screens/frame.h"
#include "screens/watch_pane.h"
#include "screens/watch_text.h"
#include "ui/prompt.h"

struct watch_events_screen {
    struct screen screen;
    struct key_table keys;
    const struct watch *watch;
    struct table table;
    bool newest; /* the cursor stays on the newest */
    struct filter filter;
    struct prompt prompt;
    size_t *rows; /* indexes of the view's changes, the newest first */
    size_t count, capacity;
};

static void find(struct screen *s)
{
    struct watch_events_screen *self = (struct watch_events_screen *)s;
    const struct watch_view *view = watch_view(self->watch);
    self->count = 0;
    if (view->change_count > self->capacity) {
        self->rows = xrealloc(self->rows, view->change_count, sizeof(*self->rows));
        self->capacity = view->change_count;
    }
    for (size_t i = view->change_count; i > 0; i--) {
        struct filter_row fields = {0};
        char scratch[WATCH_SCRATCH];
        watch_change_ops.fields(view, i - 1, &fields, scratch);
        if (filter_matches(&self->filter, &fields))
            self->rows[self->count++] = i - 1;
    }
    if (self->newest)
        table_go(&self->table, self->count > 0 ? view->changes[self->rows[0]].number : 0);
}

static uint64_t identity(const void *data, size_t row)
{
    const struct watch_events_screen *self = data;
    return watch_change_ops.identity(watch_view(self->watch), self->rows[row]);
}

static void draw_cell(const void *data, size_t row, int column, const struct view *cell)
{
    const struct watch_events_screen *self = data;
    watch_change_ops.draw(watch_view(self->watch), self->rows[row], column, 0, cell);
}

static struct table_source source_of(const struct watch_events_screen *self)
{
    return (struct table_source){
        .data = self, .count = self->count, .identity = identity, .draw = draw_cell};
}

static const struct watch_change *chosen(struct watch_events_screen *self)
{
    struct table_source source = source_of(self);
    size_t row = table_row(&self->table, &source);
    return row < source.count ? &watch_view(self->watch)->changes[self->rows[row]] : NULL;
}

static void draw_chosen(const struct view *v, const struct watch_change *c)
{
    char time[WORDS_MAX];
    words_date(c->at, time);
    int y = field_draw(v, 0, "When", ROLE_TEXT, "%s, when it was seen", time);
    y = field_draw(v, y, "What", ROLE_STRONG, "%s %s  %s", role_glyph(cell_role(c->word)),
                   word_name(c->word), c->what);
    if (c->id[0] != '\0')
        y = field_draw(v, y, "Id", ROLE_TEXT, "%s", c->id);
    if (c->image[0] != '\0')
        y = field_draw(v, y, "AMI", ROLE_TEXT, "%s", c->image);
    if (c->release[0] != '\0')
        y = field_draw(v, y, "Release", ROLE_TEXT, "%s", c->release);
    if (c->code[0] != '\0')
        field_draw(v, y, "Code", ROLE_BAD, "%s  %s", c->code, c->request_id);
}

static void draw(struct screen *s, const struct view *v)
{
    struct watch_events_screen *self = (struct watch_events_screen *)s;
    const struct watch_change *at = chosen(self);
    struct statusline line = {0};
    status_left(&line, ROLE_TEXT, 0, 0, "%zu changes", watch_view(self->watch)->change_count);
    if (self->filter.count > 0)
        status_left(&line, ROLE_STRONG, 0, 2, "%zu match", self->count);
    status_left(&line, ROLE_FAINT, 1, 2, "%s",
                self->newest ? "newest first, as they come" : "g: follow the newest");
    struct view rest = frame_draw(v, s, &line, "watch > events");
    struct table_source source = source_of(self);
    if (at == NULL) {
        grid_literal(&rest, 1, 0, ROLE_FAINT, "No change matches.");
    } else {
        struct view below = view_take_bottom(&rest, rest.rows >= 16 ? 7 : 0);
        table_draw(&rest, &self->table, watch_change_ops.columns, watch_change_ops.column_count,
                   &source, true);
        if (below.rows > 0) {
            below = frame_section(&below, below.rows, "This change");
            draw_chosen(&below, at);
        }
    }
    if (self->prompt.open)
        prompt_draw(v, &self->prompt, &(struct prompt_source){0});
}

enum { EVENTS_FILTER = UI_OWN, EVENTS_COPY };

static const struct key_row rows[] = {
    {.keys = {'/'},
     .name = "filter",
     .label = "filter",
     .help = "filter",
     .group = GROUP_LOOK,
     .footer = 70,
     .function = EVENTS_FILTER},
    {.keys = {'y', 'c'},
     .label = "copy id",
     .help = "copy id",
     .group = GROUP_LOOK,
     .footer = 60,
     .function = EVENTS_COPY},
};

static void keymap(struct screen *s, struct keymap *map)
{
    struct watch_events_screen *self = (struct watch_events_screen *)s;
    self->keys = (struct key_table){
        .name = "watch events", .rows = rows, .count = ARRAY_LEN(rows), .data = self};
    map->tables[0] = &self->keys;
    map->tables[1] = &keymap_moving;
}

static void set_filter(struct watch_events_screen *self, const char *words)
{
    filter_parse(&self->filter, words, NULL);
    find(&self->screen);
}

static void copy(struct watch_events_screen *self)
{
    const struct watch_change *c = chosen(self);
    if (c == NULL)
        return;
    struct safe_text id = text_safe(c->id[0] != '\0' ? c->id : c->release);
    console_copy(self->screen.console, &id, id.utf8);
    text_free(&id);
}

static void act(struct screen *s, int function, const char *argument)
{
    struct watch_events_screen *self = (struct watch_events_screen *)s;
    struct table_source source = source_of(self);
    if (function == EVENTS_COPY) {
        copy(self);
    } else if (function == EVENTS_FILTER && argument[0] != '\0') {
        set_filter(self, argument);
    } else if (function == EVENTS_FILTER) {
        prompt_open(&self->prompt, '/', self->filter.count > 0 ? self->filter.words : "");
    } else {
        table_do(&self->table, (enum ui_function)function, NULL, 0, &source);
        self->newest = function == UI_TOP;
    }
}

static bool input(struct screen *s, const struct input *in)
{
    struct watch_events_screen *self = (struct watch_events_screen *)s;
    static const struct prompt_source none;
    if (!self->prompt.open)
        return false;
    unsigned did = prompt_event(&self->prompt, in, &none);
    if (did & UI_CLOSED) {
        set_filter(self, "");
    } else if (did & (UI_CHANGED | UI_ACCEPTED)) {
        char *text = prompt_text(&self->prompt);
        set_filter(self, text);
        free(text);
    }
    return true;
}

static bool back(struct screen *s)
{
    struct watch_events_screen *self = (struct watch_events_screen *)s;
    bool had = self->filter.count > 0;
    if (had)
        set_filter(self, "");
    return had;
}

static void leave(struct screen *s)
{
    struct watch_events_screen *self = (struct watch_events_screen *)s;
    table_free(&self->table);
    free(self->rows);
    free(self);
}

static const struct screen_ops ops = {
    .inventory = find,
    .draw = draw,
    .input = input,
    .keymap = keymap,
    .act = act,
    .back = back,
    .leave = leave,
};

struct screen *watch_events_screen_open(const struct watch *watch, uint64_t number)
{
    struct watch_events_screen *self = xcalloc(1, sizeof(*self));
    self->screen.ops = &ops;
    self->watch = watch;
    self->newest = number == 0;
    table_go(&self->table, number);
    return &self->screen;
}
