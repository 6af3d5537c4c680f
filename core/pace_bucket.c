/* The token bucket of requests. */
#include "core/pace_bucket.h"

static const double share = 0.985;     /* of the quota: clocks differ */
static const double depth_s = 0.02;    /* what may be saved up: less than a sleep takes */
static const double cut = 0.7;         /* of the rate, when AWS throttles */
static const double recovery_s = 0.05; /* of the quota, a second */

enum { CUT_MS = 500, SECOND_MS = 1000 };

static double most(const struct pace_bucket *b)
{
    return b->quota * share;
}

void pace_bucket_init(struct pace_bucket *b, double quota, int64_t now_ms)
{
    *b = (struct pace_bucket){
        .quota = quota, .at_ms = now_ms, .cut_at_ms = now_ms - CUT_MS, .second_ms = now_ms};
    b->rate = most(b);
    b->tokens = 1;
}

static void refill(struct pace_bucket *b, int64_t now_ms)
{
    double passed_s = (double)(now_ms - b->at_ms) / 1000.0;
    double depth = b->rate * depth_s < 1 ? 1 : b->rate * depth_s;

    b->at_ms = now_ms;
    b->rate += b->quota * recovery_s * passed_s;
    if (b->rate > most(b))
        b->rate = most(b);
    b->tokens += b->rate * passed_s;
    if (b->tokens > depth)
        b->tokens = depth;
    if (now_ms - b->second_ms >= SECOND_MS) {
        b->taken_before = now_ms - b->second_ms < 2 * SECOND_MS ? b->taken : 0;
        b->taken = 0;
        b->second_ms = now_ms;
    }
}

bool pace_bucket_take(struct pace_bucket *b, int64_t now_ms)
{
    refill(b, now_ms);
    if (b->tokens < 1)
        return false;
    b->tokens -= 1;
    b->taken += 1;
    return true;
}

void pace_bucket_throttled(struct pace_bucket *b, int64_t now_ms)
{
    if (now_ms - b->cut_at_ms < CUT_MS)
        return;
    refill(b, now_ms);
    double left = b->taken > b->taken_before ? b->taken : b->taken_before;
    b->cut_at_ms = now_ms;
    b->rate = cut * (left >= 1 && left < b->rate ? left : b->rate);
    if (b->rate < 1)
        b->rate = 1;
    b->tokens = 0;
}
