/* The only clock. Waits and comparisons with AWS's timestamps run in its time; signatures, TLS and
 * the expiry of credentials run in wall time. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* Milliseconds of the program's time since some moment in the past; goes on steadily and
 * TATAMI_CLOCK times as fast as the wall. */
typedef int64_t clock_ms;

/* Reads TATAMI_CLOCK: a number from 1 to 100000 (1 when unset or empty), or @ and the path of a
 * socket whose other end moves the clock (base/clock_step.h); its rate is then 1, although it
 * stands still between the moves. Call once, before the first thread. False when it holds anything
 * else. Thread: main. */
bool clock_init(void);

/* Now, for waits. Thread: any. */
clock_ms clock_now_ms(void);

/* Now as a calendar time in the program's time: it starts at wall time and runs as fast as the
 * clock. For what is compared with timestamps from AWS and for the journal. Thread: any. */
time_t clock_calendar(void);

/* How many times as fast as the wall the clock runs. Thread: any. */
double clock_rate(void);

/* Wall-clock milliseconds that `wait` takes, at least 5 for any positive wait. Thread: any. */
int clock_wall_ms(clock_ms wait);

/* Program time in which so many milliseconds pass on the wall: for what is about people and
 * machines, not about AWS. Thread: any. */
clock_ms clock_of_wall_ms(clock_ms wall);
/* The earlier of two moments; CLOCK_NEVER is later than all. Thread: any. */
#define CLOCK_NEVER INT64_MAX
clock_ms clock_earlier(clock_ms a, clock_ms b);

/* Waits on the condition until deadline (program time) or a signal. False when the deadline has
 * passed. The condition must have been made by clock_cond_init(). Thread: any. */
bool clock_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex, clock_ms deadline);
/* Makes a condition for it; pthread_cond_destroy() ends it. Thread: any. */
void clock_cond_init(pthread_cond_t *cond);

/* Sleeps in program time, in slices, until done or *cancel is true (then false). cancel may be
 * NULL. Thread: worker. */
bool clock_sleep_ms(clock_ms duration, const atomic_bool *cancel);

/* "2026-11-23T01:02:03Z" into out. Thread: any. */
void clock_format_iso(time_t t, char out[24]);
/* The reverse, also with fractions of a second; -1 when it is no such time. Thread: any. */
time_t clock_parse_iso(const char *text);

#endif
