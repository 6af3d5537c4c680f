/* What the keys of the watch screen do. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "screens/watch_events_screen.h"
#include "screens/watch_regions_screen.h"
#include "screens/watch_release_screen.h"
#include "screens/watch_row_screen.h"
#include "screens/watch_state.h"

#define MAX_INTERVAL_S 3600

/* The steps of + and -, in seconds. */
static const int steps[] = {1, 2, 5, 10, 20, 30, 60, 120, 300, 600};

static void set_interval(struct watch_screen *self, int seconds)
{
    struct console *c = self->screen.console;
    struct inventory_reader *reader = console_reader(c);
    seconds = seconds < 1 ? 1 : seconds > MAX_INTERVAL_S ? MAX_INTERVAL_S : seconds;
    self->interval_ms = (clock_ms)seconds * 1000;
    if (reader != NULL)
        inventory_set_interval(reader, self->interval_ms);
    console_say(c, ROLE_TEXT,
                "A look every %d s where nothing moves, three times as often where something does.",
                seconds);
}

static void step_interval(struct watch_screen *self, bool slower)
{
    int now = (int)(self->interval_ms / 1000), next = now;
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        int step = slower ? steps[i] : steps[ARRAY_LEN(steps) - 1 - i];
        if (next == now && (slower ? step > now : step < now))
            next = step;
    }
    set_interval(self, next);
}

static void next_pane(struct watch_screen *self, int step)
{
    int pane = (int)self->focus;
    do
        pane = (pane + step + WATCH_PANES) % WATCH_PANES;
    while (watch_pane_ops((enum watch_pane)pane) == NULL);
    self->focus = (enum watch_pane)pane;
}

void watch_unfollow(struct watch_screen *self)
{
    free(self->followed);
    self->followed = NULL;
    watch_follow(self->watch, NULL);
    watch_order(self, false);
}

/* By its id where it has one: a name may be used again. */
static void follow(struct watch_screen *self)
{
    const struct watch_release *release = watch_cursor_release(self);
    if (self->followed != NULL) {
        watch_unfollow(self);
        return;
    }
    if (release == NULL)
        return;
    self->followed = xstrdup(release->name);
    watch_follow(self->watch, release->id[0] != '\0' ? release->id : release->name);
    watch_order(self, false);
}

static void freeze(struct watch_screen *self)
{
    struct console *c = self->screen.console;
    if (c->still != NULL) {
        inventory_unref(c->still);
        c->still = NULL;
        console_say(c, ROLE_TEXT, "Live again.");
        console_news(c);
    } else if (c->inventory != NULL) {
        c->still = inventory_ref(c->inventory);
        console_say(c, ROLE_WARN, "Frozen: AWS goes on, the screen does not. Z again.");
    }
}

static void show_active(struct watch_screen *self, bool only)
{
    self->active_only = only;
    watch_order(self, false);
}

static void reread(struct watch_screen *self)
{
    struct console *c = self->screen.console;
    struct inventory_reader *reader = console_reader(c);
    if (reader == NULL)
        return;
    /* It may have been opened only now. */
    inventory_set_interval(reader, self->interval_ms);
    inventory_refresh(reader, NULL);
    console_say(c, ROLE_TEXT, "Asking all regions again.");
}

/* The command that acts on what is selected; nobody here does. */
static void name_command(struct watch_screen *self)
{
    const struct watch_release *r = watch_cursor_release(self);
    struct console *c = self->screen.console;
    if (r == NULL)
        console_say(c, ROLE_STRONG,
                    "watch never writes. A release begins with: tatami release PATH...");
    else if (r->by == WATCH_YOURS && r->in_flight)
        console_say(c, ROLE_STRONG, "watch never writes. Go on with it: tatami resume %s", r->name);
    else if (r->by == WATCH_YOURS)
        console_say(c, ROLE_STRONG,
                    "watch never writes. Who may launch it: tatami publish %s, or unpublish",
                    r->name);
    else
        console_say(c, ROLE_STRONG, "%s is another's (%s): act there. Read it back: tatami list %s",
                    r->name, r->by_text, r->name);
}

static void copy(struct watch_screen *self, bool whole)
{
    const struct watch_view *view = watch_shown(self);
    struct console *c = self->screen.console;
    const struct watch_pane_ops *ops = watch_pane_ops(self->focus);
    size_t row;
    if (view == NULL || !watch_cursor(self, self->focus, &row))
        return;
    struct safe_text id = text_safe(ops->id(view, row)), text = {0};
    if (whole) {
        struct filter_row fields = {0};
        char scratch[WATCH_SCRATCH];
        struct buf words = BUF_INIT;
        ops->fields(view, row, &fields, scratch);
        buf_add_str(&words, id.utf8);
        for (int f = FILTER_ANY + 1; f < FILTER_FIELDS; f++)
            if (fields.fields[f] != NULL && fields.fields[f][0] != '\0')
                buf_add_fmt(&words, "\t%s", fields.fields[f]);
        text = text_safe_bytes(buf_str(&words), words.length);
        buf_free(&words);
    }
    console_copy(c, whole ? &text : &id, whole ? "the row" : id.utf8);
    text_free(&text);
    text_free(&id);
}

void watch_open(struct watch_screen *self)
{
    const struct watch_view *view = watch_shown(self);
    const struct watch_release *release = watch_cursor_release(self);
    struct console *c = self->screen.console;
    size_t row;
    if (view == NULL || !watch_cursor(self, self->focus, &row))
        return;
    if (self->focus == WATCH_RELEASES)
        console_push(c, watch_release_screen_open(self->watch, release));
    else if (self->focus == WATCH_IMPORTS)
        console_push(c, watch_import_screen_open(self->watch, &view->imports[row]));
    else if (self->focus == WATCH_PENDINGS)
        console_push(c, watch_pending_screen_open(self->watch, &view->pending[row]));
    else if (self->focus == WATCH_UPLOADS)
        console_push(c, watch_upload_screen_open(self->watch, &view->uploads[row]));
    else
        console_push(c, watch_events_screen_open(self->watch, view->changes[row].number));
}

/* Moving and sorting in the pane that has the focus; true when it was one of these. */
static bool move(struct watch_screen *self, int function)
{
    struct watch_list *list = &self->lists[self->focus];
    const struct watch_pane_ops *ops = watch_pane_ops(self->focus);
    if (function >= UI_OWN)
        return false;
    struct table_source source = watch_list_source(list);
    unsigned did = table_do(&list->table, (enum ui_function)function, ops->columns,
                            ops->column_count, &source);
    if (did & UI_SORTED)
        watch_order(self, false);
    return true;
}

static void set_typed_interval(struct watch_screen *self, const char *argument)
{
    int seconds = atoi(argument);
    if (seconds > 0)
        set_interval(self, seconds);
    else
        console_say(self->screen.console, ROLE_WARN, "How many seconds? :interval 30");
}

void watch_act(struct screen *s, int function, const char *argument)
{
    struct watch_screen *self = (struct watch_screen *)s;
    struct console *c = s->console;
    if (move(self, function))
        return;
    switch ((enum watch_function)function) {
    case WATCH_OPEN:
        watch_open(self);
        break;
    case WATCH_NEXT_PANE:
    case WATCH_PANE_BEFORE:
        next_pane(self, function == WATCH_NEXT_PANE ? 1 : -1);
        break;
    case WATCH_FOLLOW:
        follow(self);
        break;
    case WATCH_FILTER:
        watch_filter_open(self, argument);
        break;
    case WATCH_SLOWER:
    case WATCH_FASTER:
        step_interval(self, function == WATCH_SLOWER);
        break;
    case WATCH_INTERVAL:
        set_typed_interval(self, argument);
        break;
    case WATCH_FREEZE:
        freeze(self);
        break;
    case WATCH_READ:
        watch_mark_read(self->watch, c->calendar);
        break;
    case WATCH_ACTIVE:
    case WATCH_ALL:
        show_active(self, function == WATCH_ACTIVE);
        break;
    case WATCH_COPY_ID:
    case WATCH_COPY_ROW:
        copy(self, function == WATCH_COPY_ROW);
        break;
    case WATCH_EVENTS:
        console_push(c, watch_events_screen_open(self->watch, 0));
        break;
    case WATCH_REGIONS:
        console_push(c, watch_regions_screen_open());
        break;
    case WATCH_REREAD:
        reread(self);
        break;
    case WATCH_RELEASE:
        name_command(self);
        break;
    }
}

bool watch_explain(struct screen *s, int function, const char *argument, struct safe_text *out)
{
    struct watch_screen *self = (struct watch_screen *)s;
    const struct watch_release *r = watch_cursor_release(self);
    if (function == WATCH_RELEASE)
        *out = text_safe_fmt("Enter: says which command acts on %s; nothing is done here",
                             r != NULL ? r->name : "a release");
    else if (function == WATCH_INTERVAL && atoi(argument) > 0)
        *out = text_safe_fmt("Enter: a look every %d s (now %d s)", atoi(argument),
                             (int)(self->interval_ms / 1000));
    else
        return false;
    return true;
}
