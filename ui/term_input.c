/* What curses reads, as keys, pastes and mouse. */
#include "ui/term_input.h"

#include <curses.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ui/key.h"
#include "ui/widget.h"

/* Codes of ours for the ends of a bracketed paste, beyond those that curses hands out. */
#define PASTE_START 0x2000
#define PASTE_END   0x2001

/* A paste beyond this is cut: nothing that tatami reads is longer. */
#define PASTE_MAX_BYTES 65536

/* Keys come through a pad of its own: reading from stdscr would redraw it. */
static WINDOW *pad;
static struct buf paste;
static bool pasting;
static bool delivered;

static const struct {
    int curses;
    int key;
} key_map[] = {
    {KEY_UP, UIKEY_UP},
    {KEY_DOWN, UIKEY_DOWN},
    {KEY_LEFT, UIKEY_LEFT},
    {KEY_RIGHT, UIKEY_RIGHT},
    {KEY_HOME, UIKEY_HOME},
    {KEY_END, UIKEY_END},
    {KEY_PPAGE, UIKEY_PAGE_UP},
    {KEY_NPAGE, UIKEY_PAGE_DOWN},
    {KEY_IC, UIKEY_INSERT},
    {KEY_DC, UIKEY_DELETE},
    {KEY_BTAB, UIKEY_SHIFT_TAB},
    {KEY_ENTER, UIKEY_ENTER},
    {KEY_BACKSPACE, UIKEY_BACKSPACE},
};

void term_input_open(void)
{
    pad = newpad(1, 1);
    keypad(pad, TRUE);
    nodelay(pad, TRUE);
    define_key("\033[200~", PASTE_START);
    define_key("\033[201~", PASTE_END);
    define_key("\033[Z", KEY_BTAB);
    pasting = false;
}

void term_input_close(void)
{
    if (pad != NULL)
        delwin(pad);
    pad = NULL;
    buf_free(&paste);
    pasting = false;
}

static int key_of(wint_t code)
{
    for (size_t i = 0; i < ARRAY_LEN(key_map); i++)
        if ((wint_t)key_map[i].curses == code)
            return key_map[i].key;
    if (code >= KEY_F(1) && code <= KEY_F(12))
        return UIKEY_F1 + (int)(code - KEY_F(1));
    return UIKEY_NONE;
}

static bool read_mouse(struct input *out)
{
    static const struct {
        mmask_t state;
        enum event_button button;
    } buttons[] = {
        {BUTTON1_PRESSED, MOUSE_LEFT},
        {BUTTON3_PRESSED, MOUSE_RIGHT},
        {BUTTON4_PRESSED, MOUSE_WHEEL_UP},
        {BUTTON5_PRESSED, MOUSE_WHEEL_DOWN},
    };
    MEVENT mouse;
    /* A report may name any place. */
    if (getmouse(&mouse) != OK || mouse.x < 0 || mouse.x >= COLS || mouse.y < 0 || mouse.y >= LINES)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(buttons); i++) {
        if (mouse.bstate & buttons[i].state) {
            *out = (struct input){
                .kind = EVENT_MOUSE, .x = mouse.x, .y = mouse.y, .button = buttons[i].button};
            return true;
        }
    }
    return false;
}

static bool end_paste(struct input *out)
{
    pasting = false;
    delivered = true;
    *out = (struct input){.kind = EVENT_PASTE, .text = buf_str(&paste)};
    return true;
}

/* A character of a paste; Esc or ^C end one whose end never came. */
static bool collect(wint_t c, struct input *out)
{
    if (c == UIKEY_ESC || c == KEY_CTRL('c'))
        return end_paste(out);
    if (paste.length < PASTE_MAX_BYTES && c != 0)
        ui_add_char(&paste, (wchar_t)c);
    return false;
}

static bool take_code(wint_t code, struct input *out)
{
    if (code == PASTE_START) {
        pasting = true;
        return false;
    }
    if (code == PASTE_END)
        return pasting && end_paste(out);
    if (code == KEY_MOUSE)
        return read_mouse(out);
    int key = key_of(code);
    if (key == UIKEY_NONE || pasting)
        return false;
    *out = (struct input){.kind = EVENT_KEY, .key = key};
    return true;
}

static bool take_character(wint_t c, struct input *out)
{
    if (pasting)
        return collect(c, out);
    if (c == 0)
        return false;
    *out = (struct input){.kind = EVENT_KEY, .key = c == '\n' ? UIKEY_ENTER : (int)c};
    return true;
}

bool term_input_read(struct input *out)
{
    if (pad == NULL)
        return false;
    if (delivered) {
        buf_reset(&paste);
        delivered = false;
    }
    for (;;) {
        wint_t c;
        int got = wget_wch(pad, &c);
        if (got == ERR)
            return false;
        if (got == KEY_CODE_YES ? take_code(c, out) : take_character(c, out))
            return true;
    }
}
