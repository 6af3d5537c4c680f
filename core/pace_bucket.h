/* Requests a second: a token bucket under a quota that backs off when AWS throttles and comes back.
 * Pure. */
#ifndef CORE_PACE_BUCKET_H
#define CORE_PACE_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

/* Times are milliseconds of one clock that never goes back. */
struct pace_bucket {
    double quota; /* a second, what AWS allows */
    double rate;  /* now */
    double tokens;
    int64_t at_ms;     /* of the tokens and the rate */
    int64_t cut_at_ms; /* the last backing off */
    double taken;      /* tokens since second_ms, and in the whole second before it */
    double taken_before;
    int64_t second_ms;
};

/* A new quota; the rest starts anew. Thread: any. */
void pace_bucket_init(struct pace_bucket *b, double quota, int64_t now_ms);
/* True when a request may leave now. Thread: any. */
bool pace_bucket_take(struct pace_bucket *b, int64_t now_ms);
/* AWS has throttled one: goes down to seven tenths of what really left, at most once for all that
 * were on their way together; comes back by a twentieth of the quota a second. Thread: any. */
void pace_bucket_throttled(struct pace_bucket *b, int64_t now_ms);

#endif
