/* Rules from the command line and from a filter line, and written as one. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/nearest.h"
#include "core/options.h"
#include "core/rules.h"

#define DAYS_MAX  36500
#define COUNT_MAX 100000

/* Where a rule's value goes: a number, or a list. */
struct place {
    enum rule rule;
    size_t number, list; /* offsets in struct rules; 0: none (given stands at 0) */
    int max;
    bool days; /* a d may stand behind the number */
};

#define AT(field) offsetof(struct rules, field)
static const struct place places[] = {
    {.rule = RULE_NAME, .list = AT(names)},
    {.rule = RULE_OLDER_THAN, .number = AT(older_than_days), .max = DAYS_MAX, .days = true},
    {.rule = RULE_DEPRECATED},
    {.rule = RULE_DEPRECATED_SINCE,
     .number = AT(deprecated_since_days),
     .max = DAYS_MAX,
     .days = true},
    {.rule = RULE_KEEP_LAST, .number = AT(keep_last), .max = COUNT_MAX},
    {.rule = RULE_NEVER_LAUNCHED},
    {.rule = RULE_NOT_LAUNCHED_SINCE,
     .number = AT(not_launched_since_days),
     .max = DAYS_MAX,
     .days = true},
    {.rule = RULE_ORPHANS},
    {.rule = RULE_STAGING},
    {.rule = RULE_REGIONS, .list = AT(regions)},
    {.rule = RULE_TAG, .list = AT(tags)},
    {.rule = RULE_ANY_TEXT, .list = AT(texts)},
};

static const struct place *place_of(enum rule rule)
{
    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        if (places[i].rule == rule)
            return &places[i];
    abort();
}

static void add(struct rules *rules, enum rule rule, const char *item)
{
    struct rules_list *list = (struct rules_list *)((char *)rules + place_of(rule)->list);
    list->items = xrealloc(list->items, list->count + 1, sizeof(*list->items));
    list->items[list->count++] = xstrdup(item);
    rules->given |= 1u << rule;
}

/* A pattern of nothing but stars would mean everything. */
static bool check_item(enum rule rule, const char *item, struct err *err)
{
    if (rule == RULE_TAG && (item[0] == '=' || item[0] == '\0'))
        return err_set(err, ERR_USAGE, "a tag is KEY=VALUE or KEY, not \"%s\"", item);
    if (item[strspn(item, "*?")] == '\0' && rule != RULE_TAG)
        return err_set(err, ERR_USAGE, "\"%s\" would mean everything", item);
    return true;
}

static bool add_checked(struct rules *rules, enum rule rule, const char *item, struct err *err)
{
    if (!check_item(rule, item, err))
        return false;
    add(rules, rule, item);
    return true;
}

/* Items of a list stand between commas. */
static bool add_items(struct rules *rules, enum rule rule, const char *value, struct err *err)
{
    if (rule != RULE_REGIONS)
        return add_checked(rules, rule, value, err);
    bool ok = *value != '\0' || err_set(err, ERR_USAGE, "a region is missing");
    while (ok && *value != '\0') {
        size_t length = strcspn(value, ",");
        char *item = xstrndup(value, length);
        ok = add_checked(rules, rule, item, err);
        free(item);
        value += length + (value[length] == ',');
    }
    return ok;
}

static bool set_number(struct rules *rules, const struct place *place, const char *word,
                       const char *value, struct err *err)
{
    char *end;
    errno = 0;
    long n = strtol(value, &end, 10);
    if (place->days && end != value && *end == 'd')
        end++;
    if (!isdigit((unsigned char)value[0]) || *end != '\0' || errno != 0 || n < 1 || n > place->max)
        return err_set(err, ERR_USAGE, "%s takes a number from 1 to %d, not \"%s\"", word,
                       place->max, value);
    *(int *)((char *)rules + place->number) = (int)n;
    rules->given |= 1u << place->rule;
    return true;
}

bool rules_from_settings(const struct settings *s, struct rules *out, struct err *err)
{
    const struct {
        enum rule rule;
        bool given;
    } flags[] = {
        {RULE_OLDER_THAN, s->older_than_days > 0},
        {RULE_DEPRECATED, s->deprecated},
        {RULE_DEPRECATED_SINCE, s->deprecated_since_days > 0},
        {RULE_KEEP_LAST, s->keep_last > 0},
        {RULE_NEVER_LAUNCHED, s->never_launched},
        {RULE_NOT_LAUNCHED_SINCE, s->not_launched_since_days > 0},
        {RULE_ORPHANS, s->orphans},
        {RULE_STAGING, s->staging},
    };
    bool ok = true;
    *out = (struct rules){.older_than_days = s->older_than_days,
                          .deprecated_since_days = s->deprecated_since_days,
                          .keep_last = s->keep_last,
                          .not_launched_since_days = s->not_launched_since_days};
    for (size_t i = 0; i < ARRAY_LEN(flags); i++)
        out->given |= flags[i].given ? 1u << flags[i].rule : 0;
    if (s->image.name != NULL)
        ok = add_checked(out, RULE_NAME, s->image.name, err);
    for (size_t i = 0; ok && i < s->regions.count; i++)
        ok = add_checked(out, RULE_REGIONS, s->regions.items[i], err);
    for (size_t i = 0; ok && i < s->tags.count; i++)
        ok = add_checked(out, RULE_TAG, s->tags.items[i], err);
    if (!ok)
        rules_free(out);
    return ok;
}

/* ---- the filter line ---- */

static bool unknown_word(const char *word, struct err *err)
{
    const char *nearest = NULL;
    int best = 4;
    for (size_t i = 0; i < rules_word_count; i++) {
        int d = nearest_distance(word, rules_words[i].word);
        if (d < best) {
            best = d;
            nearest = rules_words[i].word;
        }
    }
    err_set(err, ERR_USAGE, "there is no rule \"%s\"", word);
    return nearest == NULL ? err_advise(err, "name, older-than, keep-last, orphans, region, tag...")
                           : err_advise(err, "did you mean %s?", nearest);
}

static const struct rules_word *find_word(const char *word)
{
    for (size_t i = 0; i < rules_word_count; i++)
        if (strcmp(rules_words[i].word, word) == 0)
            return &rules_words[i];
    return NULL;
}

static bool take_rule(struct rules *rules, const struct rules_word *row, const char *value,
                      struct err *err)
{
    const struct place *place = place_of(row->rule);
    if (row->argument == NULL) {
        if (value != NULL)
            return err_set(err, ERR_USAGE, "%s takes no value", row->word);
        rules->given |= 1u << row->rule;
        return true;
    }
    if (value == NULL || *value == '\0')
        return err_set(err, ERR_USAGE, "%s needs a value: %s", row->word, row->argument);
    return place->number != 0 ? set_number(rules, place, row->word, value, err)
                              : add_items(rules, row->rule, value, err);
}

/* name~text and age>180d, as people write them. */
static bool take_short(struct rules *rules, const char *word, bool *taken, struct err *err)
{
    *taken = true;
    if (strncmp(word, "name~", 5) == 0 && word[5] != '\0') {
        char *pattern = xasprintf("*%s*", word + 5);
        bool ok = add_checked(rules, RULE_NAME, pattern, err);
        free(pattern);
        return ok;
    }
    if (strncmp(word, "age>", 4) == 0)
        return set_number(rules, place_of(RULE_OLDER_THAN), "age>", word + 4, err);
    *taken = false;
    return true;
}

static bool take_word(struct rules *rules, const char *word, struct err *err)
{
    bool taken;
    if (!take_short(rules, word, &taken, err) || taken)
        return err->kind == ERR_NONE;
    bool dashes = strncmp(word, "--", 2) == 0;
    word += dashes ? 2 : 0;
    size_t length = strcspn(word, ":=");
    const char *value = word[length] != '\0' ? word + length + 1 : NULL;
    char *name = xstrndup(word, length);
    const struct rules_word *row = find_word(name);
    bool ok = true;
    if (row != NULL)
        ok = take_rule(rules, row, value, err);
    else if (value != NULL || dashes)
        ok = unknown_word(name, err);
    else
        add(rules, RULE_ANY_TEXT, word);
    free(name);
    return ok;
}

/* The word at *p, without its quotes; a doubled one inside is meant. malloc'd, NULL at the end. */
static char *cut_word(const char **p, const char *line, size_t *began, struct err *err)
{
    struct buf word = BUF_INIT;
    bool quoted = false;
    while (isspace((unsigned char)**p))
        (*p)++;
    *began = (size_t)(*p - line);
    if (**p == '\0')
        return NULL;
    for (; **p != '\0' && (quoted || !isspace((unsigned char)**p)); (*p)++) {
        bool doubled = quoted && (*p)[0] == '"' && (*p)[1] == '"';
        *p += doubled;
        if (**p == '"' && !doubled)
            quoted = !quoted;
        else
            buf_add_char(&word, **p);
    }
    if (quoted)
        err_set(err, ERR_USAGE, "a quote is not closed");
    return buf_take(&word);
}

bool rules_parse(const char *line, struct rules *out, size_t *at, struct err *err)
{
    struct err found = ERR_INIT;
    const char *p = line;
    size_t began;
    char *word;
    *out = (struct rules){0};
    while (found.kind == ERR_NONE && (word = cut_word(&p, line, &began, &found)) != NULL) {
        if (found.kind == ERR_NONE && *word != '\0')
            take_word(out, word, &found);
        free(word);
    }
    if (found.kind == ERR_NONE)
        return true;
    rules_free(out);
    if (at != NULL)
        *at = began;
    if (err != NULL)
        *err = found;
    return false;
}

/* ---- written ---- */

static void write_item(struct buf *out, const char *word, const char *value)
{
    bool quote = value[strcspn(value, " \t\n\v\f\r\"")] != '\0' || *value == '\0';
    buf_add_fmt(out, "%s%s%s%s", out->length > 0 ? " " : "", word, *word != '\0' ? ":" : "",
                quote ? "\"" : "");
    for (; *value != '\0'; value++)
        buf_add_str(out, *value == '"' ? "\"\"" : (char[]){*value, '\0'});
    buf_add_str(out, quote ? "\"" : "");
}

static void write_list(struct buf *out, const char *word, const struct rules_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        write_item(out, word, list->items[i]);
}

static void write_rule(const struct rules *rules, const struct rules_word *row, struct buf *out)
{
    const struct place *place = place_of(row->rule);
    if (place->list != 0)
        write_list(out, row->word, (const struct rules_list *)((const char *)rules + place->list));
    else if (place->number == 0)
        write_item(out, "", row->word);
    else
        buf_add_fmt(out, "%s%s:%d", out->length > 0 ? " " : "", row->word,
                    *(const int *)((const char *)rules + place->number));
}

void rules_write(const struct rules *rules, struct buf *out)
{
    struct buf line = BUF_INIT;
    unsigned written = 0;
    for (size_t i = 0; i < rules_word_count; i++) {
        unsigned bit = 1u << rules_words[i].rule;
        if ((rules->given & bit) == 0 || (written & bit) != 0)
            continue;
        written |= bit;
        write_rule(rules, &rules_words[i], &line);
    }
    write_list(&line, "", &rules->texts);
    buf_add_str(out, buf_str(&line));
    buf_free(&line);
}
