/* The only clock. */
#include "base/clock.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock_step.h"

enum { WALL_MS_MIN = 5, SLICE_MS = 50, RATE_MAX = 100000 };

/* Written once by clock_init(), before the first thread. */
static double rate = 1;
static bool stepped;
static int64_t monotonic_start_ns;
static time_t calendar_start;

/* What sleeps wait on while the clock is stepped. */
static pthread_mutex_t step_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t step_sleep;

static int64_t read_ns(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

bool clock_init(void)
{
    const char *text = getenv("TATAMI_CLOCK");
    double wanted = 1;
    bool steps = text != NULL && text[0] == '@';

    if (steps) {
        clock_cond_init(&step_sleep);
        if (!clock_step_open(text + 1))
            return false;
    } else if (text != NULL && *text != '\0') {
        char *end = NULL;
        wanted = strtod(text, &end);
        if (!isdigit((unsigned char)*text) || *end != '\0' || !(wanted >= 1 && wanted <= RATE_MAX))
            return false;
    }
    rate = wanted;
    stepped = steps;
    monotonic_start_ns = read_ns(CLOCK_MONOTONIC);
    calendar_start = time(NULL);
    return true;
}

clock_ms clock_now_ms(void)
{
    if (stepped)
        return clock_step_now();
    return (clock_ms)((double)(read_ns(CLOCK_MONOTONIC) - monotonic_start_ns) / 1e6 * rate);
}

time_t clock_calendar(void)
{
    /* At the wall's rate the wall's own steps are followed. */
    if (rate <= 1 && !stepped)
        return time(NULL);
    return calendar_start + (time_t)(clock_now_ms() / 1000);
}

double clock_rate(void)
{
    return rate;
}

clock_ms clock_of_wall_ms(clock_ms wall)
{
    return (clock_ms)((double)wall * clock_rate());
}

clock_ms clock_earlier(clock_ms a, clock_ms b)
{
    return a < b ? a : b;
}

int clock_wall_ms(clock_ms wait)
{
    if (wait <= 0)
        return 0;
    double wall = (double)wait / rate;
    if (wall >= INT_MAX)
        return INT_MAX;
    int whole = (int)wall + ((double)(int)wall < wall);
    return whole < WALL_MS_MIN ? WALL_MS_MIN : whole;
}

static struct timespec wall_deadline(int wall_ms)
{
    int64_t at = read_ns(CLOCK_MONOTONIC) + (int64_t)wall_ms * 1000000;

    return (struct timespec){.tv_sec = (time_t)(at / 1000000000),
                             .tv_nsec = (long)(at % 1000000000)};
}

void clock_cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attributes;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(cond, &attributes);
    pthread_condattr_destroy(&attributes);
}

bool clock_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex, clock_ms deadline)
{
    if (stepped)
        return clock_step_wait(cond, mutex, deadline, NULL);
    int wall_ms = clock_wall_ms(deadline - clock_now_ms());

    if (wall_ms == 0)
        return false;
    struct timespec at = wall_deadline(wall_ms);
    return pthread_cond_timedwait(cond, mutex, &at) != ETIMEDOUT;
}

static bool cancelled(const atomic_bool *cancel)
{
    return cancel != NULL && atomic_load(cancel);
}

static bool sleep_stepped(clock_ms deadline, const atomic_bool *cancel)
{
    bool goes_on = true;

    pthread_mutex_lock(&step_lock);
    while (goes_on && !cancelled(cancel)) {
        struct timespec slice = wall_deadline(SLICE_MS);
        goes_on = clock_step_wait(&step_sleep, &step_lock, deadline, &slice);
    }
    pthread_mutex_unlock(&step_lock);
    return !cancelled(cancel);
}

bool clock_sleep_ms(clock_ms duration, const atomic_bool *cancel)
{
    if (stepped)
        return sleep_stepped(clock_now_ms() + duration, cancel);
    int left = clock_wall_ms(duration);

    while (left > 0) {
        if (cancelled(cancel))
            return false;
        int slice = left < SLICE_MS ? left : SLICE_MS;
        struct timespec at = wall_deadline(slice);
        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
            ;
        left -= slice;
    }
    return !cancelled(cancel);
}

void clock_format_iso(time_t t, char out[24])
{
    struct tm utc = {0};

    gmtime_r(&t, &utc);
    if (strftime(out, 24, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        out[0] = '\0';
}

time_t clock_parse_iso(const char *text)
{
    struct tm utc = {0};

    if (text == NULL || strlen(text) < 20 || !isdigit((unsigned char)text[0]))
        return -1;
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S", &utc);
    if (end == NULL)
        return -1;
    if (*end == '.') {
        size_t digits = strspn(end + 1, "0123456789");
        if (digits == 0)
            return -1;
        end += 1 + digits;
    }
    return strcmp(end, "Z") == 0 ? timegm(&utc) : -1;
}
