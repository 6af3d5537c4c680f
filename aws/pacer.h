/* How fast an action is asked of a region, as its throttles teach: EC2 keeps a bucket of tokens for
 * each account, region and action ("Request throttling for the Amazon EC2 API"). */
#ifndef AWS_PACER_H
#define AWS_PACER_H

#include "aws/call.h"
#include "base/clock.h"

/* What has been learnt, for all threads. Thread-safe. */
struct pacer;
/* One that knows nothing; free with pacer_free(). Thread: any. */
struct pacer *pacer_new(void);
/* NULL is a no-op. Thread: any, after the last use. */
void pacer_free(struct pacer *p);

/* Takes the next turn of the action in the region: how many milliseconds (program time) to wait
 * before it is asked; 0 where nothing was ever throttled. Thread: any. */
clock_ms pacer_turn_ms(struct pacer *p, const struct call_action *action, const char *region);
/* An attempt that left at sent_at was throttled, and the answer asked for asked_ms (-1 for
 * nothing): from now on turns are a little further apart than AWS refills that bucket, and twice as
 * far after each further throttle of an attempt that already knew. Thread: any. */
void pacer_throttled(struct pacer *p, const struct call_action *action, const char *region,
                     clock_ms sent_at, long asked_ms);
/* An attempt was not throttled: after a minute without throttles the turns come nearer to each
 * other again, step by step, until there are none. Thread: any. */
void pacer_passed(struct pacer *p, const struct call_action *action, const char *region);

#endif
