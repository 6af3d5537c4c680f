/* The stack of screens: models, keys and commands go through it. It knows no terminal and no
 * engine, so that a test can drive it. */
#ifndef SCREENS_CONSOLE_H
#define SCREENS_CONSOLE_H

#include "base/clock.h"
#include "base/err.h"
#include "core/model.h"
#include "core/release.h"
#include "screens/screen.h"
#include "ui/prompt.h"

#define CONSOLE_DEPTH 8

/* How the console reaches the outside. */
struct console_hooks {
    void *data;
    void (*command)(void *data, const struct command *command);
    /* Sends text towards the clipboard. */
    bool (*copy)(void *data, const struct safe_text *text, struct err *err);
};

/* What the loop has to do for the screens: bits. */
enum console_want {
    WANT_REDRAW = 1,  /* draw every cell again */
    WANT_SUSPEND = 2, /* ^Z */
    WANT_MOUSE = 4,   /* mouse reports on or off */
    WANT_BELL = 8,
};

enum console_end { CONSOLE_GOES_ON, CONSOLE_LEAVES, CONSOLE_RESUMES };

struct console {
    struct console_hooks hooks;
    const struct settings *settings; /* NULL in tests */
    struct model *model;             /* the latest; NULL without a release */
    struct model *frozen;            /* what is shown while frozen; NULL otherwise */
    struct screen *stack[CONSOLE_DEPTH];
    size_t depth;
    struct safe_text said; /* words for the status line, until the next key; utf8 NULL for none */
    enum role said_role;
    struct prompt palette;
    clock_ms now;         /* for everything that is shown as a time */
    clock_ms last_key_at; /* rows keep their order for a moment after it */
    uint64_t asked_at;    /* number of the model when the last command left; 0: it was answered */
    bool stopping;        /* leaves once the release is at rest */
    bool suspend_told;    /* the first ^Z during an upload has said what it does */
    unsigned wants;       /* enum console_want */
    enum console_end end;
    char *resume; /* with CONSOLE_RESUMES: the id of the release */
};

/* Starts with nothing on the stack. Thread: ui. */
void console_init(struct console *c, const struct console_hooks *hooks,
                  const struct settings *settings);
/* Leaves every screen and frees. Thread: ui. */
void console_free(struct console *c);

/* Takes the screen over. A stack that is full leaves it at once. Thread: ui. */
void console_push(struct console *c, struct screen *screen);
/* Leaves the top screen. Thread: ui. */
void console_pop(struct console *c);
/* Leaves all screens, then pushes. Thread: ui. */
void console_replace(struct console *c, struct screen *screen);

/* A newer model; the console takes a reference of its own. Thread: ui. */
void console_model(struct console *c, struct model *model);
/* What the screens show: the frozen model or the latest. Thread: ui. */
struct model *console_shown(const struct console *c);
/* A key, a paste or the mouse. Thread: ui. */
void console_input(struct console *c, const struct input *in);
/* Draws all into the grid. Thread: ui. */
void console_draw(struct console *c, struct grid *grid);

/* Words on the status line until the next key; printf, made safe. Thread: ui. */
void console_say(struct console *c, enum role role, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Sends a command on, or says why not (read only) and returns false. Thread: ui. */
bool console_command(struct console *c, struct command command);
/* Sends text to the clipboard and says so; what is a few words for it. Thread: ui. */
void console_copy(struct console *c, const struct safe_text *text, const char *what);

/* Somebody wants to go: at once where nothing is in flight, else a dialog. Thread: ui. */
void console_leave(struct console *c);
/* Stops the release cleanly and leaves once it is at rest (also SIGTERM, SIGHUP). Thread: ui. */
void console_stop(struct console *c);

/* Work in hand, for a test that waits until it is idle. Thread: ui. */
int console_busy(const struct console *c);

/* The screen's tables with the console's own below them. Thread: ui. */
void console_keymap(struct screen *screen, struct keymap *map);
/* Carries out a row, or says why it can do nothing now. Thread: ui. */
void console_do(struct console *c, struct screen *screen, const struct key_table *table,
                const struct key_row *row, const char *argument);

/* What is the same on every screen: help, palette, back, leave, redraw, suspend, mouse. */
extern const struct key_table console_table;
/* Carries out one of its functions; false when it is none. Thread: ui. */
bool console_act(struct console *c, struct screen *screen, int function);

#endif
