/* A clock that stands still until the program at the other end of a socket moves it. For base/clock
 * alone, which asks it instead of the wall when TATAMI_CLOCK says so. */
#ifndef BASE_CLOCK_STEP_H
#define BASE_CLOCK_STEP_H

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

#include "base/clock.h"

/* Connects to a Unix stream socket and serves it with a thread of its own: a number (int64_t, in
 * this machine's byte order) sets the clock to so many milliseconds and is answered, once the waits
 * that ended by it are over, by the deadline of the earliest that is left, INT64_MAX for none. When
 * the other end closes, the program gets a SIGTERM. False when it cannot connect. Thread: main. */
bool clock_step_open(const char *path);

/* What the other end said last, 0 before. Thread: any. */
clock_ms clock_step_now(void);

/* Waits on the condition until a signal, until the clock reaches the deadline, or, where wall is
 * not NULL, until that moment of CLOCK_MONOTONIC. False when the clock has reached the deadline.
 * Thread: any. */
bool clock_step_wait(pthread_cond_t *cond, pthread_mutex_t *mutex, clock_ms deadline,
                     const struct timespec *wall);

#endif
