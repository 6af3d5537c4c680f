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
};

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
    if (c->depth > 1)
        console_pop(c);
    else
        console_say(c, ROLE_FAINT, "Nothing to go back from; q leaves.");
}

bool console_act(struct console *c, struct screen *screen, int function)
{
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
        if (c->depth > 1)
            console_pop(c);
        else
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
