/* Safe text: what came from outside, made harmless and measured in columns. */
#include "base/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text_tables.h"

enum { MARKS_MAX = 2 };

static bool in_ranges(uint32_t c, const struct text_range *ranges, size_t count)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c > ranges[middle].last)
            low = middle + 1;
        else if (c < ranges[middle].first)
            high = middle;
        else
            return true;
    }
    return false;
}

static bool is_hidden(wchar_t c)
{
    return in_ranges((uint32_t)c, text_hidden, text_hidden_count);
}

int text_char_columns(wchar_t c)
{
    if (c >= 0x20 && c < 0x7f)
        return 1;
    if (is_hidden(c) || in_ranges((uint32_t)c, text_marks, text_marks_count))
        return 0;
    return in_ranges((uint32_t)c, text_wide, text_wide_count) ? 2 : 1;
}

/* The shape of a UTF-8 sequence by its first byte: how many bytes follow, which bits of the first
 * count, and the smallest value that may be written so (RFC 3629). */
struct utf8_shape {
    unsigned char mask, lead, bits;
    int follow;
    uint32_t least;
};

static const struct utf8_shape utf8_shapes[] = {
    {0x80, 0x00, 0x7f, 0, 0},
    {0xe0, 0xc0, 0x1f, 1, 0x80},
    {0xf0, 0xe0, 0x0f, 2, 0x800},
    {0xf8, 0xf0, 0x07, 3, 0x10000},
};

wchar_t text_next_char(const char **s, const char *end, bool *ok)
{
    unsigned char first = (unsigned char)**s;
    const char *next = ++*s;

    *ok = false;
    for (size_t i = 0; i < ARRAY_LEN(utf8_shapes); i++) {
        const struct utf8_shape *shape = &utf8_shapes[i];
        if ((first & shape->mask) != shape->lead)
            continue;
        uint32_t value = first & shape->bits;
        for (int k = 0; k < shape->follow; k++, next++) {
            if (next >= end || ((unsigned char)*next & 0xc0) != 0x80)
                return 0xfffd;
            value = value << 6 | ((unsigned char)*next & 0x3f);
        }
        if (value < shape->least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
            return 0xfffd;
        *s = next;
        *ok = true;
        return (wchar_t)value;
    }
    return 0xfffd;
}

static void add_escape(struct buf *out, wchar_t c)
{
    static const char *const names[0x20] = {['\t'] = "\\t", ['\n'] = "\\n", ['\r'] = "\\r"};

    if (c < 0x20 && names[c] != NULL)
        buf_add_str(out, names[c]);
    else if (c < 0x80)
        buf_add_fmt(out, "\\x%02x", (unsigned)c);
    else if (c < 0x10000)
        buf_add_fmt(out, "\\u%04x", (unsigned)c);
    else
        buf_add_fmt(out, "\\U%08x", (unsigned)c);
}

struct safe_text text_safe_bytes(const char *raw, size_t length)
{
    struct buf out = BUF_INIT;
    const char *end = raw + length;
    int columns = 0;
    int marks = MARKS_MAX + 1; /* a mark needs a character to stand on */

    while (raw < end) {
        const char *start = raw;
        size_t before = out.length;
        bool ok;
        wchar_t c = text_next_char(&raw, end, &ok);
        int width = text_char_columns(c);

        if (ok && width > 0) {
            buf_add(&out, start, (size_t)(raw - start));
            columns += width;
            marks = 0;
        } else if (ok && !is_hidden(c) && marks <= MARKS_MAX) {
            if (marks++ < MARKS_MAX)
                buf_add(&out, start, (size_t)(raw - start));
            else
                marks = MARKS_MAX;
        } else {
            if (ok)
                add_escape(&out, c);
            else
                buf_add_fmt(&out, "\\x%02x", (unsigned char)*start);
            columns += (int)(out.length - before);
            marks = MARKS_MAX + 1;
        }
    }
    return (struct safe_text){.utf8 = buf_take(&out), .columns = columns};
}

struct safe_text text_safe(const char *raw)
{
    return raw == NULL ? text_safe_bytes("", 0) : text_safe_bytes(raw, strlen(raw));
}

struct safe_text text_safe_fmt(const char *format, ...)
{
    char *raw = NULL;
    va_list args;

    va_start(args, format);
    int length = vasprintf(&raw, format, args);
    va_end(args);
    struct safe_text text = text_safe(length < 0 ? "" : raw);
    if (length >= 0)
        free(raw);
    return text;
}

struct safe_text text_copy(const struct safe_text *text)
{
    return (struct safe_text){.utf8 = xstrdup(text->utf8 == NULL ? "" : text->utf8),
                              .columns = text->columns};
}

void text_free(struct safe_text *text)
{
    free(text->utf8);
    *text = (struct safe_text){0};
}
