/* A tatami-sim of its own for a test program. */
#ifndef TESTS_TOOLS_SIMPROC_H
#define TESTS_TOOLS_SIMPROC_H

#include <stdbool.h>
#include <sys/types.h>

struct simproc {
    pid_t pid;
    char address[48]; /* "127.0.0.1:8080" */
    char url[48];     /* "http://127.0.0.1:8080" */
};

/* Starts $TATAMI_BUILD/tatami-sim (build/tatami-sim) on a free port with these arguments behind
 * (NULL-terminated, or NULL for none), waits until it listens, and puts its keys and address into
 * the environment, where no other AWS setting is left. False with a sentence on standard error when
 * it does not start. */
bool simproc_start(struct simproc *sim, const char *const *arguments);
/* Ends it and waits for its end; one that never started is fine. */
void simproc_stop(struct simproc *sim);
/* GET, or POST when json is not NULL, to a path such as "/_sim/faults". The answer is malloc'd;
 * NULL when it is not status 200. */
char *simproc_ask(const struct simproc *sim, const char *path, const char *json);

#endif
