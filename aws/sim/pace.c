/* Bandwidth: bytes that take their time. */
#include "aws/sim/pace.h"

#include <poll.h>
#include <stddef.h>
#include <time.h>

/* A thread that is woken late makes up for it, but not for more than this. */
#define SLACK_NS  INT64_C(20000000)
#define SECOND_NS INT64_C(1000000000)

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * SECOND_NS + now.tv_nsec;
}

void pace_init(struct pace *pace, double bytes_s)
{
    *pace = (struct pace){.bytes_s = bytes_s};
    pthread_mutex_init(&pace->lock, NULL);
}

void pace_free(struct pace *pace)
{
    pthread_mutex_destroy(&pace->lock);
}

/* When the bytes will be through, behind all that was taken before. */
static int64_t through_ns(struct pace *pace, int64_t at_ns, uint64_t bytes)
{
    if (pace->bytes_s <= 0)
        return at_ns;
    pthread_mutex_lock(&pace->lock);
    if (pace->busy_ns < at_ns - SLACK_NS)
        pace->busy_ns = at_ns - SLACK_NS;
    pace->busy_ns += (int64_t)((double)bytes / pace->bytes_s * (double)SECOND_NS);
    int64_t through = pace->busy_ns;
    pthread_mutex_unlock(&pace->lock);
    return through;
}

void pace_take(const struct pace_route *route, uint64_t bytes)
{
    if (route->own == NULL || (route->own->bytes_s <= 0 && route->all->bytes_s <= 0))
        return;
    int64_t start_ns = now_ns();
    int64_t own_ns = through_ns(route->own, start_ns, bytes);
    int64_t all_ns = through_ns(route->all, start_ns, bytes);
    int64_t wait_ns = (own_ns > all_ns ? own_ns : all_ns) - start_ns;
    if (wait_ns <= 0)
        return;
    struct timespec wait = {.tv_sec = wait_ns / SECOND_NS, .tv_nsec = wait_ns % SECOND_NS};
    struct pollfd stop = {.fd = route->stop_fd, .events = POLLIN};
    ppoll(&stop, 1, &wait, NULL);
}
