/* The harness's terminal: libvterm, what it shows as text and as attribute letters, and the masks
 * for goldens. */
#include "tests/tools/tt_screen.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vterm.h>

#include "base/mem.h"
#include "ui/widget.h"

#define MASKS 16

struct mask {
    regex_t regex;
    char *replacement;
};

static struct {
    int cols, rows;
    VTerm *vterm;
    VTermScreen *screen;
    char title[256];
    bool mouse; /* the program has asked for it */
    unsigned long frame;
    struct mask masks[MASKS];
    size_t mask_count;
} tt;

static int on_osc(const char *command, size_t length, void *user)
{
    (void)user;
    if (length > 5 && memcmp(command, "7777;", 5) == 0)
        tt.frame = strtoul(command + 5, NULL, 10);
    return 1;
}

static int on_property(VTermProp property, VTermValue *value, void *user)
{
    (void)user;
    if (property == VTERM_PROP_TITLE)
        snprintf(tt.title, sizeof tt.title, "%s", value->string);
    return 1;
}

void screen_open(int cols, int rows)
{
    static const VTermParserCallbacks fallbacks = {.osc = on_osc};
    static const VTermScreenCallbacks callbacks = {.settermprop = on_property};
    if (tt.vterm != NULL)
        vterm_free(tt.vterm);
    tt.cols = cols;
    tt.rows = rows;
    tt.frame = 0;
    tt.title[0] = '\0';
    tt.mouse = false;
    tt.vterm = vterm_new(tt.rows, tt.cols);
    vterm_set_utf8(tt.vterm, 1);
    tt.screen = vterm_obtain_screen(tt.vterm);
    vterm_screen_enable_altscreen(tt.screen, 1);
    vterm_screen_set_callbacks(tt.screen, &callbacks, NULL);
    vterm_screen_set_unrecognised_fallbacks(tt.screen, &fallbacks, NULL);
    vterm_screen_reset(tt.screen, 1);
}

void screen_close(void)
{
    for (size_t i = 0; i < tt.mask_count; i++) {
        regfree(&tt.masks[i].regex);
        free(tt.masks[i].replacement);
    }
    if (tt.vterm != NULL)
        vterm_free(tt.vterm);
    memset(&tt, 0, sizeof tt);
}

bool screen_is_open(void)
{
    return tt.vterm != NULL;
}

void screen_resize(int cols, int rows)
{
    tt.cols = cols;
    tt.rows = rows;
    vterm_set_size(tt.vterm, rows, cols);
}

/* Answers to questions of the program (device attributes) are thrown away. libvterm 0.1.4 takes
 * only the first of several private modes in a sequence, so the mouse, which curses switches in one
 * of two, is looked for here. */
void screen_feed(const char *bytes, size_t length)
{
    static const char on[] = "\033[?1006;1000h";
    static const char off[] = "\033[?1006;1000l";
    char answers[256];
    if (memmem(bytes, length, on, strlen(on)) != NULL)
        tt.mouse = true;
    if (memmem(bytes, length, off, strlen(off)) != NULL)
        tt.mouse = false;
    vterm_input_write(tt.vterm, bytes, length);
    while (vterm_output_read(tt.vterm, answers, sizeof answers) > 0)
        continue;
}

size_t screen_key(const char *name, char *bytes, size_t size)
{
    static const struct {
        const char *name;
        VTermKey key;
        VTermModifier modifier;
    } keys[] = {
        {"Enter", VTERM_KEY_ENTER, VTERM_MOD_NONE},
        {"Esc", VTERM_KEY_ESCAPE, VTERM_MOD_NONE},
        {"Tab", VTERM_KEY_TAB, VTERM_MOD_NONE},
        {"S-Tab", VTERM_KEY_TAB, VTERM_MOD_SHIFT},
        {"Backspace", VTERM_KEY_BACKSPACE, VTERM_MOD_NONE},
        {"Up", VTERM_KEY_UP, VTERM_MOD_NONE},
        {"Down", VTERM_KEY_DOWN, VTERM_MOD_NONE},
        {"Left", VTERM_KEY_LEFT, VTERM_MOD_NONE},
        {"Right", VTERM_KEY_RIGHT, VTERM_MOD_NONE},
        {"Home", VTERM_KEY_HOME, VTERM_MOD_NONE},
        {"End", VTERM_KEY_END, VTERM_MOD_NONE},
        {"PgUp", VTERM_KEY_PAGEUP, VTERM_MOD_NONE},
        {"PgDn", VTERM_KEY_PAGEDOWN, VTERM_MOD_NONE},
        {"Ins", VTERM_KEY_INS, VTERM_MOD_NONE},
        {"Del", VTERM_KEY_DEL, VTERM_MOD_NONE},
    };
    char *end;
    long function = name[0] == 'F' ? strtol(name + 1, &end, 10) : 0;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (strcmp(name, keys[i].name) == 0)
            vterm_keyboard_key(tt.vterm, keys[i].key, keys[i].modifier);
    if (strcmp(name, "Space") == 0)
        vterm_keyboard_unichar(tt.vterm, ' ', VTERM_MOD_NONE);
    if (function >= 1 && function <= 12 && *end == '\0')
        vterm_keyboard_key(tt.vterm, VTERM_KEY_FUNCTION((int)function), VTERM_MOD_NONE);
    return vterm_output_read(tt.vterm, bytes, size);
}

size_t screen_click(int x, int y, char *bytes, size_t size)
{
    char release[64];
    if (!tt.mouse)
        return 0;
    vterm_mouse_move(tt.vterm, y - 1, x - 1, VTERM_MOD_NONE);
    vterm_mouse_button(tt.vterm, 1, true, VTERM_MOD_NONE);
    size_t length = vterm_output_read(tt.vterm, bytes, size);
    vterm_mouse_button(tt.vterm, 1, false, VTERM_MOD_NONE);
    vterm_output_read(tt.vterm, release, sizeof release);
    return length;
}

unsigned long screen_frame(void)
{
    return tt.frame;
}

const char *screen_title(void)
{
    return tt.title;
}

static void trim(struct buf *line)
{
    while (line->length > 0 && line->data[line->length - 1] == ' ')
        line->data[--line->length] = '\0';
}

void screen_row(int y, struct buf *out)
{
    for (int x = 0; x < tt.cols; x++) {
        VTermScreenCell cell;
        vterm_screen_get_cell(tt.screen, (VTermPos){.row = y, .col = x}, &cell);
        if (cell.chars[0] == (uint32_t)-1)
            continue;
        if (cell.chars[0] == 0)
            buf_add_char(out, ' ');
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0; i++)
            ui_add_char(out, (wchar_t)cell.chars[i]);
    }
    trim(out);
}

/* A letter for colour, and bold, underlined and reversed; libvterm does not know dim. */
static char attribute_letter(const VTermScreenCell *cell)
{
    static const struct {
        int colour16, colour256;
        char letters[9]; /* by bold + 2 * underlined + 4 * reversed */
    } rows[] = {
        {6, 74, "cCkK1234"},  {2, 36, "gGhH5678"},  {3, 178, "yYwW90-+"},
        {1, 166, "rReExXzZ"}, {-1, -1, ".BuU#%&@"}, {-2, -2, "oOiIaAlL"},
    };
    int flags = (cell->attrs.bold ? 1 : 0) + (cell->attrs.underline ? 2 : 0) +
                (cell->attrs.reverse ? 4 : 0);
    int colour = VTERM_COLOR_IS_DEFAULT_FG(&cell->fg) ? -1
                 : VTERM_COLOR_IS_INDEXED(&cell->fg)  ? cell->fg.indexed.idx
                                                      : -2;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (colour == rows[i].colour16 || colour == rows[i].colour256 || rows[i].colour16 == -2)
            return rows[i].letters[flags];
    return '?';
}

static void row_attributes(int y, struct buf *out)
{
    for (int x = 0; x < tt.cols; x++) {
        VTermScreenCell cell;
        vterm_screen_get_cell(tt.screen, (VTermPos){.row = y, .col = x}, &cell);
        char letter = attribute_letter(&cell);
        bool blank = cell.chars[0] == 0 || cell.chars[0] == ' ';
        buf_add_char(out, letter == '.' && blank ? ' ' : letter);
    }
    trim(out);
}

bool screen_shows(const char *text)
{
    bool found = false;
    for (int y = 0; y < tt.rows && !found; y++) {
        struct buf row = BUF_INIT;
        screen_row(y, &row);
        found = strstr(buf_str(&row), text) != NULL;
        buf_free(&row);
    }
    return found;
}

bool screen_mask(const char *regex, const char *replacement)
{
    struct mask *mask = &tt.masks[tt.mask_count];
    if (tt.mask_count == MASKS || regcomp(&mask->regex, regex, REG_EXTENDED) != 0)
        return false;
    mask->replacement = xstrdup(replacement);
    tt.mask_count += 1;
    return true;
}

/* Puts the replacement, repeated or cut to the same number of characters, where the regex is found.
 */
static void apply_mask(const struct mask *mask, struct buf *line)
{
    struct buf out = BUF_INIT;
    const char *s = buf_str(line);
    size_t length = strlen(mask->replacement);
    regmatch_t at;
    while (length > 0 && regexec(&mask->regex, s, 1, &at, 0) == 0 && at.rm_eo > at.rm_so) {
        size_t n = 0;
        buf_add(&out, s, (size_t)at.rm_so);
        for (regoff_t i = at.rm_so; i < at.rm_eo; i++)
            if (((unsigned char)s[i] & 0xc0) != 0x80)
                buf_add_char(&out, mask->replacement[n++ % length]);
        s += at.rm_eo;
    }
    buf_add_str(&out, s);
    buf_free(line);
    *line = out;
}

void screen_dump(struct buf *out)
{
    for (int y = 0; y < tt.rows; y++) {
        struct buf row = BUF_INIT;
        screen_row(y, &row);
        for (size_t i = 0; i < tt.mask_count; i++)
            apply_mask(&tt.masks[i], &row);
        buf_add_fmt(out, "%s\n", buf_str(&row));
        buf_free(&row);
    }
    buf_add_str(out, "---- attributes ----\n");
    for (int y = 0; y < tt.rows; y++) {
        struct buf row = BUF_INIT;
        row_attributes(y, &row);
        buf_add_fmt(out, "%s\n", buf_str(&row));
        buf_free(&row);
    }
}

void screen_print(void)
{
    for (int y = 0; y < tt.rows && tt.vterm != NULL; y++) {
        struct buf row = BUF_INIT;
        screen_row(y, &row);
        printf("# |%s\n", buf_str(&row));
        buf_free(&row);
    }
}
