/* All events, newest first, with a filter. */
#include "screens/events_screen.h"

#include <stdlib.h>

#include "base/mem.h"
#include "screens/event_line.h"
#include "screens/field.h"
#include "screens/frame.h"
#include "screens/words.h"
#include "ui/prompt.h"

struct events_screen {
    struct screen screen;
    struct key_table keys;
    uint64_t cursor; /* number of the chosen event; 0: the newest, whatever comes */
    uint64_t top;    /* number of the event in the first row; 0: the newest */
    int page;        /* rows of the last draw */
    struct filter filter;
    struct prompt prompt;
};

static struct event_list *list_of(const struct events_screen *self)
{
    const struct model *m = console_shown(self->screen.console);
    return m != NULL ? m->events : NULL;
}

static const struct event *before(const struct events_screen *self, uint64_t number)
{
    return event_line_before(list_of(self), number, &self->filter, true);
}

/* The oldest event that counts and is newer than `number`, or NULL. */
static const struct event *after(const struct events_screen *self, uint64_t number)
{
    uint64_t last = event_list_last(list_of(self));
    while (number > 0 && number < last) {
        const struct event *e = event_list_get(list_of(self), ++number);
        if (e != NULL && event_line_counts(e, true) && event_line_matches(e, &self->filter))
            return e;
    }
    return NULL;
}

static const struct event *chosen(const struct events_screen *self)
{
    if (list_of(self) == NULL)
        return NULL;
    return before(self, self->cursor > 0 ? self->cursor + 1 : 0);
}

static void draw_chosen(const struct view *v, const struct event *e)
{
    char time[WORDS_MAX];
    int y = 0;
    words_date(e->time, time);
    y = field_draw(v, y, "When", ROLE_TEXT, "%s", time);
    if (words_are(&e->image))
        y = field_draw(v, y, "Image", ROLE_TEXT, "%s %s", e->image.utf8, words_str(&e->disk));
    y = field_draw(v, y, "Text", ROLE_TEXT, "%s", words_str(&e->text));
    if (words_are(&e->ami) || words_are(&e->snapshot))
        y = field_draw(v, y, "Ids", ROLE_TEXT, "%s %s", words_str(&e->ami),
                       words_str(&e->snapshot));
    if (words_are(&e->code))
        y = field_draw(v, y, "Code", ROLE_BAD, "%s  %s", e->code.utf8, words_str(&e->request_id));
    if (words_are(&e->advice))
        field_draw(v, y, "What to do", ROLE_STRONG, "%s", e->advice.utf8);
}

static void draw_list(struct events_screen *self, const struct view *v, const struct event *at)
{
    const struct event *e;
    self->page = v->rows;
    uint64_t number = self->top > 0 && self->cursor > 0 ? self->top + 1 : 0;
    for (int y = 0; y < v->rows && (e = before(self, number)) != NULL; y++) {
        event_line_draw(v, y, console_shown(self->screen.console)->plan, e);
        if (e == at) {
            grid_literal(v, 0, y, ROLE_CURSOR, "▸");
            grid_attr(v, 0, y, v->cols, 1, ATTR_REVERSE);
            grid_cursor(v, 0, y);
        }
        number = e->number;
    }
}

/* Moves the first row so that the cursor shows. */
static void scroll(struct events_screen *self, int rows)
{
    const struct event *e;
    uint64_t number = self->top > 0 ? self->top + 1 : 0;
    if (self->cursor == 0 || (self->top > 0 && self->cursor > self->top))
        self->top = self->cursor;
    for (int y = 0; y < rows && (e = before(self, number)) != NULL; y++) {
        if (e->number <= self->cursor)
            return;
        number = e->number;
    }
    if (self->cursor == 0)
        return;
    /* The cursor goes to the last row: as many rows up as fit. */
    self->top = self->cursor;
    for (int y = 1; y < rows && (e = after(self, self->top)) != NULL; y++)
        self->top = e->number;
}

static void draw(struct screen *s, const struct view *v)
{
    struct events_screen *self = (struct events_screen *)s;
    struct statusline line = {0};
    struct event_list *list = list_of(self);
    const struct event *at = chosen(self);
    status_left(&line, ROLE_TEXT, 0, 0, "%llu events",
                (unsigned long long)(list != NULL ? event_list_last(list) : 0));
    if (self->filter.count > 0)
        status_left(&line, ROLE_STRONG, 0, 2, "filtered");
    status_left(&line, ROLE_FAINT, 1, 2, "%s",
                self->cursor == 0 ? "newest first, as they come" : "g: follow the newest");
    struct view rest = frame_draw(v, s, &line, "release > events");
    if (at == NULL) {
        grid_literal(&rest, 1, 0, ROLE_FAINT, "No event matches.");
    } else {
        struct view below = view_take_bottom(&rest, rest.rows >= 16 ? 8 : 0);
        scroll(self, rest.rows);
        draw_list(self, &rest, at);
        if (below.rows > 0) {
            below = frame_section(&below, below.rows, "This event");
            draw_chosen(&below, at);
        }
    }
    if (self->prompt.open)
        prompt_draw(v, &self->prompt, &(struct prompt_source){0});
}

static void step(struct events_screen *self, int function)
{
    int rows = function == UI_PAGE_UP || function == UI_PAGE_DOWN   ? self->page
               : function == UI_HALF_UP || function == UI_HALF_DOWN ? self->page / 2
                                                                    : 1;
    bool up = function == UI_UP || function == UI_PAGE_UP || function == UI_HALF_UP;
    const struct event *e = chosen(self);
    for (int i = 0; i < rows && e != NULL; i++) {
        const struct event *next = up ? after(self, e->number) : before(self, e->number);
        if (next == NULL)
            break;
        e = next;
    }
    if (e != NULL)
        self->cursor = e->number;
}

static void to_oldest(struct events_screen *self)
{
    const struct event *e = chosen(self), *next = e;
    while (next != NULL) {
        e = next;
        next = before(self, e->number);
    }
    if (e != NULL)
        self->cursor = e->number;
}

enum { EVENTS_FILTER = UI_OWN, EVENTS_COPY };

static bool has_event(const void *data, struct safe_text *reason)
{
    bool has = chosen((const struct events_screen *)data) != NULL;
    if (!has)
        *reason = text_safe("no event is shown");
    return has;
}

static const struct key_row rows[] = {
    {.keys = {'/'},
     .name = "filter",
     .label = "filter",
     .help = "filter",
     .group = GROUP_LOOK,
     .footer = 70,
     .function = EVENTS_FILTER},
    {.keys = {'y'},
     .label = "copy line",
     .brief = "copy",
     .help = "copy line",
     .group = GROUP_LOOK,
     .footer = 60,
     .function = EVENTS_COPY,
     .available = has_event},
};

static void keymap(struct screen *s, struct keymap *map)
{
    struct events_screen *self = (struct events_screen *)s;
    self->keys =
        (struct key_table){.name = "events", .rows = rows, .count = ARRAY_LEN(rows), .data = self};
    map->tables[0] = &self->keys;
    map->tables[1] = &keymap_moving;
}

static void act(struct screen *s, int function, const char *argument)
{
    struct events_screen *self = (struct events_screen *)s;
    const struct event *e = chosen(self);
    (void)argument;
    if (function == EVENTS_FILTER)
        prompt_open(&self->prompt, '/', self->filter.count > 0 ? self->filter.words : "");
    else if (function == EVENTS_COPY && e != NULL)
        console_copy(s->console, &e->text, "the event's text");
    else if (function == UI_TOP)
        self->cursor = self->top = 0;
    else if (function == UI_BOTTOM)
        to_oldest(self);
    else if (function > UI_NOTHING && function <= UI_HALF_DOWN)
        step(self, function);
}

static bool input(struct screen *s, const struct input *in)
{
    struct events_screen *self = (struct events_screen *)s;
    static const struct prompt_source none;
    if (!self->prompt.open)
        return false;
    unsigned did = prompt_event(&self->prompt, in, &none);
    if (did & UI_CLOSED) {
        self->filter.count = 0;
    } else if (did & (UI_CHANGED | UI_ACCEPTED)) {
        char *text = prompt_text(&self->prompt);
        filter_parse(&self->filter, text, NULL);
        free(text);
    }
    self->cursor = self->top = 0;
    return true;
}

static bool back(struct screen *s)
{
    struct events_screen *self = (struct events_screen *)s;
    bool had = self->filter.count > 0;
    self->filter.count = 0;
    return had;
}

static void leave(struct screen *s)
{
    free(s);
}

static const struct screen_ops ops = {
    .draw = draw,
    .input = input,
    .keymap = keymap,
    .act = act,
    .back = back,
    .leave = leave,
};

struct screen *events_screen_open(void)
{
    struct events_screen *self = xcalloc(1, sizeof(*self));
    self->screen.ops = &ops;
    return &self->screen;
}
