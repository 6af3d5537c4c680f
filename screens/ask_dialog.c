/* A question over a screen. */
#include "screens/ask_dialog.h"

#include <stdlib.h>

#include "base/mem.h"
#include "screens/words.h"

struct ask_dialog {
    struct screen screen;
    struct dialog dialog;
    void (*answer)(struct console *c, int key, void *data);
    void *data;
    void (*say)(struct console *c, struct dialog *d); /* NULL: the words stay */
    size_t kept;                                      /* lines that do */
};

static void draw(struct screen *s, const struct view *v)
{
    dialog_draw(v, &((struct ask_dialog *)s)->dialog);
}

static void on_model(struct screen *s)
{
    struct ask_dialog *self = (struct ask_dialog *)s;
    if (self->say == NULL)
        return;
    dialog_unsay(&self->dialog, self->kept);
    self->say(s->console, &self->dialog);
}

/* The answer may push another screen, so that the dialog goes first. */
static void accept(struct ask_dialog *self)
{
    struct console *c = self->screen.console;
    void (*answer)(struct console *, int, void *) = self->answer;
    void *data = self->data;
    int key = self->dialog.phrase.utf8 != NULL ? UIKEY_ENTER : self->dialog.chosen;
    self->data = NULL;
    console_pop(c);
    answer(c, key, data);
    free(data);
}

static bool input(struct screen *s, const struct input *in)
{
    struct ask_dialog *self = (struct ask_dialog *)s;
    unsigned did = dialog_event(&self->dialog, in);
    if (did & UI_ACCEPTED)
        accept(self);
    else if (did & UI_CLOSED)
        console_pop(s->console);
    return true;
}

static void keymap(struct screen *s, struct keymap *map)
{
    (void)s;
    (void)map;
}

static void leave(struct screen *s)
{
    struct ask_dialog *self = (struct ask_dialog *)s;
    dialog_free(&self->dialog);
    free(self->data);
    free(self);
}

static const struct screen_ops ops = {
    .overlay = true,
    .model = on_model,
    .draw = draw,
    .input = input,
    .keymap = keymap,
    .leave = leave,
};

struct screen *ask_dialog_open(struct console *c, const char *title, enum role role,
                               void (*answer)(struct console *c, int key, void *data), void *data,
                               struct dialog **dialog)
{
    struct ask_dialog *self = xcalloc(1, sizeof(*self));
    self->screen.ops = &ops;
    self->answer = answer;
    self->data = data;
    dialog_open(&self->dialog, title, role);
    if (c->model != NULL && words_are(&c->model->account)) {
        char account[WORDS_MAX];
        words_account(c->model->account.utf8, account);
        dialog_say(&self->dialog, "Account", ROLE_STRONG, "%s %s%s", account,
                   words_str(&c->model->alias), c->model->rehearsal ? " [REHEARSAL]" : "");
        dialog_say(&self->dialog, NULL, ROLE_TEXT, "%s", "");
    }
    *dialog = &self->dialog;
    return &self->screen;
}

void ask_dialog_follow(struct screen *screen, struct console *c,
                       void (*say)(struct console *c, struct dialog *d))
{
    struct ask_dialog *self = (struct ask_dialog *)screen;
    self->say = say;
    self->kept = self->dialog.line_count;
    say(c, &self->dialog);
}
