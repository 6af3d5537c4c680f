/* A command line in one string, parsed. Header only, so that a test links nothing. */
#ifndef TESTS_UNIT_ARGUMENTS_H
#define TESTS_UNIT_ARGUMENTS_H

#include "core/options.h"
#include "tests/unit/temp.h"

/* Splits at spaces and parses; NULL-terminated like main's argv. */
static inline struct settings *parse(const char *line, struct err *err)
{
    char *text = xstrdup(line), *argv[64], *save = NULL;
    int argc = 0;
    argv[argc++] = (char *)"tatami";
    for (char *word = strtok_r(text, " ", &save); word != NULL; word = strtok_r(NULL, " ", &save))
        argv[argc++] = word;
    *err = ERR_INIT;
    struct settings *s = settings_parse(argc, argv, err);
    free(text);
    return s;
}

static inline struct settings *parse_well(const char *line)
{
    struct err err;
    struct settings *s = parse(line, &err);
    if (s == NULL)
        fail_msg("%s: %s", line, err.message);
    return s;
}

#endif
