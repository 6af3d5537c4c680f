/* What a screen is: a row of functions and a place on the console's stack. */
#ifndef SCREENS_SCREEN_H
#define SCREENS_SCREEN_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/event.h"
#include "ui/grid.h"
#include "ui/keymap.h"

struct act_cells;
struct console;
struct screen;

/* All run on the UI thread. Those marked * may be NULL. */
struct screen_ops {
    /* The screen below shows through, and its header stays. */
    bool overlay;
    /* * A new model stands in console->model, or the screen has just come up. May replace itself;
     * nothing may follow that. */
    void (*model)(struct screen *s);
    /* * A newer inventory stands in console->inventory, or the screen has just come up (there may
     * be none yet). */
    void (*inventory)(struct screen *s);
    /* * The program time at which what is shown changes without any news, such as an age;
     * CLOCK_NEVER when it does not. */
    clock_ms (*due)(const struct screen *s);
    /* * That moment has come. The screen is drawn anew after it, with tick or without. */
    void (*tick)(struct screen *s);
    /* * Words for the status line while nothing was said about a key; the caller frees. False
     * leaves it to the release. */
    bool (*status)(struct screen *s, struct safe_text *out, enum role *role);
    /* * The window's title while this is the lowest screen; the caller frees. */
    struct safe_text (*title)(struct screen *s, bool ascii);
    /* * Somebody wants to leave the program: true while the screen's own work needs a moment. It
     * was asked to stop then, and the screen calls console_leave() at its end. */
    bool (*stays)(struct screen *s);
    /* * How much work the screen has in hand, for console_busy(). */
    int (*busy)(const struct screen *s);
    /* Draws all of it; the view is blank, or what the screen below drew. */
    void (*draw)(struct screen *s, const struct view *v);
    /* * A key, paste or mouse event before the key tables see it; true when it was taken. */
    bool (*input)(struct screen *s, const struct input *in);
    /* * The cells that screens/cell_keys acts on now, of the latest model. */
    void (*chosen)(const struct screen *s, struct act_cells *out);
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
