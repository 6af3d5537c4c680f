/* The verbs that ask AWS, print and end, without an engine and without screens. */
#ifndef CORE_VERBS_H
#define CORE_VERBS_H

#include <stdio.h>

#include "aws/call.h"
#include "core/options.h"

/* `tatami list [NAME]`: the manifest of a release, read back from AWS, to `out` or where --output
 * says; without NAME a line for each release that tatami made. Regions that do not answer are told
 * on standard error and make it 1; so does a release of which nothing is there. Thread: main. */
int verb_list(const struct settings *s, struct aws *aws, FILE *out);

/* `tatami publish NAME` and `unpublish NAME` (s->verb): says what will change, wants --yes or the
 * typed phrase, changes it in all regions at once and reads it back. Lines or --json to `out`.
 * The status is wave_status()'s; 4 when it was refused, 1 when nothing of that name is there.
 * Thread: main. */
int verb_publish(const struct settings *s, struct aws *aws, FILE *out);

/* `tatami whoami`: account, identity, source of the credentials, regions. Thread: main. */
int verb_whoami(const struct settings *s, struct aws *aws, FILE *out);

/* Prints one sentence on standard error, what is wrong and what to do, and gives the exit status of
 * an error that ended the program before anything was changed. Thread: main. */
int verb_complain(const struct err *err);

/* verb_complain(), and with --json the last line that a program reads, to `out`: the result with
 * exit status and sentence. Thread: main. */
int verb_fail(const struct settings *s, const struct err *err, FILE *out);

/* The region to ask what is not in any region; never NULL. Thread: any. */
const char *verb_home(const struct settings *s, const struct aws *aws);

#endif
