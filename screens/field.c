/* A field's name and its words. */
#include "screens/field.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "ui/paragraph.h"

int field_draw(const struct view *v, int y, const char *name, enum role role, const char *format,
               ...)
{
    char *raw = NULL;
    va_list args;
    va_start(args, format);
    if (vasprintf(&raw, format, args) < 0)
        raw = NULL;
    va_end(args);
    struct safe_text text = text_safe(raw);
    struct view words = view_cut(v, 1 + FIELD_COLS, 0, v->cols - FIELD_COLS - 2, v->rows);
    grid_literal(v, 1, y, ROLE_HEADING, name);
    int next = paragraph_draw(&words, y, role, &text);
    text_free(&text);
    free(raw);
    return next > y ? next : y + 1;
}
