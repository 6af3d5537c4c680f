/* The operator's screen: what inventories and input do to it. */
#include "screens/watch_screen.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/journal.h"
#include "core/options.h"
#include "screens/watch_state.h"
#include "screens/watch_trouble.h"

/* For so long after a key the rows keep their order. */
#define ORDER_REST_MS 1000
#define INTERVAL_MS   10000
#define MINUTE_MS     60000

const struct watch_view *watch_shown(const struct watch_screen *self)
{
    return watch_view(self->watch);
}

clock_ms watch_drift(const struct watch_screen *self)
{
    const struct console *c = self->screen.console;
    const struct watch_view *view = watch_shown(self);
    if (view == NULL || c->still != NULL || c->now <= view->now_ms)
        return 0;
    return (c->now - view->now_ms) / MINUTE_MS * MINUTE_MS;
}

static bool keys_arrive(const struct console *c)
{
    return c->last_key_at > 0 && clock_now_ms() - c->last_key_at < clock_of_wall_ms(ORDER_REST_MS);
}

/* What this machine's journal knows of. A journal that cannot be read makes all releases others'.
 */
static void ask_journal(struct watch_screen *self)
{
    struct console *c = self->screen.console;
    struct journal_release *releases = NULL;
    size_t count = 0;
    struct err err = ERR_INIT;
    if (c->hooks.journal == NULL || !c->hooks.journal(c->hooks.data, &releases, &count, &err))
        return;
    watch_set_own(self->watch, releases, count);
    journal_releases_free(releases, count);
}

static size_t count_strangers(const struct watch_view *view)
{
    size_t n = 0;
    for (size_t i = 0; i < view->release_count; i++)
        n += view->releases[i].by == WATCH_TAGGED && view->releases[i].in_flight;
    return n;
}

/* The first failure of a release and its end. What stood there at the first look rings for nobody.
 */
static void ring(struct watch_screen *self, const struct watch_view *view, bool first)
{
    for (size_t i = view->change_count; i > 0; i--) {
        const struct watch_change *change = &view->changes[i - 1];
        if (change->number <= self->rung)
            break;
        if (change->alarm != WATCH_QUIET && !first)
            self->screen.console->wants |= WANT_BELL;
    }
    if (view->change_count > 0)
        self->rung = view->changes[view->change_count - 1].number;
}

static void on_inventory(struct screen *s)
{
    struct watch_screen *self = (struct watch_screen *)s;
    struct console *c = s->console;
    struct inventory *inventory = c->inventory;
    if (inventory == NULL || c->still != NULL || inventory->number == self->number)
        return;
    bool first = watch_shown(self) == NULL;
    if (first)
        ask_journal(self);
    const struct watch_view *view = watch_update(self->watch, inventory, c->calendar);
    /* A release that began meanwhile may be this machine's. */
    if (!first && count_strangers(view) > self->strangers) {
        ask_journal(self);
        view = watch_update(self->watch, inventory, c->calendar);
    }
    self->strangers = count_strangers(view);
    self->number = inventory->number;
    ring(self, view, first);
    watch_order(self, !first && keys_arrive(c));
}

/* Ages change once a minute while no news come. */
static clock_ms due(const struct screen *s)
{
    const struct watch_screen *self = (const struct watch_screen *)s;
    const struct watch_view *view = watch_shown(self);
    if (view == NULL || s->console->still != NULL ||
        view->release_count + view->import_count + view->pending_count + view->upload_count == 0)
        return CLOCK_NEVER;
    return view->now_ms + watch_drift(self) + MINUTE_MS;
}

bool watch_status(struct screen *s, struct safe_text *out, enum role *role)
{
    struct watch_screen *self = (struct watch_screen *)s;
    const struct inventory *inventory = console_shown_inventory(s->console);
    if (!watch_trouble(s->console) && watch_trouble_say(inventory, out, role))
        return true;
    *role = ROLE_FAINT;
    if (self->followed != NULL)
        *out = text_safe_fmt("Only %s is shown. f or Esc: everything again.", self->followed);
    else if (self->filter.text != NULL)
        *out = text_safe_fmt("Only rows with %s are shown. Esc: all.", self->filter.text);
    else if (self->active_only)
        *out = text_safe("Only what moves is shown. A: all.");
    else
        *out = text_safe("watch never writes; :release names the command that acts");
    return true;
}

static struct safe_text title(struct screen *s, bool ascii)
{
    struct watch_screen *self = (struct watch_screen *)s;
    const struct watch_view *view = watch_shown(self);
    struct buf words = BUF_INIT;
    (void)ascii;
    if (view != NULL)
        watch_title(view, &words);
    struct safe_text text = text_safe(view != NULL ? buf_str(&words) : "tatami watch");
    buf_free(&words);
    return text;
}

/* A click chooses a row and its pane; on the chosen one it opens. */
static void click(struct watch_screen *self, const struct input *in)
{
    for (int pane = 0; pane < WATCH_PANES; pane++) {
        struct watch_list *list = &self->lists[pane];
        int x = in->x - list->drawn.x, y = in->y - list->drawn.y;
        if (x < 0 || y < 0 || x >= list->drawn.cols || y >= list->drawn.rows)
            continue;
        struct table_source source = {.count = list->count};
        size_t row = table_row_at(&list->table, y, &source);
        if (row >= list->count)
            return;
        bool same =
            self->focus == (enum watch_pane)pane && list->table.cursor == list->identity[row];
        self->focus = (enum watch_pane)pane;
        table_go(&list->table, list->identity[row]);
        if (same)
            watch_open(self);
        return;
    }
}

static bool input(struct screen *s, const struct input *in)
{
    struct watch_screen *self = (struct watch_screen *)s;
    if (self->filter.prompt.open)
        return watch_filter_input(self, in);
    if (in->kind != EVENT_MOUSE || in->button != MOUSE_LEFT)
        return false;
    click(self, in);
    return true;
}

/* Esc: the filter goes first, then what is followed, then the rows that hide. */
static bool back(struct screen *s)
{
    struct watch_screen *self = (struct watch_screen *)s;
    if (self->filter.text != NULL) {
        watch_filter_set(self, "");
    } else if (self->followed != NULL) {
        watch_unfollow(self);
    } else if (self->active_only) {
        self->active_only = false;
        watch_order(self, false);
    } else {
        return false;
    }
    return true;
}

static void keymap(struct screen *s, struct keymap *map)
{
    struct watch_screen *self = (struct watch_screen *)s;
    self->keys = (struct key_table){
        .name = "watch", .rows = watch_rows, .count = watch_row_count, .data = self};
    map->tables[0] = &self->keys;
    map->tables[1] = &keymap_moving;
}

static void leave(struct screen *s)
{
    struct watch_screen *self = (struct watch_screen *)s;
    for (int pane = 0; pane < WATCH_PANES; pane++) {
        table_free(&self->lists[pane].table);
        free(self->lists[pane].rows);
        free(self->lists[pane].identity);
    }
    watch_free(self->watch);
    free(self->followed);
    filter_line_free(&self->filter);
    free(self);
}

static const struct screen_ops ops = {
    .inventory = on_inventory,
    .due = due,
    .status = watch_status,
    .title = title,
    .draw = watch_draw,
    .input = input,
    .keymap = keymap,
    .act = watch_act,
    .explain = watch_explain,
    .back = back,
    .leave = leave,
};

struct screen *watch_screen_open(struct console *c)
{
    struct watch_screen *self = xcalloc(1, sizeof(*self));
    struct inventory_reader *reader = console_reader(c);
    self->screen.ops = &ops;
    self->watch = watch_new();
    self->interval_ms = INTERVAL_MS;
    if (c->settings != NULL && c->settings->interval_s > 0)
        self->interval_ms = (clock_ms)c->settings->interval_s * 1000;
    if (c->settings != NULL && c->settings->follow != NULL) {
        self->followed = xstrdup(c->settings->follow);
        watch_follow(self->watch, self->followed);
    }
    if (reader != NULL)
        inventory_set_interval(reader, self->interval_ms);
    return &self->screen;
}
