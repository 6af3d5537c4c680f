/* `tatami` alone. */
#include "screens/home_screen.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "screens/frame.h"
#include "screens/words.h"
#include "ui/pane.h"
#include "ui/table.h"

struct home_screen {
    struct screen screen;
    struct key_table keys;
    const struct journal_release *releases;
    const char *trouble;
    size_t *rows; /* indexes of releases: the unfinished ones first */
    size_t count, unfinished;
    struct table table;
};

enum {
    HOME_OPEN = UI_OWN,
    HOME_COPY,
    HOME_CANCEL,
};

static bool goes_on(const struct journal_release *r)
{
    static const char *const ended[] = {"done", "refused", "cancelling", "cancelled"};
    for (size_t i = 0; i < ARRAY_LEN(ended); i++)
        if (strcmp(r->phase, ended[i]) == 0)
            return false;
    return true;
}

static const struct journal_release *release_at(const struct home_screen *self, size_t row)
{
    return &self->releases[self->rows[row]];
}

static uint64_t identity(const void *data, size_t row)
{
    return ui_identity(release_at(data, row)->id);
}

enum { COLUMN_RELEASE = 1, COLUMN_STATE, COLUMN_ACCOUNT, COLUMN_MADE, COLUMN_CHANGED, COLUMN_EXIT };

static const struct table_column columns[] = {
    {.id = COLUMN_RELEASE, .title = "RELEASE", .width = 30, .least = 24, .most = 60},
    {.id = COLUMN_STATE, .title = "STATE", .width = 10},
    {.id = COLUMN_ACCOUNT, .title = "ACCOUNT", .width = 14, .drop = 2},
    {.id = COLUMN_MADE, .title = "STARTED", .width = 16, .drop = 3},
    {.id = COLUMN_CHANGED, .title = "LAST CHANGE", .width = 16, .drop = 1},
    {.id = COLUMN_EXIT, .title = "EXIT", .width = 4, .drop = 4, .align = ALIGN_RIGHT},
};

static void draw_cell(const void *data, size_t row, int column, const struct view *v)
{
    const struct journal_release *r = release_at(data, row);
    char text[WORDS_MAX];
    bool open = goes_on(r);
    switch (column) {
    case COLUMN_RELEASE:
        grid_print(v, 0, 0, open ? ROLE_STRONG : ROLE_TEXT, "%s", r->name);
        break;
    case COLUMN_STATE:
        grid_print(v, 0, 0, open ? ROLE_WARN : ROLE_GOOD, "%s", r->phase);
        break;
    case COLUMN_ACCOUNT:
        words_account(r->account, text);
        grid_print(v, 0, 0, ROLE_TEXT, "%s", text);
        break;
    case COLUMN_MADE:
    case COLUMN_CHANGED:
        words_date(column == COLUMN_MADE ? r->made_at : r->updated_at, text);
        grid_print(v, 0, 0, ROLE_FAINT, "%s", text);
        break;
    case COLUMN_EXIT:
        grid_print_right(v, v->cols, 0, r->exit_status == 0 ? ROLE_TEXT : ROLE_WARN, "%d",
                         r->exit_status);
        break;
    }
}

static struct table_source source_of(const struct home_screen *self)
{
    return (struct table_source){
        .data = self, .count = self->count, .identity = identity, .draw = draw_cell};
}

/* How to start, for somebody who has nothing here yet. */
static const struct start {
    const char *command;
    const char *does;
} starts[] = {
    {.command = "tatami release PATH --home REGION", .does = "releases an image to every region"},
    {.command = "tatami rehearse release PATH --home REGION",
     .does = "the same against a simulator"},
    {.command = "tatami watch", .does = "the account live, all regions (2)"},
    {.command = "tatami whoami", .does = "account, credentials and regions"},
    {.command = "tatami --help", .does = "all verbs and options"},
};

static void draw_starts(const struct view *v)
{
    struct view body = pane_draw(v, NULL, NULL, "Start from the shell");
    for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
        grid_literal(&body, 1, (int)i, ROLE_KEY, starts[i].command);
        struct safe_text does = text_safe(starts[i].does);
        if (body.cols > 60)
            grid_text_fit(&body, 45, (int)i, body.cols - 46, ROLE_TEXT, &does);
        text_free(&does);
    }
}

static void draw(struct screen *s, const struct view *v)
{
    struct home_screen *self = (struct home_screen *)s;
    struct statusline line = {0};
    if (self->unfinished > 0)
        status_left(&line, ROLE_WARN, 0, 0, "%zu release%s not finished; Enter goes on with one",
                    self->unfinished, self->unfinished == 1 ? "" : "s");
    else
        status_left(&line, ROLE_TEXT, 0, 0, "nothing is unfinished on this machine");
    struct view rest = frame_draw(v, s, &line, "AMI release console");
    int start_rows = (int)ARRAY_LEN(starts) + 1;
    struct view start = view_take_bottom(&rest, rest.rows >= 12 ? start_rows : 0);
    struct view list = pane_draw(&rest, NULL, NULL, "Releases %zu", self->count);
    struct table_source source = source_of(self);
    if (self->trouble != NULL)
        grid_print(&list, 1, 0, ROLE_BAD, "%s", self->trouble);
    else if (self->count > 0)
        table_draw(&list, &self->table, columns, ARRAY_LEN(columns), &source, true);
    else
        grid_literal(&list, 1, 0, ROLE_FAINT, "No release was made from this machine yet.");
    if (start.rows > 0)
        draw_starts(&start);
}

static bool can_open(const void *data, struct safe_text *reason)
{
    struct home_screen *self = (struct home_screen *)data;
    struct table_source source = source_of(self);
    size_t row = table_row(&self->table, &source);
    bool open = row < source.count && goes_on(release_at(self, row));
    if (open && !self->screen.console->read_only)
        return true;
    if (open) {
        *reason = text_safe("read only: start without --read-only to go on with a release");
        return false;
    }
    *reason = row < source.count
                  ? text_safe_fmt("%s is finished; `tatami list` reads it back from AWS",
                                  release_at(self, row)->name)
                  : text_safe("there is no release here");
    return false;
}

static bool has_release(const void *data, struct safe_text *reason)
{
    bool has = ((const struct home_screen *)data)->count > 0;
    if (!has)
        *reason = text_safe("there is no release here");
    return has;
}

static const struct key_row rows[] = {
    {.keys = {UIKEY_ENTER},
     .name = "resume",
     .label = "go on with it",
     .help = "go on with it",
     .group = GROUP_ACT,
     .danger = DANGER_CHANGE,
     .footer = 92,
     .function = HOME_OPEN,
     .available = can_open},
    {.name = "cancel",
     .help = "undo it",
     .group = GROUP_ACT,
     .danger = DANGER_LAST,
     .function = HOME_CANCEL,
     .available = can_open},
    {.keys = {'y', 'c'},
     .label = "copy name",
     .help = "copy name",
     .group = GROUP_LOOK,
     .footer = 50,
     .function = HOME_COPY,
     .available = has_release},
};

static void keymap(struct screen *s, struct keymap *map)
{
    struct home_screen *self = (struct home_screen *)s;
    map->tables[0] = &self->keys;
    map->tables[1] = &keymap_moving;
}

static void act(struct screen *s, int function, const char *argument)
{
    struct home_screen *self = (struct home_screen *)s;
    struct console *c = s->console;
    struct table_source source = source_of(self);
    (void)argument;
    if (function < UI_OWN) {
        table_do(&self->table, (enum ui_function)function, NULL, 0, &source);
        return;
    }
    size_t row = table_row(&self->table, &source);
    if (row >= source.count)
        return;
    if (function == HOME_OPEN || function == HOME_CANCEL) {
        c->cancels = function == HOME_CANCEL;
        c->resume = xstrdup(release_at(self, row)->id);
        c->end = CONSOLE_RESUMES;
    } else if (function == HOME_COPY) {
        struct safe_text name = text_safe(release_at(self, row)->name);
        console_copy(c, &name, name.utf8);
        text_free(&name);
    }
}

static void leave(struct screen *s)
{
    struct home_screen *self = (struct home_screen *)s;
    table_free(&self->table);
    free(self->rows);
    free(self);
}

static const struct screen_ops ops = {
    .draw = draw,
    .keymap = keymap,
    .act = act,
    .leave = leave,
};

struct screen *home_screen_open(const struct journal_release *releases, size_t count,
                                const char *trouble)
{
    struct home_screen *self = xcalloc(1, sizeof(*self));
    self->screen.ops = &ops;
    self->keys =
        (struct key_table){.name = "home", .rows = rows, .count = ARRAY_LEN(rows), .data = self};
    self->releases = releases;
    self->trouble = trouble;
    self->rows = xcalloc(count > 0 ? count : 1, sizeof(*self->rows));
    for (size_t i = 0; i < count; i++)
        if (goes_on(&releases[i]))
            self->rows[self->count++] = i;
    self->unfinished = self->count;
    for (size_t i = 0; i < count; i++)
        if (!goes_on(&releases[i]))
            self->rows[self->count++] = i;
    return &self->screen;
}
