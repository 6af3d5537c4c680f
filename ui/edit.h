/* A line of text that is being typed. */
#ifndef UI_EDIT_H
#define UI_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/event.h"
#include "ui/grid.h"

#define EDIT_MAX 256

/* The state. Zeroed is an empty line. */
struct edit {
    wchar_t text[EDIT_MAX];
    int length;
    int cursor; /* 0..length */
    int first;  /* first character shown */
};

void edit_clear(struct edit *e);
/* Puts text (UTF-8) into an empty line, the cursor behind it. What cannot be typed is left out.
 * Thread: ui. */
void edit_set(struct edit *e, const char *text);
/* The text as UTF-8: malloc'd, the caller frees. Thread: ui. */
char *edit_take(const struct edit *e);

/* Typing, Left Right Home End, Backspace Delete, ^A ^E ^U ^K ^W; a paste is typed up to its first
 * line's end when `paste` allows it and ignored otherwise. Returns UI_TAKEN, with UI_CHANGED when
 * the text differs; Enter, Esc, Tab and the rest are UI_IGNORED. Thread: ui. */
unsigned edit_event(struct edit *e, const struct input *event, bool paste);

/* Draws into `cols` columns, scrolled so that the cursor shows, and rests the hardware cursor
 * there. Thread: ui. */
void edit_draw(const struct view *v, int x, int y, int cols, struct edit *e);

#endif
