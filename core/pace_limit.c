/* The number of connections, found as a congestion control finds its window: what is carried a
 * second, times how long an answer takes that waits for nobody (Cardwell et al., "BBR:
 * Congestion-Based Congestion Control", 2016). */
#include "core/pace_limit.h"

/* AWS carries about so many blocks a second at most; a guess that is corrected by what is seen. */
static const double first_guess_s = 1200;
static const double probe = 1.25;    /* how much more than was seen is tried for */
static const double headroom = 1.25; /* answers do not come in step */
static const double forget = 0.9;    /* of the old guess, a window */

enum {
    FIRST_ANSWERS = 3,
    WINDOW_US = 100 * 1000,
    LOOK_US = 10 * 1000 * 1000, /* a queue of our own making is not taken for distance longer than
                                   that */
};

void pace_limit_init(struct pace_limit *l, int64_t now_us)
{
    *l = (struct pace_limit){.limit = PACE_LIMIT_START,
                             .carried = first_guess_s,
                             .window_us = now_us,
                             .looked_us = now_us};
}

static void settle(struct pace_limit *l)
{
    double wanted = l->carried * headroom * (double)l->least_us / 1e6;

    l->limit = wanted >= PACE_LIMIT_MAX ? PACE_LIMIT_MAX : (int)wanted + 1;
    if (l->limit < PACE_LIMIT_MIN)
        l->limit = PACE_LIMIT_MIN;
}

static void begin_window(struct pace_limit *l, int64_t now_us)
{
    l->window_us = now_us;
    l->answers = 0;
    l->window_least_us = 0;
}

/* Half of the connections rest for a window: what an answer takes then is the distance. */
static void look(struct pace_limit *l, int64_t now_us)
{
    l->looking = true;
    l->looked_us = now_us;
    l->limit = l->limit / 2 < PACE_LIMIT_MIN ? PACE_LIMIT_MIN : l->limit / 2;
}

static void end_window(struct pace_limit *l, int64_t now_us)
{
    double seen = l->answers / ((double)(now_us - l->window_us) / 1e6);
    double old = l->carried * forget;

    if (l->looking)
        l->least_us = l->window_least_us;
    else
        l->carried = seen * probe > old ? seen * probe : old;
    l->looking = false;
    settle(l);
    if (now_us - l->looked_us >= LOOK_US)
        look(l, now_us);
}

void pace_limit_answer(struct pace_limit *l, int64_t now_us, int64_t took_us)
{
    l->answers++;
    if (l->window_least_us == 0 || took_us < l->window_least_us)
        l->window_least_us = took_us;
    if (!l->looking && (l->least_us == 0 || took_us < l->least_us))
        l->least_us = took_us;
    bool first = l->answers == FIRST_ANSWERS && l->limit == PACE_LIMIT_START;
    if (first)
        settle(l);
    int64_t least = WINDOW_US > 2 * l->least_us ? WINDOW_US : 2 * l->least_us;
    if (first || now_us - l->window_us < least || (l->answers < l->limit && l->answers < 8))
        return;
    end_window(l, now_us);
    begin_window(l, now_us);
}
