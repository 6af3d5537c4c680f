/* The console on a terminal: one loop over keys, models, inventories and signals. */
#ifndef SCREENS_RUN_H
#define SCREENS_RUN_H

#include <stdbool.h>

#include "base/err.h"
#include "core/options.h"
#include "core/release.h"
#include "core/session.h"
#include "screens/console.h"

struct console_loop;

/* Takes the signals over: call before any other thread starts. NULL with *err set (ERR_IO). Free
 * with console_loop_close(). Thread: main. */
struct console_loop *console_loop_open(const struct settings *settings, struct err *err);
/* NULL is a no-op. Thread: main. */
void console_loop_close(struct console_loop *loop);

struct console_result {
    int exit_status; /* what the model says; 0 without a release */
    char *resume;    /* malloc'd id of a release that the person wants to go on with, or NULL */
    bool background; /* the release shall go on without a screen */
    bool cancel;     /* the release, or the one in resume, shall be undone */
};

/* What a console runs over. */
struct console_start {
    enum place place;        /* of the first screen */
    struct release *release; /* NULL: none runs, and PLACE_RELEASES is the home screen */
    int wake_fd;             /* the eventfd of the release's options; -1 without */
    struct session *session; /* connected when a screen first asks for the account */
};

/* Runs until a person, a signal or the end of the release ends it. With a release: its plan, then
 * the release itself. False with *err set when there is no terminal (nothing was shown then) or it
 * has gone (the release was asked to stop); *out is filled either way. May be called again: first
 * without, then with a release. Thread: main. */
bool console_run(struct console_loop *loop, const struct console_start *start,
                 struct console_result *out, struct err *err);

#endif
