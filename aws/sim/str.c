/* A growable string; escaping is in the verb. */
#include "aws/sim/str.h"
#include "aws/sim/mem.h"
#include <ctype.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void reserve(struct str *s, size_t more)
{
    size_t need = s->len + more + 1;
    if (need <= s->size)
        return;
    s->size = need < 64 ? 64 : need * 2;
    s->data = xrealloc(s->data, s->size, 1);
}

void str_add_bytes(struct str *s, const void *bytes, size_t len)
{
    reserve(s, len);
    if (len > 0)
        memcpy(s->data + s->len, bytes, len);
    s->len += len;
    s->data[s->len] = '\0';
}

void str_add(struct str *s, const char *text)
{
    if (text != NULL)
        str_add_bytes(s, text, strlen(text));
}

void str_add_args(struct str *s, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (len < 0)
        return;
    reserve(s, (size_t)len);
    vsnprintf(s->data + s->len, (size_t)len + 1, format, args);
    s->len += (size_t)len;
}

void str_addf(struct str *s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    str_add_args(s, format, args);
    va_end(args);
}

void str_add_xml(struct str *s, const char *text)
{
    static const struct {
        char character;
        const char *reference;
    } references[] = {
        {'&', "&amp;"},  {'<', "&lt;"},   {'>', "&gt;"},   {'"', "&quot;"},
        {'\'', "&#39;"}, {'\t', "&#x9;"}, {'\n', "&#xa;"}, {'\r', "&#xd;"},
    };
    /* Control characters, the end among them, and those with a reference: all are below 64. */
    static const uint64_t special = UINT64_C(0xffffffff) | UINT64_C(1) << '&' | UINT64_C(1) << '<' |
                                    UINT64_C(1) << '>' | UINT64_C(1) << '"' | UINT64_C(1) << '\'';
    for (const char *p = text;; p++) {
        size_t plain = 0;
        while ((unsigned char)p[plain] >= 64 || !(special >> (unsigned char)p[plain] & 1))
            plain++;
        str_add_bytes(s, p, plain);
        p += plain;
        if (*p == '\0')
            return;
        const char *reference = (unsigned char)*p < 0x20 ? "\xef\xbf\xbd" : NULL;
        for (size_t i = 0; i < ARRAY_LEN(references); i++)
            if (*p == references[i].character)
                reference = references[i].reference;
        str_add(s, reference);
    }
}

void str_add_uri(struct str *s, const char *text, size_t len, bool keep_slash)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        bool unreserved = c < 0x80 && (isalnum(c) || strchr("-_.~", c) != NULL) && c != '\0';
        if (unreserved || (keep_slash && c == '/'))
            str_add_bytes(s, &text[i], 1);
        else
            str_addf(s, "%%%02X", c);
    }
}

void str_add_hex(struct str *s, const void *bytes, size_t len)
{
    const unsigned char *p = bytes;
    for (size_t i = 0; i < len; i++)
        str_addf(s, "%02x", p[i]);
}

void str_add_base64(struct str *s, const void *bytes, size_t len)
{
    reserve(s, (len + 2) / 3 * 4);
    s->len += (size_t)EVP_EncodeBlock((unsigned char *)s->data + s->len, bytes, (int)len);
}

const char *str_text(const struct str *s)
{
    return s->data != NULL ? s->data : "";
}

char *str_take(struct str *s)
{
    char *text = s->data != NULL ? s->data : xstrdup("");
    *s = (struct str){0};
    return text;
}

void str_free(struct str *s)
{
    free(s->data);
    *s = (struct str){0};
}
