/* The filter language: words that all have to hold, such as `region:eu state:fail !x`. Pure. */
#ifndef SCREENS_FILTER_H
#define SCREENS_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* What a row says about itself; borrowed for one call. A word without a field is looked for in all
 * of them. */
enum filter_field {
    FILTER_ANY,
    FILTER_REGION, /* name and short code */
    FILTER_STATE,  /* the word, such as "FAIL" */
    FILTER_AMI,
    FILTER_SNAPSHOT,
    FILTER_NOTE,
    FILTER_IMAGE,
    FILTER_PUBLIC, /* "yes" or "no" */
    FILTER_FIELDS
};

struct filter_row {
    const char *fields[FILTER_FIELDS]; /* NULL: this row has none */
};

#define FILTER_TERMS 16
#define FILTER_TEXT  256

struct filter_term {
    enum filter_field field;
    bool negated;
    const char *text; /* in the filter's own copy */
};

/* Zeroed is no filter: every row matches. Plain value with no memory of its own to free; not to be
 * copied. */
struct filter {
    struct filter_term terms[FILTER_TERMS];
    size_t count;
    char words[FILTER_TEXT];
};

/* Reads `[!][field:]text ...`; blanks separate, "..." keeps blanks together. Fields may be
 * shortened (`r:eu`). False with *why set (the caller frees) for an unknown field, a field without
 * a text, or too many words; the filter is then empty. Thread: any. */
bool filter_parse(struct filter *f, const char *text, struct safe_text *why);

/* True when every term holds; letters match in either case. Thread: any. */
bool filter_matches(const struct filter *f, const struct filter_row *row);

/* The field's name, for completion; NULL for FILTER_ANY and beyond the last. Thread: any. */
const char *filter_field_name(enum filter_field field);

#endif
