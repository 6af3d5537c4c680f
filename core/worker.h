/* Threads that make blocking AWS calls: one control worker a region, each with one step at a time.
 */
#ifndef CORE_WORKER_H
#define CORE_WORKER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/clock.h"
#include "core/release.h"
#include "core/step.h"

/* Where everything that the engine waits for arrives: finished steps, commands, and the bell of an
 * upload. */
struct inbox;
struct inbox *inbox_new(void);
/* Frees what nobody took. Thread: engine, after all workers have ended. */
void inbox_free(struct inbox *in);
/* Thread: any. Neither ever waits for the engine. */
void inbox_put_step(struct inbox *in, struct step *step);
void inbox_put_command(struct inbox *in, const struct command *command);
/* Wakes the engine without saying why. Thread: any. */
void inbox_ring(struct inbox *in);

struct mail {
    struct step *steps; /* in order of arrival, by next; the taker frees them */
    struct command *commands;
    size_t command_count; /* malloc'd array, the taker frees it */
};
/* Waits until something is there or the deadline (program time) has passed, and takes all. Thread:
 * engine. */
void inbox_take(struct inbox *in, clock_ms deadline, struct mail *out);

/* One thread with its own connection. */
struct worker;
struct worker *worker_start(struct aws *aws, const char *region, const atomic_bool *cancel,
                            struct inbox *in);
/* Hands over one step; only when the last one has come back. Thread: engine. */
void worker_give(struct worker *w, struct step *step);
/* Waits for the step in hand, ends the thread, frees. NULL is a no-op. Thread: engine. */
void worker_end(struct worker *w);

#endif
