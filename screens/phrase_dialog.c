/* A question that destroys. */
#include "screens/phrase_dialog.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/options.h"
#include "screens/words.h"

#define SECOND_MS 1000

struct phrase_dialog {
    struct screen screen;
    struct dialog dialog;
    const struct phrase_dialog_ops *ops;
    void *data;
    clock_ms tick_at; /* while the countdown runs */
};

static void say_account(struct console *c, struct dialog *d)
{
    const struct inventory *i = c->inventory;
    const struct model *m = c->model;
    char account[WORDS_MAX];
    const char *number = i != NULL ? i->account : m != NULL ? words_str(&m->account) : "";
    const char *alias = i != NULL && i->alias != NULL ? i->alias
                        : m != NULL                   ? words_str(&m->alias)
                                                      : "";
    const char *profile = c->settings != NULL ? c->settings->profile : NULL;
    bool rehearsal = c->settings != NULL && c->settings->rehearse;
    bool prod = !rehearsal && strcasestr(alias, "prod") != NULL;
    words_account(number, account);
    dialog_say(d, "Account", prod ? ROLE_PROD : ROLE_STRONG, "%s  %s%s%s%s%s", account, alias,
               prod ? "  [PROD]" : "", rehearsal ? "  [REHEARSAL]" : "",
               profile != NULL ? "    profile " : "", profile != NULL ? profile : "");
    dialog_say(d, NULL, ROLE_TEXT, "%s", "");
}

void phrase_dialog_renew(struct console *c, struct dialog *dialog, const char *title)
{
    dialog_free(dialog);
    dialog_open(dialog, title, ROLE_DANGER);
    dialog->escape = "Cancel";
    dialog->countdown_s = PHRASE_COUNTDOWN_S;
    dialog->note = "Paste is ignored here. After Enter: 5 s countdown, any key stops it.";
    say_account(c, dialog);
}

static void draw(struct screen *s, const struct view *v)
{
    dialog_draw(v, &((struct phrase_dialog *)s)->dialog);
}

static clock_ms due(const struct screen *s)
{
    const struct phrase_dialog *self = (const struct phrase_dialog *)s;
    return self->dialog.left_s > 0 ? self->tick_at : CLOCK_NEVER;
}

/* The act may push another screen, so that the dialog goes first. */
static void accept(struct phrase_dialog *self)
{
    struct console *c = self->screen.console;
    const struct phrase_dialog_ops *ops = self->ops;
    void *data = self->data;
    self->data = NULL;
    console_pop(c);
    ops->accept(c, data);
    ops->free(data);
}

static void tick(struct screen *s)
{
    struct phrase_dialog *self = (struct phrase_dialog *)s;
    self->tick_at += clock_of_wall_ms(SECOND_MS);
    if (dialog_tick(&self->dialog) & UI_ACCEPTED)
        accept(self);
}

static void stop_countdown(struct phrase_dialog *self)
{
    self->dialog.left_s = 0;
    edit_clear(&self->dialog.edit);
}

static bool takes_key(struct phrase_dialog *self, const struct input *in)
{
    struct dialog *d = &self->dialog;
    return in->kind == EVENT_KEY && d->left_s == 0 && d->edit.length == 0 &&
           self->ops->key != NULL && self->ops->key(self->screen.console, d, in->key, self->data);
}

static bool input(struct screen *s, const struct input *in)
{
    struct phrase_dialog *self = (struct phrase_dialog *)s;
    if (in->kind == EVENT_PASTE && self->dialog.left_s > 0)
        stop_countdown(self);
    if (takes_key(self, in))
        return true;
    unsigned did = dialog_event(&self->dialog, in);
    if (did & UI_CLOSED)
        console_pop(s->console);
    else if (did & UI_COUNTING)
        self->tick_at = clock_now_ms() + clock_of_wall_ms(SECOND_MS);
    else if (did & UI_ACCEPTED)
        accept(self);
    return true;
}

static void keymap(struct screen *s, struct keymap *map)
{
    (void)s;
    (void)map;
}

static void leave(struct screen *s)
{
    struct phrase_dialog *self = (struct phrase_dialog *)s;
    dialog_free(&self->dialog);
    if (self->data != NULL)
        self->ops->free(self->data);
    free(self);
}

static const struct screen_ops screen_ops = {
    .overlay = true,
    .due = due,
    .tick = tick,
    .draw = draw,
    .input = input,
    .keymap = keymap,
    .leave = leave,
};

struct screen *phrase_dialog_open(struct console *c, const char *title,
                                  const struct phrase_dialog_ops *ops, void *data,
                                  struct dialog **dialog)
{
    struct phrase_dialog *self = xcalloc(1, sizeof(*self));
    self->screen.ops = &screen_ops;
    self->ops = ops;
    self->data = data;
    phrase_dialog_renew(c, &self->dialog, title);
    *dialog = &self->dialog;
    return &self->screen;
}
