/* Safe text: what came from outside, made harmless and measured in columns. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

/* Text that may be drawn, logged and put into titles. Made only by text_safe(); functions that draw
 * or log take this type and no char *. C0, DEL, C1, invalid UTF-8, bidirectional controls,
 * zero-width, private-use and unassigned code points stand in it as visible escapes
 * (\n, \x1b, \u202e); a character keeps two combining marks at most. Valid UTF-8 always. */
struct safe_text {
    char *utf8;  /* malloc'd, never NULL once made */
    int columns; /* width on a terminal */
};

/* Makes text safe. The result is freed with text_free(). NULL reads as "". Thread: any. */
struct safe_text text_safe(const char *raw);
/* The same for raw bytes that may hold NULs. Thread: any. */
struct safe_text text_safe_bytes(const char *raw, size_t length);
/* printf into safe text; the arguments may come from outside. Thread: any. */
struct safe_text text_safe_fmt(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A copy. Thread: any. */
struct safe_text text_copy(const struct safe_text *text);
/* Frees; a zeroed one is fine. Thread: any. */
void text_free(struct safe_text *text);

/* Columns of one character as a terminal shows it: 0 for a combining mark, 1 or 2. Ambiguous
 * width counts 1. Independent of the locale. Thread: any. */
int text_char_columns(wchar_t c);

/* Decodes the next character of valid or invalid UTF-8 at *s (end exclusive), moves *s on and
 * returns it; 0xFFFD with *ok false for a byte that does not fit. Thread: any. */
wchar_t text_next_char(const char **s, const char *end, bool *ok);

#endif
