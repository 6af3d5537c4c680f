/* What the parts of `tatami cleanup` without a screen share. */
#ifndef CORE_VERB_CLEANUP_H
#define CORE_VERB_CLEANUP_H

#include <stdio.h>

#include "core/cleanup.h"
#include "core/interrupt.h"
#include "core/options.h"

struct aws;

/* One run of the verb. */
struct cleanup_verb {
    const struct settings *s;
    struct aws *aws;
    FILE *out;
    struct interrupt *interrupt;
    uint64_t price_micros;
    enum cleanup_step step;
};

/* All of the account, once. NULL with *err set when nothing can be read, or a signal came. Thread:
 * main. */
struct inventory *cleanup_verb_read(const struct cleanup_verb *v, struct err *err);
/* Prints the text, to standard error when `out` is for a program alone. Thread: main. */
void cleanup_verb_print(const struct cleanup_verb *v, const struct buf *text);

/* The three things that it does; each prints, and gives the exit status. Thread: main. */
int cleanup_verb_plan(const struct cleanup_verb *v);
int cleanup_verb_apply(const struct cleanup_verb *v);
int cleanup_verb_restore(const struct cleanup_verb *v);

#endif
