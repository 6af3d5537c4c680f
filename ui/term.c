/* The terminal: curses setup and restore, and the way of a grid onto the glass. */
#include "ui/term.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ui/term_input.h"
#include "ui/widget.h"

/* xterm's private modes (ctlseqs): bracketed paste, and every mouse mode that curses may have
 * switched on. */
#define CANCEL    "\030"
#define PASTE_ON  "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define MOUSE_OFF "\033[?1000l\033[?1002l\033[?1003l\033[?1006l"

/* Milliseconds that a lone Esc waits for the rest of a sequence; curses' own second is far too
 * long. */
#define ESC_DELAY_MS 25

/* Colour pairs are numbered by palette colour, from 1 on. */
#define PAIR_OF(colour) ((short)((colour) + 1))

static struct {
    SCREEN *screen;
    struct termios saved;
    bool ascii;
    bool mouse;
    enum role_depth depth;
    struct cell *shown; /* what the terminal has, NULL when unknown */
    int shown_cols;
    int shown_rows;
    char *title;
    bool has_title;
} term;

/* What a crash writes; filled before the terminal is touched. */
static char rescue[512];
static size_t rescue_length;
static volatile sig_atomic_t rescue_armed;

static void write_out(const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(STDOUT_FILENO, bytes, length);
        if (n <= 0)
            return;
        bytes += n;
        length -= (size_t)n;
    }
}

/* Adds a capability without its padding ($<5>). */
static void add_capability(struct buf *out, const char *name)
{
    const char *s = tigetstr((char *)name);
    if (s == NULL || s == (char *)-1)
        return;
    while (*s != '\0') {
        if (s[0] == '$' && s[1] == '<' && strchr(s, '>') != NULL)
            s = strchr(s, '>') + 1;
        else
            buf_add_char(out, *s++);
    }
}

static void arm_rescue(void)
{
    struct buf out = BUF_INIT;
    buf_add_str(&out, PASTE_OFF MOUSE_OFF);
    add_capability(&out, "sgr0");
    add_capability(&out, "cnorm");
    add_capability(&out, "rmkx");
    add_capability(&out, "rmcup");
    rescue_length = out.length < sizeof rescue ? out.length : sizeof rescue;
    memcpy(rescue, buf_str(&out), rescue_length);
    buf_free(&out);
    rescue_armed = 1;
}

void term_rescue(void)
{
    if (!rescue_armed)
        return;
    rescue_armed = 0;
    write_out(rescue, rescue_length);
    tcsetattr(STDIN_FILENO, TCSANOW, &term.saved);
}

static bool check_terminal(const struct term_options *options, struct err *err)
{
    const char *name = getenv("TERM");
    enum role_depth depth;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return err_set(err, ERR_USAGE, "the screens need a terminal; use --no-ui");
    if (name == NULL || name[0] == '\0')
        return err_set(err, ERR_USAGE,
                       "TERM is not set, so the screens cannot be drawn; use --no-ui");
    if (strcmp(name, "dumb") == 0)
        return err_set(err, ERR_USAGE, "a dumb terminal cannot show the screens; use --no-ui");
    if (options->color != NULL && !role_depth_parse(options->color, 0, &depth))
        return err_set(err, ERR_USAGE, "--color is auto, 16, 256 or never, not \"%s\"",
                       options->color);
    if (tcgetattr(STDIN_FILENO, &term.saved) != 0)
        return err_set_errno(err, ERR_IO, "cannot read the terminal's settings");
    return true;
}

static bool locale_needs_ascii(void)
{
    setlocale(LC_CTYPE, "");
    return strcmp(nl_langinfo(CODESET), "UTF-8") != 0 || wcwidth(L'─') != 1;
}

static void set_colours(const char *wish)
{
    int colours = 0;
    if (has_colors()) {
        start_color();
        use_default_colors();
        colours = COLORS;
    }
    role_depth_parse(wish != NULL ? wish : "auto", colours, &term.depth);
    for (enum role role = 0; role < ROLES && colours > 0; role++) {
        short colour = role_style(role, term.depth).colour;
        if (colour >= 0)
            init_pair(PAIR_OF(colour), colour, -1);
    }
}

static void forget_shown(void)
{
    free(term.shown);
    term.shown = NULL;
}

bool term_open(const struct term_options *options, struct err *err)
{
    if (!check_terminal(options, err))
        return false;
    bool ascii = locale_needs_ascii() || options->ascii;
    term.screen = newterm(NULL, stdout, stdin);
    if (term.screen == NULL)
        return err_set(err, ERR_USAGE,
                       "the terminal \"%s\" is not known here (terminfo); use --no-ui",
                       getenv("TERM"));
    arm_rescue();
    term.ascii = ascii;
    signal(SIGTSTP, SIG_DFL);
    set_escdelay(ESC_DELAY_MS);
    raw();
    noecho();
    nonl();
    set_colours(options->color);
    term_input_open();
    const char *tsl = tigetstr((char *)"tsl");
    term.has_title = tigetflag((char *)"XT") > 0 || (tsl != NULL && tsl != (char *)-1);
    curs_set(0);
    clear();
    refresh();
    write_out(PASTE_ON, strlen(PASTE_ON));
    return true;
}

/* Throws away what a slow terminal has not taken yet, so that leaving does not wait for it; CAN
 * ends a sequence that was cut in the middle (ECMA-48). */
static void drop_unread_output(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    if (poll(&out, 1, 0) == 1 && (out.revents & POLLOUT) != 0)
        return;
    tcflush(STDOUT_FILENO, TCOFLUSH);
    write_out(CANCEL, strlen(CANCEL));
}

void term_close(void)
{
    if (term.screen == NULL)
        return;
    drop_unread_output();
    write_out(PASTE_OFF, strlen(PASTE_OFF));
    term_mouse(false);
    curs_set(1);
    endwin();
    rescue_armed = 0;
    term_input_close();
    delscreen(term.screen);
    tcsetattr(STDIN_FILENO, TCSANOW, &term.saved);
    forget_shown();
    free(term.title);
    memset(&term, 0, sizeof term);
}

bool term_is_ascii(void)
{
    return term.ascii;
}

void term_size(int *cols, int *rows)
{
    *cols = COLS;
    *rows = LINES;
}

void term_resize(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
        return;
    resizeterm(size.ws_row, size.ws_col);
    term_redraw();
}

void term_redraw(void)
{
    forget_shown();
    clearok(curscr, TRUE);
}

static attr_t curses_attrs(unsigned attrs)
{
    static const struct {
        unsigned ours;
        attr_t curses;
    } map[] = {
        {ATTR_BOLD, A_BOLD},
        {ATTR_DIM, A_DIM},
        {ATTR_UNDERLINE, A_UNDERLINE},
        {ATTR_REVERSE, A_REVERSE},
    };
    attr_t out = 0;
    for (size_t i = 0; i < ARRAY_LEN(map); i++)
        if (attrs & map[i].ours)
            out |= map[i].curses;
    return out;
}

/* A role that is reversed by itself stands out of a selected row by not being so. */
static void draw_cell(int x, int y, const struct cell *cell)
{
    struct role_style style = role_style(cell->role, term.depth);
    unsigned attrs = (style.attrs ^ (cell->attr & ATTR_REVERSE)) | (cell->attr & ~ATTR_REVERSE);
    wchar_t text[4] = {cell->glyph[0], cell->glyph[1], cell->glyph[2], 0};
    short pair = style.colour >= 0 ? PAIR_OF(style.colour) : 0;
    cchar_t out;
    if (setcchar(&out, text, curses_attrs(attrs), pair, NULL) == OK)
        mvadd_wch(y, x, &out);
}

static bool same_cell(const struct cell *a, const struct cell *b)
{
    return a->glyph[0] == b->glyph[0] && a->glyph[1] == b->glyph[1] && a->glyph[2] == b->glyph[2] &&
           a->role == b->role && a->attr == b->attr;
}

static void fit_shown(const struct grid *grid)
{
    if (term.shown != NULL && term.shown_cols == grid->cols && term.shown_rows == grid->rows)
        return;
    forget_shown();
    erase();
    term.shown = xcalloc((size_t)grid->cols * (size_t)grid->rows, sizeof *term.shown);
    term.shown_cols = grid->cols;
    term.shown_rows = grid->rows;
}

void term_blit(const struct grid *grid)
{
    if (term.screen == NULL)
        return;
    fit_shown(grid);
    for (int y = 0; y < grid->rows && y < LINES; y++) {
        for (int x = 0; x < grid->cols && x < COLS; x++) {
            struct cell cell = grid_cell(grid, x, y);
            struct cell *shown = &term.shown[(size_t)y * (size_t)grid->cols + (size_t)x];
            if (same_cell(&cell, shown))
                continue;
            *shown = cell;
            if (cell.glyph[0] != 0)
                draw_cell(x, y, &cell);
        }
    }
    bool cursor = grid->cursor_x >= 0 && grid->cursor_x < COLS && grid->cursor_y < LINES;
    curs_set(cursor);
    if (cursor)
        move(grid->cursor_y, grid->cursor_x);
    wnoutrefresh(stdscr);
    doupdate();
}

void term_title(const struct safe_text *title)
{
    struct buf out = BUF_INIT;
    if (term.screen == NULL || !term.has_title ||
        (term.title != NULL && strcmp(term.title, title->utf8) == 0))
        return;
    free(term.title);
    term.title = xstrdup(title->utf8);

    const char *s = title->utf8;
    const char *end = s + strlen(s);
    if (tigetflag((char *)"XT") > 0)
        buf_add_str(&out, "\033]2;");
    else
        add_capability(&out, "tsl");
    while (s < end) {
        bool ok;
        wchar_t c = text_next_char(&s, end, &ok);
        ui_add_char(&out, term.ascii ? grid_ascii(c) : c);
    }
    if (tigetflag((char *)"XT") > 0)
        buf_add_char(&out, '\a');
    else
        add_capability(&out, "fsl");
    write_out(out.data, out.length);
    buf_free(&out);
}

void term_bell(void)
{
    if (term.screen != NULL)
        write_out("\a", 1);
}

void term_mouse(bool on)
{
    if (term.screen == NULL || term.mouse == on)
        return;
    mmask_t wanted = BUTTON1_PRESSED | BUTTON3_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED;
    mousemask(on ? wanted : 0, NULL);
    mouseinterval(0);
    term.mouse = on;
}

bool term_mouse_is_on(void)
{
    return term.mouse;
}

void term_resume(void)
{
    if (term.screen == NULL)
        return;
    /* A second endwin() would put the cursor back to where it stood before the first screen. */
    if (!isendwin())
        endwin();
    refresh();
    term_resize();
    term_redraw();
    write_out(PASTE_ON, strlen(PASTE_ON));
}

void term_suspend(void)
{
    sigset_t stop, before;
    if (term.screen == NULL)
        return;
    write_out(PASTE_OFF, strlen(PASTE_OFF));
    endwin();
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    pthread_sigmask(SIG_UNBLOCK, &stop, &before);
    kill(0, SIGTSTP);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    term_resume();
}
