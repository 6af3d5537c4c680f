/* The rows behind the command line: verbs and options, what they take and where it goes. */
#ifndef CORE_OPTIONS_TABLE_H
#define CORE_OPTIONS_TABLE_H

#include <stddef.h>

#include "core/options.h"

enum option_type {
    OPTION_FLAG,   /* bool */
    OPTION_SWITCH, /* enum said */
    OPTION_TEXT,   /* char * */
    OPTION_PATH,   /* char *, "~/" is expanded in the configuration */
    OPTION_WORD,   /* char *, one of words */
    OPTION_LIST,   /* struct settings_list */
    OPTION_INT,    /* int from min to max */
    OPTION_BYTES   /* uint64_t, with K, M or G behind it */
};

/* In which files of the configuration an option may stand. */
enum option_config { CONFIG_NOWHERE, CONFIG_OWN, CONFIG_ANYWHERE };

/* Where a value came from, the weakest first; struct settings.sources has one for each option. The
 * project's file is ./tatami.conf, the own one the user's. */
enum option_source {
    SOURCE_NONE, /* the preset, or nothing */
    SOURCE_OWN_DEFAULTS,
    SOURCE_PROJECT_DEFAULTS,
    SOURCE_OWN_PRODUCT,
    SOURCE_PROJECT_PRODUCT,
    SOURCE_COMMAND_LINE
};

/* Bits of struct option_row.verbs. */
#define VERB_BIT(verb) (1u << (verb))
#define VERB_ANY       (~0u)

struct option_row {
    const char *name;     /* without the dashes */
    const char *argument; /* the word for it in the help; NULL when it takes none */
    const char *help;
    enum option_type type;
    size_t offset;      /* in struct settings */
    const char *words;  /* OPTION_WORD: "a|b" */
    int min, max;       /* OPTION_INT */
    const char *preset; /* the default as text; NULL for none */
    enum option_config config;
    bool per_image; /* may stand behind a PATH; lies in struct settings.image */
    unsigned verbs;
    enum verb section; /* whose section of the configuration it stands in; VERB_CONSOLE: release's
                        */
};

struct verb_row {
    const char *name;
    const char *arguments; /* for the help */
    const char *summary;
    size_t min_arguments, max_arguments;
    bool configured; /* reads the configuration */
};

extern const struct option_row option_rows[];
extern const size_t option_count;
extern const struct verb_row verb_rows[VERBS];

/* The row of a name, NULL for none. Thread: any. */
const struct option_row *option_find(const char *name);

/* Converts and stores a value at base + row->offset, the old one is freed. A list gets items added
 * unless `replace`. what is how the option is called in the message ("--arch", "arch").
 * ERR_USAGE. Thread: any. */
bool option_store(const struct option_row *row, void *base, const char *value, bool replace,
                  const char *what, struct err *err);

/* Frees the text or list of one option. Thread: any. */
void option_clear(const struct option_row *row, void *base);

#endif
