/* Words over several lines, broken at blanks. */
#include "ui/paragraph.h"

#include <string.h>

/* Bytes of the text that go onto a line of `cols` columns: up to the last blank that fits, or as
 * many characters as fit where a word is longer than the line. */
static size_t line_bytes(const char *text, int cols)
{
    const char *end = text + strlen(text), *at = text, *blank = NULL;
    int used = 0;
    while (at < end) {
        const char *next = at;
        bool ok;
        wchar_t c = text_next_char(&next, end, &ok);
        int width = text_char_columns(c);
        if (used + width > cols)
            break;
        if (c == L' ')
            blank = at;
        used += width;
        at = next;
    }
    if (at == end || *at == ' ')
        return (size_t)(at - text);
    if (blank != NULL && blank > text)
        return (size_t)(blank - text);
    return at > text ? (size_t)(at - text) : (size_t)(end - text);
}

static int draw_lines(const struct view *v, int y, enum role role, const char *text)
{
    while (*text != '\0' && v->cols > 0) {
        size_t bytes = line_bytes(text, v->cols);
        if (y < v->rows)
            grid_print(v, 0, y, role, "%.*s", (int)bytes, text);
        y++;
        text += bytes;
        text += strspn(text, " ");
    }
    return y;
}

int paragraph_draw(const struct view *v, int y, enum role role, const struct safe_text *text)
{
    return text->utf8 != NULL ? draw_lines(v, y, role, text->utf8) : y;
}

int paragraph_literal(const struct view *v, int y, enum role role, const char *words)
{
    return draw_lines(v, y, role, words);
}
