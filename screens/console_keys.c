/* The keys that are the same on every screen. */
#include "base/mem.h"
#include "screens/console.h"
#include "screens/help_screen.h"
#include "screens/palette.h"

enum {
    CONSOLE_COMMAND = UI_OWN + 1000,
    CONSOLE_HELP,
    CONSOLE_ESC,
    CONSOLE_QUIT,
    CONSOLE_ASK,
    CONSOLE_REDRAW,
    CONSOLE_SUSPEND,
    CONSOLE_MOUSE,
    CONSOLE_PLACE, /* and one for each place behind it */
};

static bool has_cleanup(const void *data, struct safe_text *reason)
{
    (void)data;
    return console_has(PLACE_CLEANUP, reason);
}

static bool has_preflight(const void *data, struct safe_text *reason)
{
    (void)data;
    return console_has(PLACE_PREFLIGHT, reason);
}

static bool has_timeline(const void *data, struct safe_text *reason)
{
    (void)data;
    return console_has(PLACE_TIMELINE, reason);
}

static const struct key_row rows[] = {
    {.keys = {':'},
     .label = "command",
     .brief = "cmd",
     .help = "command",
     .group = GROUP_PROGRAM,
     .footer = 60,
     .function = CONSOLE_COMMAND},
    {.keys = {'?', UIKEY_F1},
     .name = "help",
     .label = "help",
     .help = "help",
     .group = GROUP_PROGRAM,
     .footer = 95,
     .function = CONSOLE_HELP},
    {.keys = {'q'},
     .name = "quit",
     .label = "leave",
     .help = "back, then leave",
     .group = GROUP_LOOK,
     .footer = 90,
     .function = CONSOLE_QUIT},
    {.keys = {UIKEY_ESC}, .group = GROUP_LOOK, .function = CONSOLE_ESC},
    {.keys = {KEY_CTRL('z')},
     .name = "suspend",
     .help = "suspend (an upload stops too)",
     .group = GROUP_PROGRAM,
     .function = CONSOLE_SUSPEND},
    {.keys = {KEY_CTRL('l')},
     .name = "redraw",
     .help = "redraw",
     .group = GROUP_PROGRAM,
     .function = CONSOLE_REDRAW},
    {.keys = {KEY_CTRL('c')},
     .help = "ask to leave",
     .group = GROUP_PROGRAM,
     .function = CONSOLE_ASK},
    {.keys = {'%'},
     .name = "mouse",
     .help = "mouse on/off",
     .group = GROUP_PROGRAM,
     .function = CONSOLE_MOUSE},
    {.keys = {'1'},
     .name = "releases",
     .help = "releases",
     .group = GROUP_LOOK,
     .function = CONSOLE_PLACE + PLACE_RELEASES},
    {.keys = {'2'},
     .name = "watch",
     .help = "watch",
     .group = GROUP_LOOK,
     .function = CONSOLE_PLACE + PLACE_WATCH},
    {.keys = {'3'},
     .name = "cleanup",
     .help = "cleanup",
     .group = GROUP_LOOK,
     .function = CONSOLE_PLACE + PLACE_CLEANUP,
     .available = has_cleanup},
    {.keys = {'4'},
     .help = "preflight",
     .group = GROUP_LOOK,
     .function = CONSOLE_PLACE + PLACE_PREFLIGHT,
     .available = has_preflight},
    {.keys = {'5'},
     .help = "timeline",
     .group = GROUP_LOOK,
     .function = CONSOLE_PLACE + PLACE_TIMELINE,
     .available = has_timeline},
};

const struct key_table console_table = {.name = "", .rows = rows, .count = ARRAY_LEN(rows)};

/* Worker threads stop with the program, so that an upload makes the first ^Z a question. */
static void suspend(struct console *c)
{
    bool uploads = false;
    for (size_t i = 0; c->model != NULL && i < c->model->disk_count; i++)
        uploads = uploads || c->model->disks[i].word == WORD_UPLD;
    if (uploads && !c->suspend_told) {
        c->suspend_told = true;
        console_say(c, ROLE_WARN, "^Z stops the upload too, until `fg`. ^Z again suspends.");
        return;
    }
    c->suspend_told = false;
    c->wants |= WANT_SUSPEND;
}

static void peel(struct console *c, struct screen *screen)
{
    if (screen->ops->back != NULL && screen->ops->back(screen))
        return;
    if (!console_back(c))
        console_say(c, ROLE_FAINT, "Nothing to go back from; q leaves.");
}

bool console_act(struct console *c, struct screen *screen, int function)
{
    if (function >= CONSOLE_PLACE && function < CONSOLE_PLACE + PLACES) {
        console_go(c, (enum place)(function - CONSOLE_PLACE));
        return true;
    }
    switch (function) {
    case CONSOLE_COMMAND:
        palette_open(c);
        return true;
    case CONSOLE_HELP:
        console_push(c, help_screen_open(screen));
        return true;
    case CONSOLE_ESC:
        peel(c, screen);
        return true;
    case CONSOLE_QUIT:
        if (!console_back(c))
            console_leave(c);
        return true;
    case CONSOLE_ASK:
        console_leave(c);
        return true;
    case CONSOLE_REDRAW:
        c->wants |= WANT_REDRAW;
        return true;
    case CONSOLE_SUSPEND:
        suspend(c);
        return true;
    case CONSOLE_MOUSE:
        c->wants |= WANT_MOUSE;
        return true;
    default:
        return false;
    }
}
