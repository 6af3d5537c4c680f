/* What all widgets share: functions that keys stand for, and what a key did. */
#ifndef UI_WIDGET_H
#define UI_WIDGET_H

#include <stdarg.h>
#include <stdint.h>
#include <wchar.h>

#include "base/buf.h"
#include "base/text.h"

/* Functions that tables, tiles and lists understand. They stand in key rows (ui/keymap.h), so that
 * a key has one home; a screen's own functions start at UI_OWN. */
enum ui_function {
    UI_NOTHING,
    UI_UP,
    UI_DOWN,
    UI_LEFT,
    UI_RIGHT,
    UI_TOP,
    UI_BOTTOM,
    UI_PAGE_UP,
    UI_PAGE_DOWN,
    UI_HALF_UP,
    UI_HALF_DOWN,
    UI_MARK,         /* Space: marks the row, goes on to the next */
    UI_MARK_RANGE,   /* V: from the last mark to here */
    UI_MARK_NONE,    /* U */
    UI_MARK_INVERT,  /* * */
    UI_SORT,         /* s: the next column */
    UI_SORT_REVERSE, /* S */
    UI_OWN = 64,
};

/* What a key or function did: bits. */
enum ui_result {
    UI_IGNORED = 0,
    UI_TAKEN = 1,     /* it was for this widget; draw */
    UI_MOVED = 2,     /* the cursor stands elsewhere */
    UI_MARKED = 4,    /* the marks differ */
    UI_SORTED = 8,    /* order the rows anew */
    UI_CHANGED = 16,  /* the text of an input differs */
    UI_ACCEPTED = 32, /* Enter: do it */
    UI_CLOSED = 64,   /* Esc: take the widget away */
    UI_COUNTING = 128 /* a dialog counts down: call dialog_tick() each second */
};

/* The 64-bit identity of a string, for cursors and marks that stay with their row (FNV-1a; never
 * 0). Thread: any. */
uint64_t ui_identity(const char *id);
/* The identity of a thing that several strings name: `id` within what `identity` stands for.
 * Thread: any. */
uint64_t ui_identity_behind(uint64_t identity, const char *id);

/* vprintf into safe text; the caller frees it. Thread: any. */
struct safe_text ui_format(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

/* Appends one character as UTF-8. Thread: any. */
void ui_add_char(struct buf *out, wchar_t c);

#endif
