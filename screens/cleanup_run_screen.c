/* A plan that is being carried out. */
#include "screens/cleanup_run_screen.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/options.h"
#include "core/verbs.h"
#include "screens/cleanup_run_draw.h"
#include "screens/cleanup_text.h"

/* So often, in wall milliseconds, the run's model is looked for while it moves. */
#define LOOK_MS 150

static bool ended(const struct cleanup_run_screen *self)
{
    return self->model->phase == CLEANUP_PHASE_ENDED;
}

/* The latest model; at the end the report is written down and the inventory read again. */
static void take_model(struct cleanup_run_screen *self)
{
    bool before = ended(self);
    struct cleanup_model *latest = cleanup_run_model(self->run);
    cleanup_model_free(self->model);
    self->model = latest;
    if (before || !ended(self))
        return;
    struct buf words = BUF_INIT;
    struct console *c = self->screen.console;
    cleanup_report(self->model, &words);
    self->report = buf_take(&words);
    self->shows_report = true;
    c->exit_status = self->model->exit_status;
    c->wants |= WANT_BELL;
    if (self->stopped)
        console_say(c, ROLE_WARN, "Stopped. Esc goes back.");
    console_reread(c, NULL);
    if (self->leaving)
        console_leave(c);
}

static clock_ms due(const struct screen *s)
{
    const struct cleanup_run_screen *self = (const struct cleanup_run_screen *)s;
    return ended(self) ? CLOCK_NEVER : self->look_at;
}

static void tick(struct screen *s)
{
    struct cleanup_run_screen *self = (struct cleanup_run_screen *)s;
    self->look_at = clock_now_ms() + clock_of_wall_ms(LOOK_MS);
    take_model(self);
}

static void stop(struct cleanup_run_screen *self)
{
    cleanup_run_stop(self->run);
    self->stopped = true;
    take_model(self);
    if (!ended(self))
        console_say(self->screen.console, ROLE_WARN,
                    "Stopping: what is under way is finished, nothing further begins.");
}

static bool status(struct screen *s, struct safe_text *out, enum role *role)
{
    struct cleanup_run_screen *self = (struct cleanup_run_screen *)s;
    const struct cleanup_model *m = self->model;
    *role = ROLE_WARN;
    if (m->err.kind != ERR_NONE)
        *out = text_safe_fmt("%s %s %s %s", m->err.code, m->err.message, m->err.request_id,
                             m->err.advice);
    else if (m->phase == CLEANUP_PHASE_STOPPING)
        *out = text_safe("Stopping: what is under way is finished, nothing further begins.");
    else if (ended(self))
        *out = text_safe(m->exit_status == 0 ? "Done. Esc goes back." : "Ended. Esc goes back.");
    else
        *out = text_safe("Esc stops before the next AMI.");
    if (m->err.kind != ERR_NONE)
        *role = ROLE_BAD;
    else if (ended(self) && m->exit_status == 0)
        *role = ROLE_GOOD;
    return true;
}

/* Esc and q stop a run; only one that has ended is left. */
static bool input(struct screen *s, const struct input *in)
{
    struct cleanup_run_screen *self = (struct cleanup_run_screen *)s;
    bool goes = in->kind == EVENT_KEY && (in->key == UIKEY_ESC || in->key == 'q');
    if (!goes || ended(self))
        return false;
    stop(self);
    return true;
}

static bool stays(struct screen *s)
{
    struct cleanup_run_screen *self = (struct cleanup_run_screen *)s;
    if (ended(self))
        return false;
    stop(self);
    self->leaving = !ended(self);
    return self->leaving;
}

static int busy(const struct screen *s)
{
    return !ended((const struct cleanup_run_screen *)s);
}

enum { RUN_REPORT = UI_OWN, RUN_COPY };

static bool has_report(const void *data, struct safe_text *reason)
{
    bool has = ((const struct cleanup_run_screen *)data)->report != NULL;
    if (!has)
        *reason = text_safe("the run has not ended");
    return has;
}

static const struct key_row rows[] = {
    {.keys = {UIKEY_TAB},
     .name = "report",
     .label = "report / rows",
     .brief = "report",
     .help = "report, rows",
     .group = GROUP_LOOK,
     .footer = 80,
     .function = RUN_REPORT,
     .available = has_report},
    {.keys = {'y'},
     .label = "copy",
     .help = "copy the row, or the report",
     .group = GROUP_LOOK,
     .footer = 40,
     .function = RUN_COPY},
};

static void keymap(struct screen *s, struct keymap *map)
{
    struct cleanup_run_screen *self = (struct cleanup_run_screen *)s;
    self->keys = (struct key_table){
        .name = "cleanup run", .rows = rows, .count = ARRAY_LEN(rows), .data = self};
    map->tables[0] = &self->keys;
    map->tables[1] = &keymap_moving;
}

static void copy(struct cleanup_run_screen *self)
{
    struct buf words = BUF_INIT;
    size_t row = cleanup_run_row(self);
    if (self->shows_report)
        buf_add_str(&words, self->report);
    else if (row < self->model->plan->item_count)
        cleanup_line(self->model, row, &words);
    struct safe_text text = text_safe(buf_str(&words));
    console_copy(self->screen.console, &text, self->shows_report ? "the report" : "the row");
    text_free(&text);
    buf_free(&words);
}

static void act(struct screen *s, int function, const char *argument)
{
    struct cleanup_run_screen *self = (struct cleanup_run_screen *)s;
    struct table_source source = cleanup_run_source(self);
    (void)argument;
    if (function == RUN_REPORT)
        self->shows_report = !self->shows_report;
    else if (function == RUN_COPY)
        copy(self);
    else if (self->shows_report)
        page_do(&self->page, function);
    else
        table_do(&self->table, (enum ui_function)function, NULL, 0, &source);
}

static void leave(struct screen *s)
{
    struct cleanup_run_screen *self = (struct cleanup_run_screen *)s;
    cleanup_run_end(self->run);
    cleanup_model_free(self->model);
    table_free(&self->table);
    free(self->report);
    free(self);
}

static const struct screen_ops ops = {
    .due = due,
    .tick = tick,
    .stays = stays,
    .busy = busy,
    .status = status,
    .draw = cleanup_run_draw,
    .input = input,
    .keymap = keymap,
    .act = act,
    .leave = leave,
};

bool cleanup_run_screen_open(struct console *c, struct cleanup_plan *plan)
{
    struct err err = ERR_INIT;
    struct aws *aws = c->read_only ? NULL : console_aws(c, &err);
    if (aws == NULL) {
        console_say(c, ROLE_BAD, "Not started: %s",
                    c->read_only ? "read only; start without --read-only" : err.message);
        return false;
    }
    struct cleanup_run_screen *self = xcalloc(1, sizeof(*self));
    struct cleanup_run_options options = {
        .aws = aws,
        .plan = plan,
        .home = c->settings->home != NULL ? c->settings->home : verb_home(c->settings, aws),
        .state_dir = c->settings->state,
        .wake_fd = -1,
    };
    self->screen.ops = &ops;
    self->run = cleanup_run_start(&options);
    self->model = cleanup_run_model(self->run);
    self->look_at = clock_now_ms() + clock_of_wall_ms(LOOK_MS);
    console_push(c, &self->screen);
    return true;
}
