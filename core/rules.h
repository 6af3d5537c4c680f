/* Rules: which rows of an inventory are meant. Read from options and from a filter line alike;
 * matched without asking anybody. */
#ifndef CORE_RULES_H
#define CORE_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/buf.h"
#include "base/err.h"
#include "core/family.h"
#include "core/inventory.h"

struct settings;

/* Bits of struct rules.given. */
enum rule {
    RULE_NAME,             /* any of the patterns */
    RULE_OLDER_THAN,       /* days since it was made */
    RULE_DEPRECATED,       /* its deprecation date has come */
    RULE_DEPRECATED_SINCE, /* ... at least so many days ago */
    RULE_KEEP_LAST,        /* so many newest versions of a family stay */
    RULE_NEVER_LAUNCHED,
    RULE_NOT_LAUNCHED_SINCE, /* days; also when it was never launched */
    RULE_ORPHANS,            /* snapshots that were made for an AMI which is gone */
    RULE_STAGING,            /* staging objects and uploads that nobody finished */
    RULE_REGIONS,            /* any of these; eu-* too */
    RULE_TAG,                /* all of these, K=V or K alone; * and ? in V */
    RULE_ANY_TEXT,           /* filter line alone: all of these stand somewhere in the row */
    RULES
};

struct rules_list {
    char **items;
    size_t count;
};

/* What was asked; zeroed asks nothing. Everything that is given must hold. */
struct rules {
    unsigned given; /* bits 1 << RULE_... */
    int older_than_days, deprecated_since_days, keep_last, not_launched_since_days;
    struct rules_list names, regions, tags, texts;
};

/* Frees what it holds and empties it. Thread: any. */
void rules_free(struct rules *rules);

/* One row for each rule: the word is the option without its dashes and the filter's word. */
struct rules_word {
    enum rule rule;
    const char *word;
    const char *argument; /* "DAYS"; NULL when it takes none */
    const char *help;
};
extern const struct rules_word rules_words[];
extern const size_t rules_word_count;

/* Reads the rules that the command line gave. ERR_USAGE for a pattern, tag or region that makes no
 * sense. Thread: any. */
bool rules_from_settings(const struct settings *s, struct rules *out, struct err *err);

/* Reads a filter line: words separated by blanks, "..." keeps blanks together, a doubled
 * quote inside stands for one. `older-than:180`,
 * `name:acme-*`, `region:eu-*,us-east-1`, `tag:K=V`, `orphans` and so on (= does for :), dashes in
 * front are allowed, days may end in d. `name~text` is `name:*text*`, `age>180d` is
 * `older-than:180`. Any other word without a colon is RULE_ANY_TEXT. False with ERR_USAGE and, when
 * at is not NULL, *at the byte where the wrong word begins; *out is then empty. An empty line asks
 * nothing. Thread: any. */
bool rules_parse(const char *line, struct rules *out, size_t *at, struct err *err);

/* Appends the rules as a filter line that rules_parse() reads back. Thread: any. */
void rules_write(const struct rules *rules, struct buf *out);

/* True when a rule says what is too much, not only where to look or what to show: without one of
 * them nothing is chosen (regions and words of a filter line choose nothing). Thread: any. */
bool rules_choose(const struct rules *rules);

/* The kinds of rows that rules can be about. */
enum rules_kind { RULES_IMAGE, RULES_SNAPSHOT, RULES_OBJECT, RULES_UPLOAD, RULES_KINDS };

/* Bits 1 << RULES_... of the kinds that are meant: AMIs; with `orphans` or `staging` those, and
 * AMIs only when a rule is given that only AMIs can meet (deprecated, deprecated-since, keep-last,
 * never-launched, not-launched-since); all kinds where nothing chooses. Thread: any. */
unsigned rules_kinds(const struct rules *rules);

/* One row; exactly one of the pointers is set. */
struct rules_row {
    const struct inventory_region *region;
    const struct inventory_image *image;
    const struct inventory_snapshot *snapshot;
    const struct inventory_object *object;
    const struct inventory_upload *upload;
};

/* True when everything that is given holds for the row. What is not known does not hold. families
 * are those of the same inventory; may be NULL without keep-last. now is clock_calendar(). Cheap:
 * no memory, no sorting. Thread: any. */
bool rules_match(const struct rules *rules, const struct families *families,
                 const struct rules_row *row, time_t now);

/* True when no region is named, or this one is among those that are. Thread: any. */
bool rules_match_region(const struct rules *rules, const char *region);

/* Appends why the row is meant, in words: "older than 180 days (made 585 days ago), never
 * launched". Only for a row that matches. Text from AWS is not safe yet. Thread: any. */
void rules_explain(const struct rules *rules, const struct families *families,
                   const struct rules_row *row, time_t now, struct buf *out);

/* True when the snapshot was made for an AMI that is gone: nothing maps it, and a tag or EC2's
 * description says that it was an AMI's, which does not exist. A volume's own backup is none.
 * Thread: any. */
bool rules_is_orphan(const struct inventory_region *region, const struct inventory_snapshot *s);

/* Last launches come a day late: who never was launched must be older than this. */
#define RULES_LAUNCH_LAG_S ((time_t)2 * 24 * 3600)

#endif
