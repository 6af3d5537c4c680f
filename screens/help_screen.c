/* The help over a screen. */
#include "screens/help_screen.h"

#include <stdlib.h>

#include "base/mem.h"
#include "screens/console.h"
#include "ui/help.h"

struct help_screen {
    struct screen screen;
    struct screen *about;
    struct help help;
};

static void draw(struct screen *s, const struct view *v)
{
    struct help_screen *self = (struct help_screen *)s;
    struct keymap map;
    console_keymap(self->about, &map);
    help_draw(v, &self->help, &map);
}

static bool input(struct screen *s, const struct input *in)
{
    struct help_screen *self = (struct help_screen *)s;
    if (help_event(&self->help, in) & UI_CLOSED)
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
    free(s);
}

static const struct screen_ops ops = {
    .overlay = true,
    .draw = draw,
    .input = input,
    .keymap = keymap,
    .leave = leave,
};

struct screen *help_screen_open(struct screen *about)
{
    struct help_screen *self = xcalloc(1, sizeof(*self));
    self->screen.ops = &ops;
    self->about = about;
    return &self->screen;
}
