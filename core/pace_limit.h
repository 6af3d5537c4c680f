/* How many connections are worth having, from what the answers show: enough to keep what the line
 * and AWS carry on its way all the time, and no more. Pure. */
#ifndef CORE_PACE_LIMIT_H
#define CORE_PACE_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

enum { PACE_LIMIT_START = 8, PACE_LIMIT_MIN = 4, PACE_LIMIT_MAX = 160 };

/* Times are microseconds of one clock that never goes back. */
struct pace_limit {
    int limit;
    double carried;   /* answers a second that are taken for what can be had */
    int64_t least_us; /* the time of an answer that waits for nobody else; 0: not known */
    int64_t window_us, looked_us; /* the window's begin; when the line was last tried half empty */
    int answers;                  /* in the window */
    int64_t window_least_us;
    bool looking; /* the window is the one with the line half empty */
};

/* Before the first answer. Thread: any. */
void pace_limit_init(struct pace_limit *l, int64_t now_us);
/* An answer came, after so long. l->limit may be another then. Thread: any. */
void pace_limit_answer(struct pace_limit *l, int64_t now_us, int64_t took_us);

#endif
