/* What all widgets share: the identity of a row, and one character as UTF-8. */
#include "ui/widget.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

/* FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
#define FNV_OFFSET 0xcbf29ce484222325u
#define FNV_PRIME  0x100000001b3u

static uint64_t mix(uint64_t hash, const char *id)
{
    for (const unsigned char *p = (const unsigned char *)id; *p != '\0'; p++)
        hash = (hash ^ *p) * FNV_PRIME;
    return hash == 0 ? 1 : hash;
}

uint64_t ui_identity(const char *id)
{
    return mix(FNV_OFFSET, id);
}

/* A NUL stands between the two: no string holds one. */
uint64_t ui_identity_behind(uint64_t identity, const char *id)
{
    return mix(identity * FNV_PRIME, id);
}

void ui_add_char(struct buf *out, wchar_t c)
{
    unsigned long u = (unsigned long)c;
    if (u < 0x80) {
        buf_add_char(out, (char)u);
    } else if (u < 0x800) {
        buf_add_char(out, (char)(0xc0 | (u >> 6)));
        buf_add_char(out, (char)(0x80 | (u & 0x3f)));
    } else if (u < 0x10000) {
        buf_add_char(out, (char)(0xe0 | (u >> 12)));
        buf_add_char(out, (char)(0x80 | ((u >> 6) & 0x3f)));
        buf_add_char(out, (char)(0x80 | (u & 0x3f)));
    } else {
        buf_add_char(out, (char)(0xf0 | (u >> 18)));
        buf_add_char(out, (char)(0x80 | ((u >> 12) & 0x3f)));
        buf_add_char(out, (char)(0x80 | ((u >> 6) & 0x3f)));
        buf_add_char(out, (char)(0x80 | (u & 0x3f)));
    }
}

struct safe_text ui_format(const char *format, va_list args)
{
    char *raw = NULL;
    if (vasprintf(&raw, format, args) < 0)
        raw = xstrdup("");
    struct safe_text text = text_safe(raw);
    free(raw);
    return text;
}
