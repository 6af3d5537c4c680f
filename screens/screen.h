/* What a screen is: a row of functions and a place on the console's stack. */
#ifndef SCREENS_SCREEN_H
#define SCREENS_SCREEN_H

#include <stdbool.h>

#include "base/text.h"
#include "ui/event.h"
#include "ui/grid.h"
#include "ui/keymap.h"

struct console;
struct screen;

/* All run on the UI thread. Those marked * may be NULL. */
struct screen_ops {
    /* The screen below shows through, and its header stays. */
    bool overlay;
    /* * A new model stands in console->model, or the screen has just come up. May replace itself;
     * nothing may follow that. */
    void (*model)(struct screen *s);
    /* Draws all of it; the view is blank, or what the screen below drew. */
    void (*draw)(struct screen *s, const struct view *v);
    /* * A key, paste or mouse event before the key tables see it; true when it was taken. */
    bool (*input)(struct screen *s, const struct input *in);
    /* The tables that count now; they live as long as the screen. */
    void (*keymap)(struct screen *s, struct keymap *map);
    /* * A function of the screen's tables; argument is what was typed behind a command, "" for a
     * key. May pop the screen; nothing may follow that. */
    void (*act)(struct screen *s, int function, const char *argument);
    /* * What a typed command would do; false leaves it to the row's help. The caller frees. */
    bool (*explain)(struct screen *s, int function, const char *argument, struct safe_text *out);
    /* * Esc: takes one layer of the screen's own away (marks, filter); false when there is none. */
    bool (*back)(struct screen *s);
    /* Frees the screen. */
    void (*leave)(struct screen *s);
};

/* First member of every screen. */
struct screen {
    const struct screen_ops *ops;
    struct console *console;
};

#endif
