/* What a verb of the command line works with, and the two that carry out a release. */
#ifndef SCREENS_PROGRAM_H
#define SCREENS_PROGRAM_H

#include <stdbool.h>

#include "core/journal.h"
#include "core/options.h"
#include "core/plan.h"
#include "core/rehearse.h"
#include "core/release.h"
#include "core/session.h"
#include "screens/run.h"

struct program {
    struct settings *settings;
    struct rehearsal *rehearsal; /* NULL: it is for real */
    struct session session;
    struct journal *journal;
    struct release *_Atomic release; /* what the trace reports to; NULL while there is none */
    struct console_loop *loop;       /* NULL: in lines */
    bool background;                 /* what the console leaves goes on without it */
    bool cancels;                    /* or is undone */
    int wake_fd, signal_fd;
};

/* An error that ended the program before a release began: a sentence, and the result that --json
 * promises. The exit status. Thread: main. */
int program_fail(const struct program *p, const struct err *err);
/* Opens journal and log. Thread: main. */
bool program_open_state(struct program *p, struct err *err);
/* Runs the console at a place until it is left. Thread: main. */
bool program_show(struct program *p, enum place place, struct console_result *out, struct err *err);

/* Where a plan comes from. */
enum plan_origin {
    PLAN_NEW,
    PLAN_RESUMED,
    PLAN_FOUND /* another machine has begun it, or another program */
};

/* Carries out a plan, which it owns, on the screen or in lines, until it ends, is stopped or goes
 * on in the background; the exit status. The journal has its kernel lock where it is not new.
 * Thread: main. */
int program_release(struct program *p, struct plan *plan, enum plan_origin origin);
/* `tatami cancel` of a release of the journal, which asks in the terminal; the exit status. Thread:
 * main. */
int program_cancel(struct program *p, char *id);
/* ERR_REFUSED when an unfinished release has that name: a second beginning would double it.
 * Thread: main. */
bool program_not_begun(struct program *p, const char *name, struct err *err);
/* Goes on with a release of the journal; the exit status. Thread: main. */
int program_resume(struct program *p, const struct journal_release *release, struct err *err);
/* The verbs resume and attach: finds the release that is meant, here or where another machine has
 * begun it. Thread: main. */
int program_resume_named(struct program *p, struct err *err);

#endif
