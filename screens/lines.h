/* A release without a screen: one line, or one JSON object, per change of state. */
#ifndef SCREENS_LINES_H
#define SCREENS_LINES_H

#include <stdbool.h>
#include <stdio.h>

#include "core/release.h"

struct lines_options {
    bool json;
    bool yes;      /* goes when the plan is complete; without it the release is refused */
    int wake_fd;   /* the release's eventfd */
    int signal_fd; /* a signalfd: any signal stops the release cleanly */
    FILE *out;
};

/* Runs until nothing moves any more and returns the exit status. The last line is the result.
 * Thread: main. */
int lines_run(struct release *r, const struct lines_options *options);

#endif
