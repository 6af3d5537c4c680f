/* A growable string. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Makes room for `extra` bytes and the NUL. */
static void reserve(struct buf *b, size_t extra)
{
    size_t needed = b->length + extra + 1;

    if (needed <= b->capacity)
        return;
    size_t capacity = b->capacity < 32 ? 64 : b->capacity * 2;
    b->capacity = capacity < needed ? needed : capacity;
    b->data = xrealloc(b->data, b->capacity, 1);
}

void buf_add(struct buf *b, const void *bytes, size_t length)
{
    reserve(b, length);
    if (length > 0)
        memcpy(b->data + b->length, bytes, length);
    b->length += length;
    b->data[b->length] = '\0';
}

void buf_add_str(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void buf_add_char(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

void buf_add_fmt(struct buf *b, const char *format, ...)
{
    va_list args, again;

    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length > 0) {
        reserve(b, (size_t)length);
        vsnprintf(b->data + b->length, (size_t)length + 1, format, again);
        b->length += (size_t)length;
    }
    va_end(again);
}

static bool is_unreserved(unsigned char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~';
}

static void add_uri(struct buf *b, const char *s, bool keep_slash)
{
    for (; *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;
        if (is_unreserved(c) || (keep_slash && c == '/'))
            buf_add_char(b, *s);
        else
            buf_add_fmt(b, "%%%02X", c);
    }
}

void buf_add_uri(struct buf *b, const char *s)
{
    add_uri(b, s, false);
}

void buf_add_uri_path(struct buf *b, const char *path)
{
    add_uri(b, path, true);
}

void buf_add_xml(struct buf *b, const char *s)
{
    static const char *const entities[256] = {
        ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;"};

    for (; *s != '\0'; s++) {
        const char *entity = entities[(unsigned char)*s];
        if (entity != NULL)
            buf_add_str(b, entity);
        else
            buf_add_char(b, *s);
    }
}

void buf_add_json(struct buf *b, const char *s)
{
    static const char *const escapes[128] = {
        ['"'] = "\\\"", ['\\'] = "\\\\", ['\b'] = "\\b", ['\f'] = "\\f",
        ['\n'] = "\\n", ['\r'] = "\\r",  ['\t'] = "\\t"};
    const char *end = s + strlen(s);

    buf_add_char(b, '"');
    while (s < end) {
        const char *start = s;
        bool ok;
        wchar_t c = text_next_char(&s, end, &ok);
        if (!ok)
            buf_add_str(b, "\\ufffd");
        else if (c < 128 && escapes[c] != NULL)
            buf_add_str(b, escapes[c]);
        else if (c < 0x20 || c == 0x7f)
            buf_add_fmt(b, "\\u%04x", (unsigned)c);
        else
            buf_add(b, start, (size_t)(s - start));
    }
    buf_add_char(b, '"');
}

void buf_add_hex(struct buf *b, const void *bytes, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *in = bytes;

    reserve(b, length * 2);
    for (size_t i = 0; i < length; i++) {
        buf_add_char(b, digits[in[i] >> 4]);
        buf_add_char(b, digits[in[i] & 15]);
    }
}

void buf_add_base64(struct buf *b, const void *bytes, size_t length)
{
    const unsigned char *in = bytes;

    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        unsigned group = (unsigned)in[i] << 16 | (left > 1 ? (unsigned)in[i + 1] << 8 : 0) |
                         (left > 2 ? in[i + 2] : 0u);
        char out[4] = {base64_digits[group >> 18], base64_digits[group >> 12 & 63],
                       left > 1 ? base64_digits[group >> 6 & 63] : '=',
                       left > 2 ? base64_digits[group & 63] : '='};
        buf_add(b, out, sizeof out);
    }
}

void buf_reset(struct buf *b)
{
    b->length = 0;
    if (b->data != NULL)
        b->data[0] = '\0';
}

const char *buf_str(const struct buf *b)
{
    return b->data == NULL ? "" : b->data;
}

char *buf_take(struct buf *b)
{
    char *text = b->data == NULL ? xstrdup("") : b->data;

    *b = BUF_INIT;
    return text;
}

void buf_free(struct buf *b)
{
    free(b->data);
    *b = BUF_INIT;
}

void buf_wipe_free(struct buf *b)
{
    mem_wipe(b->data, b->capacity);
    buf_free(b);
}

static int base64_value(char c)
{
    const char *found = c == '\0' ? NULL : strchr(base64_digits, c);

    return found == NULL ? -1 : (int)(found - base64_digits);
}

/* Decodes one group of four; returns its bytes, 0 when it is malformed. Padding only in the last.
 */
static size_t base64_group(const char *in, bool last, unsigned char out[3])
{
    size_t digits = 4;
    unsigned group = 0;

    if (last && in[3] == '=')
        digits = in[2] == '=' ? 2 : 3;
    for (size_t i = 0; i < 4; i++) {
        int value = i < digits ? base64_value(in[i]) : 0;
        if (value < 0)
            return 0;
        group = group << 6 | (unsigned)value;
    }
    for (size_t i = 0; i < 3; i++)
        out[i] = (unsigned char)(group >> (16 - 8 * i));
    /* The bits behind the last byte are zero in what an encoder writes. */
    if ((digits == 2 && out[1] != 0) || (digits == 3 && out[2] != 0))
        return 0;
    return digits - 1;
}

bool base64_decode(const char *text, unsigned char **out, size_t *length)
{
    size_t in_length = strlen(text);
    unsigned char *decoded = NULL;

    *out = NULL;
    *length = 0;
    if (in_length % 4 != 0)
        return false;
    decoded = xmalloc(in_length / 4 * 3 + 1);
    size_t n = 0;
    for (size_t i = 0; i < in_length; i += 4) {
        size_t got = base64_group(text + i, i + 4 == in_length, decoded + n);
        if (got == 0) {
            free(decoded);
            return false;
        }
        n += got;
    }
    decoded[n] = '\0';
    *out = decoded;
    *length = n;
    return true;
}
