/* How fast an action is asked of a region, as its throttles teach. */
#include "aws/pacer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
    QUIET_MS = 60000,   /* so long after a throttle nothing becomes faster */
    FORGET_MS = 120000, /* so long after the last turn a bucket is full again */
    INTERVAL_MS_MAX = 30000,
};

/* Turns are so much further apart than tokens come. */
static const double margin = 1.25;

/* Tokens a second: of an action, else of all actions of a service that change nothing or something.
 * EBS direct is paced by who sends its blocks. */
static const struct refill {
    const char *of, *action; /* service and action; NULL: all others */
    double reading, changing;
} refills[] = {
    {.of = "ec2", .action = "CopyImage", .changing = 1},
    {.of = "ec2", .action = "CreateTags", .changing = 10},
    {.of = "ec2", .action = "DescribeSnapshots", .reading = 10},
    {.of = "ec2", .reading = 20, .changing = 5},
    {.of = "s3", .reading = 100, .changing = 50},
    {.of = "ebs"},
    {.reading = 5, .changing = 5},
};

/* One action that was throttled in one region. */
struct lane {
    const struct call_action *action;
    char *region;
    clock_ms interval_ms; /* from turn to turn */
    clock_ms next_at, throttled_at;
    struct lane *next;
};

struct pacer {
    pthread_mutex_t lock;
    struct lane *lanes; /* under the lock */
};

struct pacer *pacer_new(void)
{
    struct pacer *p = xcalloc(1, sizeof *p);

    pthread_mutex_init(&p->lock, NULL);
    return p;
}

/* Takes the lane at *at out of its list. */
static void drop(struct lane **at)
{
    struct lane *gone = *at;

    *at = gone->next;
    free(gone->region);
    free(gone);
}

void pacer_free(struct pacer *p)
{
    if (p == NULL)
        return;
    while (p->lanes != NULL)
        drop(&p->lanes);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

/* Milliseconds from one token to the next; 0 where nothing is paced. */
static double refill_ms(const struct call_action *action)
{
    for (size_t i = 0; i < ARRAY_LEN(refills); i++) {
        const struct refill *r = &refills[i];
        if ((r->of != NULL && strcmp(r->of, action->service) != 0) ||
            (r->action != NULL && strcmp(r->action, action->name) != 0))
            continue;
        double a_second = action->mutating ? r->changing : r->reading;
        return a_second > 0 ? 1000 / a_second : 0;
    }
    return 0;
}

/* Where the lane hangs, or where it would: *result is NULL then. */
static struct lane **find(struct pacer *p, const struct call_action *action, const char *region)
{
    struct lane **at = &p->lanes;

    while (*at != NULL && ((*at)->action != action || strcmp((*at)->region, region) != 0))
        at = &(*at)->next;
    return at;
}

clock_ms pacer_turn_ms(struct pacer *p, const struct call_action *action, const char *region)
{
    clock_ms now = clock_now_ms(), turn_at = now;

    pthread_mutex_lock(&p->lock);
    struct lane **at = find(p, action, region);
    struct lane *lane = *at;
    if (lane != NULL && now - lane->next_at > FORGET_MS) {
        drop(at);
    } else if (lane != NULL) {
        if (lane->next_at > now)
            turn_at = lane->next_at;
        lane->next_at = turn_at + lane->interval_ms;
    }
    pthread_mutex_unlock(&p->lock);
    return turn_at - now;
}

static struct lane *add(struct lane **at, const struct call_action *action, const char *region)
{
    struct lane *lane = xcalloc(1, sizeof *lane);

    *lane = (struct lane){.action = action,
                          .region = xstrdup(region),
                          .interval_ms = (clock_ms)(refill_ms(action) * margin)};
    return *at = lane;
}

void pacer_throttled(struct pacer *p, const struct call_action *action, const char *region,
                     clock_ms sent_at, long asked_ms)
{
    clock_ms now = clock_now_ms();

    if (refill_ms(action) <= 0)
        return;
    pthread_mutex_lock(&p->lock);
    struct lane **at = find(p, action, region);
    struct lane *lane = *at;
    if (lane == NULL)
        lane = add(at, action, region);
    else if (sent_at > lane->throttled_at)
        lane->interval_ms = lane->interval_ms * 2 + 1;
    if (lane->interval_ms > INTERVAL_MS_MAX)
        lane->interval_ms = INTERVAL_MS_MAX;
    lane->throttled_at = now;
    clock_ms wait_ms = asked_ms > lane->interval_ms ? asked_ms : lane->interval_ms;
    if (wait_ms > INTERVAL_MS_MAX)
        wait_ms = INTERVAL_MS_MAX;
    if (lane->next_at < now + wait_ms)
        lane->next_at = now + wait_ms;
    pthread_mutex_unlock(&p->lock);
}

void pacer_passed(struct pacer *p, const struct call_action *action, const char *region)
{
    pthread_mutex_lock(&p->lock);
    struct lane **at = find(p, action, region);
    struct lane *lane = *at;
    if (lane != NULL && clock_now_ms() - lane->throttled_at >= QUIET_MS) {
        double usual_ms = refill_ms(action);
        bool slow = (double)lane->interval_ms > usual_ms * margin;
        lane->interval_ms = lane->interval_ms * (slow ? 80 : 95) / 100;
        if ((double)lane->interval_ms < usual_ms / 8)
            drop(at);
    }
    pthread_mutex_unlock(&p->lock);
}
