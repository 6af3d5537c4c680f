/* Keys as numbers: Unicode code points, C0 codes for Ctrl, and names for the rest. */
#ifndef UI_KEY_H
#define UI_KEY_H

#include <stdbool.h>

/* A key is a Unicode code point; Ctrl with a letter is its C0 code (C-c is 3), which makes Tab 9,
 * Enter 13 and Esc 27; keys without a character stand beyond Unicode. 0 is no key. */
enum key_code {
    UIKEY_NONE = 0,
    UIKEY_TAB = 9,
    UIKEY_ENTER = 13,
    UIKEY_ESC = 27,
    UIKEY_SPACE = 32,
    UIKEY_BACKSPACE = 127,
    UIKEY_UP = 0x110000,
    UIKEY_DOWN,
    UIKEY_LEFT,
    UIKEY_RIGHT,
    UIKEY_HOME,
    UIKEY_END,
    UIKEY_PAGE_UP,
    UIKEY_PAGE_DOWN,
    UIKEY_INSERT,
    UIKEY_DELETE,
    UIKEY_SHIFT_TAB,
    UIKEY_F1,
    UIKEY_F12 = UIKEY_F1 + 11,
};

#define KEY_CTRL(letter) ((letter)&0x1f)

/* Room for any key's name. */
#define KEY_NAME_MAX 16

/* Reads a name as key_label() prints it, or as scripts write it: "x", "Enter", "Esc", "Space",
 * "Tab", "S-Tab", "Up", "Home", "PgDn", "F1", "C-c" or "^C". UIKEY_NONE when it is no key. Thread:
 * any. */
int key_parse(const char *name);

/* The key's name as footer and help show it ("Enter", "^C", "r"). Thread: any. */
void key_label(int key, char out[KEY_NAME_MAX]);

/* True for a key that puts a character into a line of text. Thread: any. */
bool key_is_text(int key);

#endif
