/* The cleanup session: what inventories, answers and keys do to it. */
#include "screens/cleanup_screen.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/cleanup_journal.h"
#include "core/options.h"
#include "screens/cleanup_act.h"
#include "screens/cleanup_restore_screen.h"
#include "screens/cleanup_state.h"

/* For so long after a key, in wall milliseconds, news does not move the rows. */
#define REST_MS 1000
/* Making the table anew for news takes at most one part in so many of the time. */
#define BUILD_SHARE 10
/* So often answers about use are looked for while some are awaited. */
#define LOOK_MS 250

static struct cleanup_screen *mine(const struct screen *s)
{
    return (struct cleanup_screen *)s;
}

static void take_usage(struct cleanup_screen *self)
{
    if (self->reader == NULL)
        return;
    struct usage *latest = usage_latest(self->reader);
    usage_unref(self->usage);
    self->usage = latest;
}

/* When news may be shown: not while keys arrive, and not all the time in a large account. */
static clock_ms news_at(const struct cleanup_screen *self)
{
    clock_ms rested = self->key_at > 0 ? self->key_at + clock_of_wall_ms(REST_MS) : 0;
    clock_ms calm = self->built_at + BUILD_SHARE * self->build_took;
    return rested > calm ? rested : calm;
}

/* Whether AWS has told anything that the view does not show. */
static bool has_news(const struct cleanup_screen *self)
{
    const struct inventory *inventory = console_shown_inventory(self->screen.console);
    return inventory != NULL && (self->view == NULL || self->view->inventory != inventory ||
                                 usage_number(self->view->usage) != usage_number(self->usage));
}

static void build(struct cleanup_screen *self)
{
    clock_ms began = clock_now_ms();
    struct inventory *inventory = console_shown_inventory(self->screen.console);
    bool newer = self->view == NULL || self->view->inventory != inventory;
    struct families *families = newer ? families_new(inventory) : self->families;
    struct cleanup_view_options options = {
        .inventory = inventory,
        .families = families,
        .usage = self->usage,
        .rules = &self->rules,
        .fold = CLEANUP_BY_RELEASE,
        .sort = self->sort,
        .reverse = self->reverse,
        .step = self->step,
        .step_days = self->step_days,
        .price_micros = self->price_micros,
        .now = clock_calendar(),
    };
    struct cleanup_view *view = cleanup_view_new(&options);
    cleanup_view_free(self->view);
    if (newer)
        families_free(self->families);
    self->view = view;
    self->families = families;
    self->stale = false;
    fold_load(&self->fold, view);
    cleaner_mark_settle(self);
    fold_build(&self->fold, view, &self->marks);
    cleaner_mark_count(self);
    /* Until somebody moves it the cursor stands on the first line, whatever comes above it. */
    if (self->key_at == 0)
        table_go(&self->table, 0);
    self->built_at = clock_now_ms();
    self->build_took = self->built_at - began;
}

void cleaner_refresh(struct cleanup_screen *self)
{
    take_usage(self);
    if (console_shown_inventory(self->screen.console) == NULL)
        return;
    if (self->stale || self->view == NULL || (has_news(self) && clock_now_ms() >= news_at(self)))
        build(self);
}

const struct fold_line *cleaner_cursor(struct cleanup_screen *self)
{
    struct table_source source = cleaner_source(self);
    size_t row = table_row(&self->table, &source);
    return row < source.count ? &self->fold.lines[row] : NULL;
}

/* With --restore the Recycle Bin's list comes up over this one. */
static void on_inventory(struct screen *s)
{
    struct cleanup_screen *self = mine(s);
    bool opens = self->opens_restore;
    self->opens_restore = false;
    if (opens)
        cleanup_restore_screen_open(s->console);
}

static clock_ms due(const struct screen *s)
{
    const struct cleanup_screen *self = mine(s);
    if (self->reader != NULL && usage_pending(self->reader) > 0)
        return self->screen.console->now + clock_of_wall_ms(LOOK_MS);
    return has_news(self) ? news_at(self) : CLOCK_NEVER;
}

/* Drawing looks for news too, but another screen may hide this one: a moment that stays in the past
 * would keep the timer busy. */
static void tick(struct screen *s)
{
    cleaner_refresh(mine(s));
}

static int busy(const struct screen *s)
{
    const struct cleanup_screen *self = mine(s);
    return self->reader != NULL && usage_pending(self->reader) > 0;
}

static bool status(struct screen *s, struct safe_text *out, enum role *role)
{
    const struct cleanup_screen *self = mine(s);
    *role = self->unfinished != NULL ? ROLE_WARN : ROLE_FAINT;
    if (self->unfinished != NULL)
        *out = text_safe(self->unfinished);
    else if (self->step == CLEANUP_STEP_NONE)
        *out = text_safe("[#] kept or protected and [!] in use are skipped, never forced.");
    else
        *out = text_safe_fmt("Step %s: only AMIs whose turn it is can be marked (L: next step).",
                             cleanup_step_name(self->step));
    return true;
}

static struct safe_text title(struct screen *s, bool ascii)
{
    (void)ascii;
    const struct cleanup_screen *self = mine(s);
    return self->marks.count > 0 ? text_safe_fmt("tatami cleanup %zu marked", self->marks.count)
                                 : text_safe("tatami cleanup");
}

static void click(struct cleanup_screen *self, const struct input *in)
{
    size_t line = cleaner_line_at(self, in->x, in->y);
    if (line >= cleaner_source(self).count)
        return;
    if (&self->fold.lines[line] == cleaner_cursor(self))
        cleaner_open(self);
    else
        table_go(&self->table, self->fold.lines[line].identity);
}

static bool input(struct screen *s, const struct input *in)
{
    struct cleanup_screen *self = mine(s);
    if (in->kind == EVENT_KEY || in->kind == EVENT_MOUSE)
        self->key_at = clock_now_ms();
    if (self->prompt.open)
        return cleaner_filter_input(self, in);
    if (in->kind != EVENT_MOUSE || in->button != MOUSE_LEFT)
        return false;
    click(self, in);
    return true;
}

/* Esc: what hides rows goes first, then the filter. Marks stay: U takes them away. */
static bool back(struct screen *s)
{
    struct cleanup_screen *self = mine(s);
    if (self->fold.marked_only) {
        self->fold.marked_only = false;
        self->stale = true;
    } else if (self->filter_text != NULL) {
        cleaner_filter_set(self, "");
    } else {
        return false;
    }
    return true;
}

static void keymap(struct screen *s, struct keymap *map)
{
    struct cleanup_screen *self = mine(s);
    self->keys = (struct key_table){
        .name = "cleanup", .rows = cleaner_rows, .count = cleaner_row_count, .data = self};
    map->tables[0] = &self->keys;
    map->tables[1] = &keymap_moving;
    map->tables[2] = &keymap_marking;
}

static void act(struct screen *s, int function, const char *argument)
{
    struct cleanup_screen *self = mine(s);
    cleaner_refresh(self);
    if (function == UI_SORT || function == UI_SORT_REVERSE) {
        cleaner_table_sort(self, function == UI_SORT_REVERSE);
    } else if (function < UI_OWN) {
        struct table_source source = cleaner_source(self);
        if (!cleaner_mark_do(self, function))
            table_do(&self->table, (enum ui_function)function, NULL, 0, &source);
    } else {
        cleaner_act(self, (enum cleaner_function)function, argument);
    }
}

static void leave(struct screen *s)
{
    struct cleanup_screen *self = mine(s);
    cleanup_view_free(self->view);
    families_free(self->families);
    usage_unref(self->usage);
    usage_close(self->reader);
    fold_free(&self->fold);
    marks_free(&self->marks);
    table_free(&self->table);
    rules_free(&self->rules);
    free(self->filter_text);
    free(self->filter_before);
    free(self->unfinished);
    free(self);
}

static const struct screen_ops ops = {
    .inventory = on_inventory,
    .due = due,
    .tick = tick,
    .busy = busy,
    .status = status,
    .title = title,
    .draw = cleaner_draw,
    .input = input,
    .keymap = keymap,
    .act = act,
    .back = back,
    .leave = leave,
};

/* What the command line and the configuration say; main has refused what makes no sense. */
static void take_settings(struct cleanup_screen *self, const struct settings *settings)
{
    struct rules rules = {0};
    struct buf words = BUF_INIT;
    if (settings == NULL || settings->verb != VERB_CLEANUP)
        return;
    if (rules_from_settings(settings, &rules, NULL)) {
        rules_write(&rules, &words);
        cleaner_filter_set(self, buf_str(&words));
    }
    if (settings->step != NULL)
        cleanup_step_from_name(settings->step, &self->step);
    self->step_days = settings->step_days;
    self->opens_restore = settings->restore;
    rules_free(&rules);
    buf_free(&words);
}

/* What a run left that was killed: the plan's file says how to finish it. */
static char *find_unfinished(const char *state)
{
    char **paths = NULL, *words = NULL;
    size_t count = state != NULL ? cleanup_journal_unfinished(state, &paths) : 0;
    struct cleanup_plan *plan = count > 0 ? cleanup_plan_load(paths[0], NULL) : NULL;
    if (plan != NULL)
        words = xasprintf("%zu cleanup%s cut off; it is finished by: tatami cleanup --apply %s "
                          "--yes %.*s",
                          count, count == 1 ? " was" : "s were", paths[0], CLEANUP_HASH_SHORT,
                          plan->hash);
    cleanup_plan_unref(plan);
    for (size_t i = 0; i < count; i++)
        free(paths[i]);
    free(paths);
    return words;
}

struct screen *cleanup_screen_open(struct console *c)
{
    struct cleanup_screen *self = xcalloc(1, sizeof(*self));
    self->screen.ops = &ops;
    self->screen.console = c;
    self->sort = CLEANUP_SORT_AGE;
    take_settings(self, c->settings);
    self->unfinished = find_unfinished(c->settings != NULL ? c->settings->state : NULL);
    if (c->settings != NULL && c->settings->price_gib_month != NULL)
        cleanup_parse_price(c->settings->price_gib_month, &self->price_micros, NULL);
    console_reader(c);
    return &self->screen;
}

void cleanup_screen_know(struct screen *screen, struct usage *usage)
{
    struct cleanup_screen *self = mine(screen);
    usage_unref(self->usage);
    self->usage = usage;
}
