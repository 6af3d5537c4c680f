/* A field's name and its words, which may take several lines. */
#ifndef SCREENS_FIELD_H
#define SCREENS_FIELD_H

#include "ui/grid.h"

/* Columns of the names. */
#define FIELD_COLS 13

/* Draws from row y on; printf, made safe. Returns the row behind it. Thread: ui. */
int field_draw(const struct view *v, int y, const char *name, enum role role, const char *format,
               ...) __attribute__((format(printf, 5, 6)));

#endif
