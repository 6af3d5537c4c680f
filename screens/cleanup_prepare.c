/* What has to be known before a plan stands. */
#include "screens/cleanup_prepare.h"

#include <stdlib.h>

#include "base/mem.h"
#include "core/recycle_task.h"
#include "ui/dialog.h"

/* So often, in wall milliseconds, the answers are looked for. */
#define LOOK_MS 100

struct prepare {
    struct screen screen;
    struct dialog dialog;
    struct cleanup_draft *draft;
    struct usage_reader *reader;
    struct recycle_task *bins; /* NULL: there is no way to AWS */
    size_t asked;              /* AMIs whose users are asked for */
    char *path;
    clock_ms look_at;
    void (*done)(struct console *c, struct cleanup_draft *draft, const char *path);
};

static size_t pending(const struct prepare *self)
{
    return self->reader != NULL && self->asked > 0 ? usage_pending(self->reader) : 0;
}

static bool ready(const struct prepare *self)
{
    return pending(self) == 0 && (self->bins == NULL || recycle_task_ended(self->bins));
}

static void say(struct prepare *self)
{
    size_t left = pending(self);
    dialog_unsay(&self->dialog, 0);
    if (left > 0)
        dialog_say(&self->dialog, "Use", ROLE_TEXT, "asking who uses %zu AMIs, %zu to go",
                   self->asked, left);
    else
        dialog_say(&self->dialog, "Use", ROLE_TEXT, "%s", "asked");
    dialog_say(&self->dialog, "Undo", ROLE_TEXT, "%s",
               self->bins == NULL || recycle_task_ended(self->bins)
                   ? "Recycle Bin rules are read"
                   : "reading the Recycle Bin rules of the regions");
}

static void draw(struct screen *s, const struct view *v)
{
    struct prepare *self = (struct prepare *)s;
    say(self);
    dialog_draw(v, &self->dialog);
}

static clock_ms due(const struct screen *s)
{
    return ((const struct prepare *)s)->look_at;
}

static int busy(const struct screen *s)
{
    (void)s;
    return 1;
}

/* The window goes first: what follows may push another screen. */
static void finish(struct prepare *self)
{
    struct console *c = self->screen.console;
    struct cleanup_draft *draft = self->draft;
    char *path = self->path;
    void (*done)(struct console *, struct cleanup_draft *, const char *) = self->done;
    if (self->bins != NULL && recycle_task_answer(self->bins) != NULL)
        draft->recycle = recycle_ref(recycle_task_answer(self->bins));
    if (self->reader != NULL) {
        struct usage *usage = usage_latest(self->reader);
        cleanup_draft_know(draft, usage);
        usage_unref(usage);
    }
    self->draft = NULL;
    self->path = NULL;
    console_pop(c);
    cleanup_draft_plan(draft);
    done(c, draft, path);
    free(path);
}

static void tick(struct screen *s)
{
    struct prepare *self = (struct prepare *)s;
    self->look_at = clock_now_ms() + clock_of_wall_ms(LOOK_MS);
    if (ready(self))
        finish(self);
}

static bool input(struct screen *s, const struct input *in)
{
    struct prepare *self = (struct prepare *)s;
    if (in->kind == EVENT_KEY && in->key == UIKEY_ESC)
        console_pop(s->console);
    else
        dialog_event(&self->dialog, in);
    return true;
}

static void keymap(struct screen *s, struct keymap *map)
{
    (void)s;
    (void)map;
}

static void leave(struct screen *s)
{
    struct prepare *self = (struct prepare *)s;
    dialog_free(&self->dialog);
    recycle_task_free(self->bins);
    cleanup_draft_free(self->draft);
    free(self->path);
    free(self);
}

static const struct screen_ops ops = {
    .overlay = true,
    .due = due,
    .tick = tick,
    .busy = busy,
    .draw = draw,
    .input = input,
    .keymap = keymap,
    .leave = leave,
};

static void ask_use(struct prepare *self)
{
    struct cleanup_plan_options options = cleanup_draft_options(self->draft);
    struct usage_question *questions = NULL;
    self->asked = self->reader != NULL ? cleanup_plan_questions(&options, &questions) : 0;
    if (self->asked > 0)
        usage_check(self->reader, questions, self->asked);
    free(questions);
}

void cleanup_prepare(struct console *c, struct cleanup_draft *draft, struct usage_reader *reader,
                     const char *path,
                     void (*done)(struct console *c, struct cleanup_draft *draft, const char *path))
{
    struct prepare *self = xcalloc(1, sizeof(*self));
    struct err err = ERR_INIT;
    struct aws *aws = console_aws(c, &err);
    size_t count = 0;
    self->screen.ops = &ops;
    self->draft = draft;
    self->reader = reader;
    self->path = xstrdup_or_null(path);
    self->done = done;
    dialog_open(&self->dialog, "BEFORE THE PLAN", ROLE_TITLE);
    const char **regions = cleanup_draft_regions(draft, &count);
    if (aws != NULL)
        self->bins = recycle_task_rules(aws, regions, count);
    free(regions);
    ask_use(self);
    self->look_at = clock_now_ms() + clock_of_wall_ms(LOOK_MS);
    console_push(c, &self->screen);
    if (ready(self))
        finish(self);
}
