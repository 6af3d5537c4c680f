/* The verbs that ask AWS, print and end, without an engine and without screens. */
#ifndef CORE_VERBS_H
#define CORE_VERBS_H

#include <stdio.h>

#include "aws/call.h"
#include "core/journal.h"
#include "core/options.h"

struct interrupt;

/* `tatami list [NAME]`: the manifest of a release, read back from AWS, to `out` or where --output
 * says; without NAME a line for each release that tatami made. Regions that do not answer are told
 * on standard error and make it 1; so does a release of which nothing is there. Thread: main. */
int verb_list(const struct settings *s, struct aws *aws, FILE *out);

/* `tatami publish NAME` and `unpublish NAME` (s->verb): says what will change, wants --yes or the
 * typed phrase, changes it in all regions at once and reads it back. Lines or --json to `out`. The
 * journal (NULL: none) of a release that is not finished hears of it. The status is
 * wave_status()'s; 4 when it was refused, 1 when nothing of that name is there. Thread: main. */
int verb_publish(const struct settings *s, struct aws *aws, struct journal *journal, FILE *out);

/* `tatami watch` in lines, or --json: what is in flight, then a line for each change, until a
 * signal (130) or, with --follow, until that release has ended: 0 when every region is as it shall
 * be, 3 when not, 1 when nothing of that name is there. Reads only: aws must have been made read
 * only. journal tells which releases are this machine's; NULL: none. Thread: main. */
int verb_watch(const struct settings *s, struct aws *aws, struct journal *journal, FILE *out);

/* `tatami cancel [NAME]`: lists what an unfinished release of this machine has made at AWS, wants
 * --yes or the typed phrase, takes it away and looks again until nothing is left; public AMIs stay
 * unless --also-public. Lines or --json to `out`. 0 when nothing is left, 3 when something is, 4
 * when it was refused. Thread: main. */
int verb_cancel(const struct settings *s, struct aws *aws, struct journal *journal, FILE *out);

/* `tatami whoami`: account, identity, source of the credentials, regions. Thread: main. */
int verb_whoami(const struct settings *s, struct aws *aws, FILE *out);

/* `tatami cleanup RULES`: prints what would go and what stays and why; --plan writes it, --apply
 * carries such a file out (its hash behind --yes, else the typed phrase), --restore lists the
 * Recycle Bin and has the named ids back. Lines or --json to `out`; the exit status. Thread: main.
 */
int verb_cleanup(const struct settings *s, struct aws *aws, FILE *out);

/* True when a person sits at standard input and output, and lines are not for a program. Thread:
 * any. */
bool verb_can_ask(const struct settings *s);
/* Asks for a typed phrase; ERR_REFUSED when something else was typed, ERR_CANCELLED when a signal
 * came. Thread: main. */
bool verb_ask(const char *phrase, const struct interrupt *interrupt, FILE *out, struct err *err);

/* Prints one sentence on standard error, what is wrong and what to do, and gives the exit status of
 * an error that ended the program before anything was changed. Thread: main. */
int verb_complain(const struct err *err);

/* verb_complain(), and with --json the last line that a program reads, to `out`: the result with
 * exit status and sentence. Thread: main. */
int verb_fail(const struct settings *s, const struct err *err, FILE *out);

/* The region to ask what is not in any region; never NULL. Thread: any. */
const char *verb_home(const struct settings *s, const struct aws *aws);

#endif
