/* Keys as numbers: Unicode code points, C0 codes for Ctrl, and names for the rest. */
#include "ui/key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"

/* The first row of a key is the name that is shown. */
static const struct {
    const char *name;
    int key;
} names[] = {
    {"Tab", UIKEY_TAB},
    {"Enter", UIKEY_ENTER},
    {"Esc", UIKEY_ESC},
    {"Space", UIKEY_SPACE},
    {"Backspace", UIKEY_BACKSPACE},
    {"Up", UIKEY_UP},
    {"Down", UIKEY_DOWN},
    {"Left", UIKEY_LEFT},
    {"Right", UIKEY_RIGHT},
    {"Home", UIKEY_HOME},
    {"End", UIKEY_END},
    {"PgUp", UIKEY_PAGE_UP},
    {"PgDn", UIKEY_PAGE_DOWN},
    {"Ins", UIKEY_INSERT},
    {"Del", UIKEY_DELETE},
    {"S-Tab", UIKEY_SHIFT_TAB},
};

static int parse_function_key(const char *name)
{
    char *end;
    long n = strtol(name + 1, &end, 10);
    return *end == '\0' && n >= 1 && n <= 12 ? UIKEY_F1 + (int)n - 1 : UIKEY_NONE;
}

int key_parse(const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcasecmp(name, names[i].name) == 0)
            return names[i].key;
    if (length == 3 && name[0] == 'C' && name[1] == '-')
        return KEY_CTRL(name[2]);
    if (length == 2 && name[0] == '^')
        return KEY_CTRL(name[1]);
    if (length >= 2 && name[0] == 'F' && name[1] >= '1' && name[1] <= '9')
        return parse_function_key(name);

    const char *s = name;
    bool ok = false;
    wchar_t c = length == 0 ? 0 : text_next_char(&s, name + length, &ok);
    return ok && *s == '\0' && key_is_text((int)c) ? (int)c : UIKEY_NONE;
}

static void name_character(int key, char out[KEY_NAME_MAX])
{
    char utf8[8] = "";
    mbstate_t state = {0};
    size_t length = wcrtomb(utf8, (wchar_t)key, &state);
    if (length == (size_t)-1)
        snprintf(out, KEY_NAME_MAX, "U+%04X", (unsigned)key);
    else
        snprintf(out, KEY_NAME_MAX, "%.*s", (int)length, utf8);
}

void key_label(int key, char out[KEY_NAME_MAX])
{
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (names[i].key == key) {
            snprintf(out, KEY_NAME_MAX, "%s", names[i].name);
            return;
        }
    }
    if (key >= UIKEY_F1 && key <= UIKEY_F12)
        snprintf(out, KEY_NAME_MAX, "F%d", key - UIKEY_F1 + 1);
    else if (key > 0 && key < 0x20)
        snprintf(out, KEY_NAME_MAX, "^%c", key + 0x40);
    else if (key_is_text(key))
        name_character(key, out);
    else
        snprintf(out, KEY_NAME_MAX, "?");
}

bool key_is_text(int key)
{
    return key >= 0x20 && key < 0x110000 && !(key >= 0x7f && key < 0xa0) &&
           text_char_columns((wchar_t)key) > 0;
}
