/* Whether an exchange still moves. */
#include "aws/http_progress.h"

enum {
    USUAL_S = 60,
    WALL_MS_MIN = 5000,
    TRICKLE_BYTES = 4096,
};

static struct http_limit limit(uint64_t least, int asked_s)
{
    return (struct http_limit){
        .within_s = asked_s == 0 ? USUAL_S : asked_s, .least = least, .began_at = clock_now_ms()};
}

void http_progress_begin(struct http_progress *p, int silence_s, int trickle_s)
{
    *p = (struct http_progress){.silence = limit(1, silence_s),
                                .trickle = limit(TRICKLE_BYTES, trickle_s)};
}

/* False once the time is over without enough bytes; with enough of them it begins anew. */
static bool within(struct http_limit *l, uint64_t bytes)
{
    clock_ms now = clock_now_ms();
    int wall_ms = clock_wall_ms((clock_ms)l->within_s * 1000);

    if (bytes - l->seen >= l->least) {
        l->seen = bytes;
        l->began_at = now;
    }
    return clock_wall_ms(now - l->began_at) <= (wall_ms < WALL_MS_MIN ? WALL_MS_MIN : wall_ms);
}

bool http_progress(struct http_progress *p, uint64_t moved, uint64_t come, struct err *err)
{
    if (come == 0)
        p->trickle.began_at = clock_now_ms();
    if (!within(&p->silence, moved))
        return err_set(err, ERR_TIMEOUT, "nothing has come for %d s", p->silence.within_s);
    if (!within(&p->trickle, come))
        return err_set(err, ERR_TIMEOUT, "the answer has only trickled for %d s",
                       p->trickle.within_s);
    return true;
}
