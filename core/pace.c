/* The pace of all transfers together. */
#include "core/pace.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"
#include "core/pace_bucket.h"
#include "core/pace_limit.h"

enum { WAIT_MS = 5, BYTES_S_MIN = 2 << 20 /* of one connection under a limit on bytes */ };

struct pace {
    atomic_int fixed; /* connections; 0: it adapts */
    atomic_int found; /* the number that it has found */
    atomic_int sharers;
    atomic_bool paused;
    atomic_bool quota_asked;
    atomic_uint_least64_t rate_bytes_s;

    pthread_mutex_t lock; /* the rest */
    struct pace_bucket bucket;
    struct pace_limit limit;
};

/* Connections answer to the wall: a faster clock does not bring AWS nearer. */
static int64_t wall_us(void)
{
    return (int64_t)((double)clock_now_ms() * 1000 / clock_rate());
}

struct pace *pace_new(void)
{
    struct pace *p = xcalloc(1, sizeof *p);

    pthread_mutex_init(&p->lock, NULL);
    pace_limit_init(&p->limit, wall_us());
    atomic_store(&p->found, p->limit.limit);
    pace_set_quota(p, PACE_REQUESTS_S);
    return p;
}

void pace_free(struct pace *p)
{
    if (p == NULL)
        return;
    pthread_mutex_destroy(&p->lock);
    free(p);
}

void pace_set_connections(struct pace *p, int connections)
{
    atomic_store(&p->fixed,
                 connections > PACE_CONNECTIONS_MAX ? PACE_CONNECTIONS_MAX : connections);
}

void pace_set_rate(struct pace *p, uint64_t bytes_s)
{
    atomic_store(&p->rate_bytes_s, bytes_s);
}

void pace_set_quota(struct pace *p, double requests_s)
{
    if (requests_s < 1)
        return;
    pthread_mutex_lock(&p->lock);
    if (requests_s != p->bucket.quota)
        pace_bucket_init(&p->bucket, requests_s, clock_now_ms());
    pthread_mutex_unlock(&p->lock);
}

bool pace_wants_quota(struct pace *p)
{
    return !atomic_exchange(&p->quota_asked, true);
}

void pace_set_paused(struct pace *p, bool paused)
{
    atomic_store(&p->paused, paused);
}

bool pace_paused(const struct pace *p)
{
    return atomic_load(&p->paused);
}

bool pace_is_fixed(const struct pace *p)
{
    return atomic_load(&p->fixed) > 0;
}

int pace_connections(const struct pace *p)
{
    int fixed = atomic_load(&p->fixed), found = atomic_load(&p->found);
    uint64_t rate = atomic_load(&p->rate_bytes_s);

    if (fixed > 0)
        return fixed;
    if (rate > 0 && rate / BYTES_S_MIN < (uint64_t)found)
        found = (int)(rate / BYTES_S_MIN) + 1;
    return found;
}

void pace_join(struct pace *p)
{
    atomic_fetch_add(&p->sharers, 1);
}

void pace_leave(struct pace *p)
{
    atomic_fetch_sub(&p->sharers, 1);
}

static int sharers(const struct pace *p)
{
    int n = atomic_load(&p->sharers);
    return n < 1 ? 1 : n;
}

int pace_share(const struct pace *p)
{
    int share = pace_connections(p) / sharers(p);
    return share < 1 ? 1 : share;
}

uint64_t pace_connection_rate(const struct pace *p, int connections)
{
    uint64_t rate = atomic_load(&p->rate_bytes_s);

    return rate == 0 ? 0 : rate / ((uint64_t)connections * (uint64_t)sharers(p)) + 1;
}

bool pace_wait(struct pace *p, const atomic_bool *cancel)
{
    for (;;) {
        pthread_mutex_lock(&p->lock);
        bool may = pace_bucket_take(&p->bucket, clock_now_ms());
        pthread_mutex_unlock(&p->lock);
        if (may)
            return true;
        if (!clock_sleep_ms(WAIT_MS, cancel))
            return false;
    }
}

void pace_answered(struct pace *p, int64_t duration_us, enum err_kind kind)
{
    pthread_mutex_lock(&p->lock);
    if (kind == ERR_THROTTLED)
        pace_bucket_throttled(&p->bucket, clock_now_ms());
    /* Under a limit on bytes an answer's time says how we send, not how AWS answers. */
    else if (kind == ERR_NONE && atomic_load(&p->rate_bytes_s) == 0)
        pace_limit_answer(&p->limit, wall_us(), duration_us);
    atomic_store(&p->found, p->limit.limit);
    pthread_mutex_unlock(&p->lock);
}
