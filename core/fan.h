/* The same work in many regions at once, for verbs that ask and end. */
#ifndef CORE_FAN_H
#define CORE_FAN_H

#include <stdatomic.h>
#include <stddef.h>

#include "aws/call.h"

/* Runs work(call, index, arg) once for each region, a thread and a connection each (at most 40 at a
 * time), and returns when all have ended. A hung region holds only its own thread, until *cancel.
 * work is called on several threads at once, once with each index. cancel may be NULL. Thread: main
 * or worker. */
void fan_out(struct aws *aws, const char *const *regions, size_t count, const atomic_bool *cancel,
             void (*work)(struct call *c, size_t index, void *arg), void *arg);

#endif
