/* Plans from command lines. Header only, so that a test links nothing. */
#ifndef TESTS_UNIT_PLAN_LINES_H
#define TESTS_UNIT_PLAN_LINES_H

#include "core/options.h"
#include "core/plan.h"
#include "tests/unit/temp.h"

/* Parses "release" with these words (split at spaces) and makes the plan. */
static inline struct plan *make(const char *line, struct err *err)
{
    char *text = xasprintf("tatami release %s", line), *argv[64], *save = NULL;
    int argc = 0;
    for (char *word = strtok_r(text, " ", &save); word != NULL; word = strtok_r(NULL, " ", &save))
        argv[argc++] = word;
    *err = ERR_INIT;
    struct settings *s = settings_parse(argc, argv, err);
    if (s == NULL)
        fail_msg("%s: %s", line, err->message);
    struct plan *plan = plan_make(s, s->arguments, s->argument_count, err);
    settings_free(s);
    free(text);
    return plan;
}

static inline struct plan *make_well(const char *line)
{
    struct err err;
    struct plan *plan = make(line, &err);
    if (plan == NULL)
        fail_msg("%s: %s (%s)", line, err.message, err.advice);
    return plan;
}

static inline void files(void)
{
    run("truncate -s 3G disk.raw debian-13.1 && truncate -s 1536M other.raw boot.img");
}

#endif
