/* Simulated time: starts at wall time, runs N times as fast, can be stopped and stepped, and keeps
 * the queue of what will happen. */
#ifndef AWS_SIM_CLOCK_H
#define AWS_SIM_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct clock;

/* What happens at a moment. Runs with the world lock held, in order of time (then of scheduling),
 * while clock_now_ms() is exactly the moment asked for; it may schedule and cancel. */
typedef void clock_fn(void *arg);

/* speed > 0 simulated seconds a wall second. Thread: main. */
struct clock *clock_new(double speed);
void clock_free(struct clock *c);

/* Simulated milliseconds since 1970. Stands still while the world lock is held, so that one
 * handler sees one moment. Thread: any, world lock held. */
int64_t clock_now_ms(const struct clock *c);

/* Schedules `fn(arg)` at a simulated moment; one that is past happens before the next request. A
 * NULL `fn` is a mark: nothing runs, but "step to next" stops there (the end of a not-found
 * window, say). Returns a number for clock_cancel, never 0. Thread: any, world lock held. */
uint64_t clock_at(struct clock *c, int64_t at_ms, clock_fn *fn, void *arg);

/* Forgets an event; a number that is 0 or already happened is a no-op. Thread: any, lock held. */
void clock_cancel(struct clock *c, uint64_t event);

/* Brings the clock to the present and runs what is due: world_lock() does it. Thread: any, lock
 * held. */
void clock_advance(struct clock *c);

/* Speed (also restarts a stopped clock), stop, and jumps; all run what falls due. A step to the
 * next event is false when there is none. Thread: any, lock held. */
void clock_set_speed(struct clock *c, double speed);
void clock_stop(struct clock *c);
void clock_step(struct clock *c, int64_t ms);
bool clock_step_next(struct clock *c);

/* 0 while stopped. Thread: any, lock held. */
double clock_speed(const struct clock *c);

/* The moment of the next event, or false when there is none. Thread: any, lock held. */
bool clock_next_ms(const struct clock *c, int64_t *at_ms);

/* Forgets all events; the time goes on. Thread: any, lock held. */
void clock_clear(struct clock *c);

/* Wall time in milliseconds since 1970: for signatures and Date only. Thread: any. */
int64_t wall_now_ms(void);

#define TIME_TEXT_SIZE 32

/* `2026-08-07T12:00:00.000Z` into out[TIME_TEXT_SIZE]; returns out. Thread: any. */
const char *time_text(int64_t time_ms, char *out);

/* `Fri, 07 Aug 2026 12:00:00 GMT` (RFC 7231) into out[TIME_TEXT_SIZE]; returns out. Thread: any. */
const char *time_http(int64_t time_ms, char *out);

/* Reads `2026-08-07T12:00:00Z`, with or without a fraction; false when it is none. Thread: any. */
bool time_parse(const char *text, int64_t *time_ms);

#endif
