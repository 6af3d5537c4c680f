/* Whether an exchange still moves: neither silence nor a trickle holds it for ever. */
#ifndef AWS_HTTP_PROGRESS_H
#define AWS_HTTP_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

/* Bytes that must come within a time. */
struct http_limit {
    int within_s;
    uint64_t least, seen; /* seen: as the time began */
    clock_ms began_at;
};

struct http_progress {
    struct http_limit silence; /* any byte, in either direction */
    struct http_limit trickle; /* 4 KiB of an answer that has begun */
};

/* Begins now. Both in program time, but at least 5 s of the wall's; 0 means 60 s. Thread: worker.
 */
void http_progress_begin(struct http_progress *p, int silence_s, int trickle_s);
/* `moved` counts all bytes since the begin, `come` those of the answer. False with ERR_TIMEOUT when
 * too few have. Thread: worker. */
bool http_progress(struct http_progress *p, uint64_t moved, uint64_t come, struct err *err);

#endif
