/* One option's value: from text into struct settings, and freed again. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "core/options_table.h"

static void *field(const struct option_row *row, void *base)
{
    return (char *)base + row->offset;
}

static void list_add(struct settings_list *list, char *item)
{
    list->items = xrealloc(list->items, list->count + 1, sizeof *list->items);
    list->items[list->count++] = item;
}

static void list_clear(struct settings_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct settings_list){0};
}

/* "a,b,,c" is "a" and "b,c"; a line ends an item too; white space around an item and empty items
 * are dropped. */
static void list_split(struct settings_list *list, const char *text)
{
    struct buf item = BUF_INIT;
    for (const char *p = text;; p++) {
        if (*p == ',' && p[1] == ',') {
            buf_add_char(&item, *p++);
        } else if (*p == ',' || *p == '\n' || *p == '\0') {
            while (item.length > 0 && isspace((unsigned char)item.data[item.length - 1]))
                item.data[--item.length] = '\0';
            if (item.length > 0)
                list_add(list, buf_take(&item));
            if (*p == '\0')
                break;
        } else if (item.length > 0 || !isspace((unsigned char)*p)) {
            buf_add_char(&item, *p);
        }
    }
    buf_free(&item);
}

static bool word_known(const char *words, const char *value)
{
    size_t length = strlen(value);
    if (strchr(value, '|') != NULL)
        return false;
    for (const char *w = words; length > 0 && w != NULL; w = strchr(w, '|')) {
        w += *w == '|';
        if (strncmp(w, value, length) == 0 && (w[length] == '|' || w[length] == '\0'))
            return true;
    }
    return false;
}

static bool parse_bytes(const char *text, uint64_t *out)
{
    static const char units[] = "KMG";
    char *end;
    if (!isdigit((unsigned char)text[0]))
        return false;
    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    int shift = 0;
    if (*end != '\0') {
        const char *unit = strchr(units, toupper((unsigned char)*end));
        if (unit == NULL || *unit == '\0' || end[1] != '\0')
            return false;
        shift = 10 * (int)(unit - units + 1);
    }
    *out = (uint64_t)n << shift;
    return errno == 0 && *out >> shift == n;
}

static bool parse_said(const char *text, bool *out)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = {{"true", true}, {"false", false}, {"yes", true}, {"no", false},
                 {"on", true},   {"off", false},   {"1", true},   {"0", false}};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (strcasecmp(text, words[i].word) == 0) {
            *out = words[i].value;
            return true;
        }
    }
    return false;
}

static bool parse_int(const struct option_row *row, const char *text, int *out)
{
    char *end;
    errno = 0;
    long n = strtol(text, &end, 10);
    if (!isdigit((unsigned char)text[0]) || *end != '\0' || errno != 0 || n < row->min ||
        n > row->max)
        return false;
    *out = (int)n;
    return true;
}

static bool store_bool(const struct option_row *row, void *at, const char *value, const char *what,
                       struct err *err)
{
    bool said;
    if (!parse_said(value, &said))
        return err_set(err, ERR_USAGE, "%s is true or false, not \"%s\"", what, value);
    if (row->type == OPTION_FLAG)
        *(bool *)at = said;
    else
        *(enum said *)at = said ? SAID_YES : SAID_NO;
    return true;
}

static bool store_number(const struct option_row *row, void *at, const char *value,
                         const char *what, struct err *err)
{
    if (row->type == OPTION_BYTES) {
        return parse_bytes(value, at) ||
               err_set(err, ERR_USAGE, "%s is a number, perhaps with K, M or G, not \"%s\"", what,
                       value);
    }
    return parse_int(row, value, at) ||
           err_set(err, ERR_USAGE, "%s is a number from %d to %d, not \"%s\"", what, row->min,
                   row->max, value);
}

bool option_store(const struct option_row *row, void *base, const char *value, bool replace,
                  const char *what, struct err *err)
{
    void *at = field(row, base);
    switch (row->type) {
    case OPTION_FLAG:
    case OPTION_SWITCH:
        return store_bool(row, at, value, what, err);
    case OPTION_INT:
    case OPTION_BYTES:
        return store_number(row, at, value, what, err);
    case OPTION_LIST:
        if (replace)
            list_clear(at);
        list_split(at, value);
        return true;
    case OPTION_WORD:
        if (!word_known(row->words, value))
            return err_set(err, ERR_USAGE, "%s is one of %s, not \"%s\"", what, row->words, value);
        break;
    case OPTION_TEXT:
    case OPTION_PATH:
        break;
    }
    char *copy = xstrdup(value);
    free(*(char **)at);
    *(char **)at = copy;
    return true;
}

void option_clear(const struct option_row *row, void *base)
{
    switch (row->type) {
    case OPTION_TEXT:
    case OPTION_PATH:
    case OPTION_WORD:
        free(*(char **)field(row, base));
        *(char **)field(row, base) = NULL;
        break;
    case OPTION_LIST:
        list_clear(field(row, base));
        break;
    case OPTION_FLAG:
    case OPTION_SWITCH:
    case OPTION_INT:
    case OPTION_BYTES:
        break;
    }
}
