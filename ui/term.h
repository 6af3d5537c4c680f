/* The terminal: curses setup and restore, and the way of a grid onto the glass. */
#ifndef UI_TERM_H
#define UI_TERM_H

#include <stdbool.h>

#include "base/err.h"
#include "base/text.h"
#include "ui/grid.h"

struct term_options {
    const char *color; /* the value of --color; NULL is auto */
    bool ascii;        /* --ascii */
};

/* Sets the locale, starts curses on the alternate screen, bracketed paste on, mouse off. False with
 * *err set when standard input or output is no terminal, TERM is unknown or dumb, or --color makes
 * no sense (ERR_USAGE, with one sentence); the terminal is then as it was. Thread: ui. */
bool term_open(const struct term_options *options, struct err *err);
/* Gives the terminal back as it was. A no-op while it is not open. Thread: ui. */
void term_close(void);

/* The same for a crash: no curses, only write() and tcsetattr() of what term_open() kept; may be
 * called in a signal handler. A no-op while the terminal is not open. Thread: any. */
void term_rescue(void);

/* True where only ASCII may be drawn: asked for, a locale that is not UTF-8, or one that draws
 * lines in two columns. Valid after term_open(). Thread: ui. */
bool term_is_ascii(void);

/* The size now. Thread: ui. */
void term_size(int *cols, int *rows);

/* Takes over the size that the kernel reports. Called by event_next() before EVENT_RESIZE. Thread:
 * ui. */
void term_resize(void);

/* Puts the grid onto the terminal: only cells that changed go to curses, one doupdate. Thread: ui.
 */
void term_blit(const struct grid *grid);

/* Forgets what the terminal shows, so that the next term_blit() draws all of it (^L). Thread: ui.
 */
void term_redraw(void);

/* Sets the window's title where the terminal has one; the same title twice writes nothing. Thread:
 * ui. */
void term_title(const struct safe_text *title);

/* Rings. Thread: ui. */
void term_bell(void);

/* Mouse reports on or off. Thread: ui. */
void term_mouse(bool on);
bool term_mouse_is_on(void);

/* Takes the terminal again after a stop, whoever else has used it meanwhile. Called by event_next()
 * before EVENT_RESUMED. Thread: ui. */
void term_resume(void);

/* Gives the terminal back, stops the whole process group as ^Z does, and takes the terminal again
 * once it goes on. The next term_blit() draws all. Thread: ui. */
void term_suspend(void);

#endif
