/* An ordered list of names and values. */
#include "aws/sim/params.h"
#include "aws/sim/mem.h"
#include "aws/sim/str.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void append(struct params *p, char *name, char *value, size_t len)
{
    if (p->count == p->size) {
        p->size = p->size > 0 ? p->size * 2 : 8;
        p->list = xrealloc(p->list, p->size, sizeof(p->list[0]));
    }
    p->list[p->count++] = (struct param){.name = name, .value = value, .len = len};
}

void params_add(struct params *p, const char *name, const char *value)
{
    append(p, xstrdup(name), xstrdup(value), strlen(value));
}

static struct param *find(const struct params *p, const char *name)
{
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->list[i].name, name) == 0)
            return &p->list[i];
    return NULL;
}

void params_set(struct params *p, const char *name, const char *value)
{
    struct param *old = find(p, name);
    if (old == NULL) {
        params_add(p, name, value);
        return;
    }
    free(old->value);
    old->value = xstrdup(value);
    old->len = strlen(value);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool percent_decode(struct str *out, const char *text, size_t len, bool plus_is_space)
{
    str_add_bytes(out, "", 0);
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (c == '%') {
            int high = i + 2 < len ? hex_digit(text[i + 1]) : -1;
            int low = i + 2 < len ? hex_digit(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        str_add_bytes(out, &c, 1);
    }
    return true;
}

bool params_parse(struct params *p, const char *text, size_t len)
{
    const char *end = text + len;
    while (text < end) {
        const char *stop = memchr(text, '&', (size_t)(end - text));
        stop = stop != NULL ? stop : end;
        const char *equals = memchr(text, '=', (size_t)(stop - text));
        const char *name_end = equals != NULL ? equals : stop;
        const char *value_start = equals != NULL ? equals + 1 : stop;
        struct str name = {0}, value = {0};
        bool ok = percent_decode(&name, text, (size_t)(name_end - text), true) &&
                  percent_decode(&value, value_start, (size_t)(stop - value_start), true);
        size_t value_len = value.len;
        char *name_text = str_take(&name), *value_text = str_take(&value);
        if (ok && stop > text) {
            append(p, name_text, value_text, value_len);
        } else {
            free(name_text);
            free(value_text);
        }
        if (!ok)
            return false;
        text = stop + 1;
    }
    return true;
}

const char *params_get(const struct params *p, const char *name)
{
    const struct param *found = find(p, name);
    return found != NULL ? found->value : NULL;
}

const char *params_getf(const struct params *p, const char *format, ...)
{
    struct str name = {0};
    va_list args;
    va_start(args, format);
    str_add_args(&name, format, args);
    va_end(args);
    const char *value = params_get(p, str_text(&name));
    str_free(&name);
    return value;
}

bool params_has(const struct params *p, const char *prefix)
{
    size_t len = strlen(prefix);
    for (size_t i = 0; i < p->count; i++) {
        const char *name = p->list[i].name;
        if (strncmp(name, prefix, len) == 0 && (name[len] == '\0' || name[len] == '.'))
            return true;
    }
    return false;
}

int params_count(const struct params *p, const char *prefix)
{
    for (int n = 0;; n++) {
        char *name = xasprintf("%s.%d", prefix, n + 1);
        bool present = params_has(p, name);
        free(name);
        if (!present)
            return n;
    }
}

bool params_true(const struct params *p, const char *name)
{
    const char *value = params_get(p, name);
    return value != NULL && strcasecmp(value, "true") == 0;
}

bool params_int(const struct params *p, const char *name, int64_t *out)
{
    const char *value = params_get(p, name);
    if (value == NULL || *value == '\0')
        return false;
    char *end;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (*end != '\0' || errno != 0 || isspace((unsigned char)*value))
        return false;
    *out = number;
    return true;
}

void params_copy(struct params *to, const struct params *from)
{
    for (size_t i = 0; i < from->count; i++)
        params_add(to, from->list[i].name, from->list[i].value);
}

void params_remove(struct params *p, const char *name)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->count; i++) {
        if (strcmp(p->list[i].name, name) != 0) {
            p->list[kept++] = p->list[i];
            continue;
        }
        free(p->list[i].name);
        free(p->list[i].value);
    }
    p->count = kept;
}

void params_free(struct params *p)
{
    for (size_t i = 0; i < p->count; i++) {
        free(p->list[i].name);
        free(p->list[i].value);
    }
    free(p->list);
    *p = (struct params){0};
}
