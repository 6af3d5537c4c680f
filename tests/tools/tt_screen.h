/* The harness's terminal: libvterm, what it shows as text and as attribute letters, and the masks
 * for goldens. */
#ifndef TESTS_TOOLS_TT_SCREEN_H
#define TESTS_TOOLS_TT_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* A blank terminal; the one before it is gone. Thread: any, one at a time, as all of these. */
void screen_open(int cols, int rows);
void screen_close(void);
/* False before the first screen_open(). Thread: any. */
bool screen_is_open(void);
void screen_resize(int cols, int rows);
/* Bytes that the program wrote. Thread: any. */
void screen_feed(const char *bytes, size_t length);
/* What the terminal sends for a key that has a name ("Enter", "S-Tab", "F5"), in the mode that the
 * program has put it into. Returns the bytes' number, 0 when there is no such name. Thread: any. */
size_t screen_key(const char *name, char *bytes, size_t size);
/* What the terminal sends for a press of the left button at a column and row, from 1 on; 0 bytes
 * while the program has not asked for the mouse. Thread: any. */
size_t screen_click(int x, int y, char *bytes, size_t size);
/* The number of the last frame whose end mark (OSC 7777) came by. Thread: any. */
unsigned long screen_frame(void);
/* The window's title, "" before one was set. Thread: any. */
const char *screen_title(void);
/* True when a row holds the text. Thread: any. */
bool screen_shows(const char *text);
/* Appends a row, from 0 on, without trailing blanks. Thread: any. */
void screen_row(int y, struct buf *out);
/* What is dynamic in a golden: each match of the extended regex becomes the replacement, repeated
 * or cut to as many characters. False when there are too many masks or the regex makes no sense.
 * Thread: any. */
bool screen_mask(const char *regex, const char *replacement);
/* Appends the masked text and the attribute letters. Thread: any. */
void screen_dump(struct buf *out);
/* Prints the text as TAP comments. Thread: any. */
void screen_print(void);

#endif
