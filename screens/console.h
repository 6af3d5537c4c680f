/* The stacks of screens, one a place: models, inventories, keys and commands go through them. It
 * knows no terminal and no engine, so that a test can drive it. */
#ifndef SCREENS_CONSOLE_H
#define SCREENS_CONSOLE_H

#include "base/clock.h"
#include "base/err.h"
#include "core/inventory.h"
#include "core/model.h"
#include "core/release.h"
#include "screens/screen.h"
#include "ui/prompt.h"

#define CONSOLE_DEPTH 8

/* What the keys 1 to 5 go to. */
enum place { PLACE_RELEASES, PLACE_WATCH, PLACE_CLEANUP, PLACE_PREFLIGHT, PLACE_TIMELINE, PLACES };

struct aws;
struct journal_release;

/* How the console reaches the outside. Those marked * may be NULL. */
struct console_hooks {
    void *data;
    void (*command)(void *data, const struct command *command);
    /* Sends text towards the clipboard. */
    bool (*copy)(void *data, const struct safe_text *text, struct err *err);
    /* * Opens the one reader of the account, which stays the loop's; its inventories arrive with
     * console_inventory(). NULL with *err set when there is no way to AWS. */
    struct inventory_reader *(*read)(void *data, struct err *err);
    /* * The session, for what core does with it; stays the loop's. NULL with *err set. */
    struct aws *(*connect)(void *data, struct err *err);
    /* * The first screen of PLACE_RELEASES, where the console did not begin there. */
    struct screen *(*releases)(void *data);
    /* * What this machine's journal knows now; the caller frees with journal_releases_free(). */
    bool (*journal)(void *data, struct journal_release **out, size_t *count, struct err *err);
};

/* The screens of one place, the lowest first. */
struct console_stack {
    struct screen *screens[CONSOLE_DEPTH];
    size_t depth;
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
    struct inventory *inventory;     /* the latest; NULL until a screen asked for one */
    struct inventory *still;         /* the inventory that is shown while frozen; NULL otherwise */
    struct inventory_reader *reader; /* NULL until a screen asked for it; the loop's */
    struct err unread;               /* why there is no reader, where one was asked for */
    bool read_only;                  /* nothing here asks AWS for a change */
    struct console_stack stacks[PLACES]; /* each keeps its screens while another is shown */
    enum place place, first;             /* the one that is shown, and where the console began */
    struct safe_text said; /* words for the status line, until the next key; utf8 NULL for none */
    enum role said_role;
    struct prompt palette;
    clock_ms now;         /* for everything that is shown as a time */
    time_t calendar;      /* the same moment as calendar time */
    clock_ms last_key_at; /* rows keep their order for a moment after it */
    uint64_t asked_at;    /* number of the model when the last command left; 0: it was answered */
    bool stopping;        /* leaves once the release is at rest */
    bool background;      /* and has it go on without a screen */
    bool cancels;         /* and has it undone, in lines */
    bool suspend_told;    /* the first ^Z during an upload has said what it does */
    unsigned wants;       /* enum console_want */
    int exit_status;      /* what a screen's own work ended with; of a console without a release */
    enum console_end end;
    char *resume; /* with CONSOLE_RESUMES: the id of the release */
};

/* Starts with nothing on the stacks, in PLACE_RELEASES. Thread: ui. */
void console_init(struct console *c, const struct console_hooks *hooks,
                  const struct settings *settings);
/* Leaves every screen and frees. Thread: ui. */
void console_free(struct console *c);

/* Puts the screen onto the stack that is shown and takes it over. A stack that is full leaves it at
 * once. Thread: ui. */
void console_push(struct console *c, struct screen *screen);
/* Leaves the top screen. Thread: ui. */
void console_pop(struct console *c);
/* Leaves all screens of this place, then pushes. Thread: ui. */
void console_replace(struct console *c, struct screen *screen);

/* A newer model; the console takes a reference of its own. Thread: ui. */
void console_model(struct console *c, struct model *model);
/* What the screens show: the frozen model or the latest. Thread: ui. */
struct model *console_shown(const struct console *c);
/* The latest inventory, for the screens of all places, which are told also when it is the same; the
 * console takes a reference of its own.
 * Thread: ui. */
void console_inventory(struct console *c, struct inventory *inventory);
/* The frozen inventory or the latest; NULL while there is none. Thread: ui. */
struct inventory *console_shown_inventory(const struct console *c);
/* The reader of the account, opened when it is first asked for. NULL when there is none: c->unread
 * says why (kind ERR_NONE in a test, which brings its own inventories). Thread: ui. */
struct inventory_reader *console_reader(struct console *c);
/* Reads one region (NULL: all) again at once; nothing without a reader. Thread: ui. */
void console_reread(struct console *c, const char *region);
/* It rang: tells the screens of all places. Thread: ui. */
void console_news(struct console *c);
/* The session with AWS; NULL with *err set. Thread: ui. */
struct aws *console_aws(struct console *c, struct err *err);

/* Shows a place, with its screens as they were left; from the place itself, its lowest screen.
 * Thread: ui. */
void console_go(struct console *c, enum place place);
/* Whether the place has a screen; else *reason (the caller frees; may be NULL). Thread: ui. */
bool console_has(enum place place, struct safe_text *reason);
/* The screen of a place that opens without more. Thread: ui. */
struct screen *console_place_open(struct console *c, enum place place);
/* Leaves the screen that is shown: the one below comes up, else the place where the console began.
 * False when there is neither. Thread: ui. */
bool console_back(struct console *c);

/* The earliest moment at which what is shown changes without news; CLOCK_NEVER for never. Thread:
 * ui. */
clock_ms console_due(const struct console *c);
/* Ticks the screens whose moment is not after now. Thread: ui. */
void console_tick(struct console *c, clock_ms now);
/* The window's title. The caller frees. Thread: ui. */
struct safe_text console_title(struct console *c, bool ascii);
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
