/* Simulated time and the queue of what will happen in it. */
#include "aws/sim/clock.h"
#include "aws/sim/mem.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct event {
    int64_t at_ms;
    uint64_t number;
    clock_fn *fn;
    void *arg;
};

/* Simulated time is base_ms plus what passed on the monotonic clock since `anchor_ms`, times the
 * speed. `now_ms` is the moment that handlers see. */
struct clock {
    double speed; /* 0: stopped */
    int64_t base_ms, now_ms;
    double anchor_ms;
    struct event *events; /* a binary heap, earliest first */
    size_t count, size;
    uint64_t numbers;
};

/* With its fraction: at a high speed a millisecond of wall time is much. */
static double read_ms(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

int64_t wall_now_ms(void)
{
    return (int64_t)read_ms(CLOCK_REALTIME);
}

struct clock *clock_new(double speed)
{
    struct clock *c = xcalloc(1, sizeof(*c));
    c->speed = speed;
    c->base_ms = c->now_ms = wall_now_ms();
    c->anchor_ms = read_ms(CLOCK_MONOTONIC);
    return c;
}

void clock_free(struct clock *c)
{
    if (c == NULL)
        return;
    free(c->events);
    free(c);
}

int64_t clock_now_ms(const struct clock *c)
{
    return c->now_ms;
}

static bool earlier(const struct event *a, const struct event *b)
{
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->number < b->number;
}

static void swap(struct event *a, struct event *b)
{
    struct event kept = *a;
    *a = *b;
    *b = kept;
}

static void sift_up(struct clock *c, size_t i)
{
    while (i > 0 && earlier(&c->events[i], &c->events[(i - 1) / 2])) {
        swap(&c->events[i], &c->events[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
}

static void sift_down(struct clock *c, size_t i)
{
    for (;;) {
        size_t least = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < c->count; child++)
            if (earlier(&c->events[child], &c->events[least]))
                least = child;
        if (least == i)
            return;
        swap(&c->events[i], &c->events[least]);
        i = least;
    }
}

static struct event take(struct clock *c, size_t i)
{
    struct event event = c->events[i];
    c->events[i] = c->events[--c->count];
    if (i < c->count) {
        sift_down(c, i);
        sift_up(c, i);
    }
    return event;
}

uint64_t clock_at(struct clock *c, int64_t at_ms, clock_fn *fn, void *arg)
{
    if (c->count == c->size) {
        c->size = c->size > 0 ? c->size * 2 : 64;
        c->events = xrealloc(c->events, c->size, sizeof(c->events[0]));
    }
    c->events[c->count++] =
        (struct event){.at_ms = at_ms, .number = ++c->numbers, .fn = fn, .arg = arg};
    uint64_t number = c->numbers;
    sift_up(c, c->count - 1);
    return number;
}

void clock_cancel(struct clock *c, uint64_t event)
{
    for (size_t i = 0; i < c->count; i++) {
        if (c->events[i].number == event) {
            take(c, i);
            return;
        }
    }
}

static int64_t present_ms(const struct clock *c)
{
    return c->base_ms + (int64_t)((read_ms(CLOCK_MONOTONIC) - c->anchor_ms) * c->speed);
}

/* Runs events up to `until_ms`, each at its own moment, then stands at `until_ms`. */
static void run_until(struct clock *c, int64_t until_ms)
{
    while (c->count > 0 && c->events[0].at_ms <= until_ms) {
        struct event event = take(c, 0);
        if (event.at_ms > c->now_ms)
            c->now_ms = event.at_ms;
        if (event.fn != NULL)
            event.fn(event.arg);
    }
    if (until_ms > c->now_ms)
        c->now_ms = until_ms;
}

void clock_advance(struct clock *c)
{
    run_until(c, present_ms(c));
}

/* From here on time goes on from `now_ms`. */
static void anchor(struct clock *c)
{
    c->base_ms = c->now_ms;
    c->anchor_ms = read_ms(CLOCK_MONOTONIC);
}

void clock_set_speed(struct clock *c, double speed)
{
    clock_advance(c);
    anchor(c);
    c->speed = speed;
}

void clock_stop(struct clock *c)
{
    clock_set_speed(c, 0);
}

void clock_step(struct clock *c, int64_t ms)
{
    clock_advance(c);
    run_until(c, c->now_ms + ms);
    anchor(c);
}

bool clock_step_next(struct clock *c)
{
    int64_t at_ms;
    if (!clock_next_ms(c, &at_ms))
        return false;
    run_until(c, at_ms);
    anchor(c);
    return true;
}

double clock_speed(const struct clock *c)
{
    return c->speed;
}

bool clock_next_ms(const struct clock *c, int64_t *at_ms)
{
    if (c->count == 0)
        return false;
    *at_ms = c->events[0].at_ms;
    return true;
}

void clock_clear(struct clock *c)
{
    c->count = 0;
}

static struct tm split(int64_t time_ms)
{
    time_t seconds = (time_t)(time_ms / 1000);
    struct tm tm;
    gmtime_r(&seconds, &tm);
    return tm;
}

const char *time_text(int64_t time_ms, char *out)
{
    struct tm tm = split(time_ms);
    size_t len = strftime(out, TIME_TEXT_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(out + len, TIME_TEXT_SIZE - len, ".%03dZ", (int)(time_ms % 1000));
    return out;
}

const char *time_http(int64_t time_ms, char *out)
{
    struct tm tm = split(time_ms);
    strftime(out, TIME_TEXT_SIZE, "%a, %d %b %Y %H:%M:%S GMT", &tm);
    return out;
}

bool time_parse(const char *text, int64_t *time_ms)
{
    struct tm tm = {0};
    const char *rest = text != NULL ? strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;
    if (rest == NULL)
        return false;
    double fraction = 0;
    if (*rest == '.') {
        char *end;
        fraction = strtod(rest, &end);
        rest = end;
    }
    if (strcmp(rest, "Z") != 0)
        return false;
    *time_ms = (int64_t)timegm(&tm) * 1000 + (int64_t)(fraction * 1000 + 0.5);
    return true;
}
