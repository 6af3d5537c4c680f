/* The filter language. */
#include "screens/filter.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const names[FILTER_FIELDS] = {
    [FILTER_REGION] = "region",     [FILTER_STATE] = "state", [FILTER_AMI] = "ami",
    [FILTER_SNAPSHOT] = "snapshot", [FILTER_NOTE] = "note",   [FILTER_IMAGE] = "image",
    [FILTER_PUBLIC] = "public",
};

const char *filter_field_name(enum filter_field field)
{
    return field < FILTER_FIELDS ? names[field] : NULL;
}

/* The field that starts with these letters; FILTER_ANY when there is none. */
static enum filter_field field_of(const char *name, size_t length)
{
    for (int f = FILTER_ANY + 1; f < FILTER_FIELDS; f++)
        if (length > 0 && strncasecmp(names[f], name, length) == 0)
            return (enum filter_field)f;
    return FILTER_ANY;
}

/* Cuts the next word out of *s in place; NULL at the end. Quotes keep blanks and fall away. */
static char *next_word(char **s)
{
    char *from = *s;
    while (*from == ' ')
        from++;
    if (*from == '\0')
        return NULL;
    char *to = from, *word = from;
    bool quoted = false;
    for (; *from != '\0' && (quoted || *from != ' '); from++) {
        if (*from == '"')
            quoted = !quoted;
        else
            *to++ = *from;
    }
    *s = *from == '\0' ? from : from + 1;
    *to = '\0';
    return word;
}

static bool refuse(struct filter *f, struct safe_text *why, struct safe_text reason)
{
    f->count = 0;
    if (why != NULL)
        *why = reason;
    else
        text_free(&reason);
    return false;
}

static bool add_term(struct filter *f, char *word, struct safe_text *why)
{
    struct filter_term *t = &f->terms[f->count];
    *t = (struct filter_term){.negated = word[0] == '!'};
    word += t->negated;
    char *colon = strchr(word, ':');
    if (colon != NULL) {
        t->field = field_of(word, (size_t)(colon - word));
        if (t->field == FILTER_ANY)
            return refuse(f, why,
                          text_safe_fmt("no field \"%.*s\": region state ami snapshot note image "
                                        "public",
                                        (int)(colon - word), word));
        word = colon + 1;
    }
    if (word[0] == '\0')
        return refuse(f, why, text_safe_fmt("%s what?", colon != NULL ? names[t->field] : "not"));
    t->text = word;
    f->count++;
    return true;
}

bool filter_parse(struct filter *f, const char *text, struct safe_text *why)
{
    f->count = 0;
    if (strlen(text) >= sizeof(f->words))
        return refuse(f, why, text_safe("the filter is too long"));
    snprintf(f->words, sizeof(f->words), "%s", text);
    char *rest = f->words, *word;
    while ((word = next_word(&rest)) != NULL) {
        if (f->count == FILTER_TERMS)
            return refuse(f, why, text_safe_fmt("more than %d words", FILTER_TERMS));
        if (!add_term(f, word, why))
            return false;
    }
    return true;
}

static bool field_has(const char *field, const char *text)
{
    return field != NULL && strcasestr(field, text) != NULL;
}

static bool term_holds(const struct filter_term *t, const struct filter_row *row)
{
    if (t->field != FILTER_ANY)
        return field_has(row->fields[t->field], t->text);
    for (int f = FILTER_ANY + 1; f < FILTER_FIELDS; f++)
        if (f != FILTER_PUBLIC && field_has(row->fields[f], t->text))
            return true;
    return false;
}

bool filter_matches(const struct filter *f, const struct filter_row *row)
{
    for (size_t i = 0; i < f->count; i++)
        if (term_holds(&f->terms[i], row) == f->terms[i].negated)
            return false;
    return true;
}
