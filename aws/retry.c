/* Error kind to wait or stop. */
#include "aws/retry.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"

enum {
    BUCKET_TOKENS = 500,
    COST_RETRY = 5,
    COST_TIMEOUT = 10,
    WAIT_S_MAX = 20,
    ASKED_MS_MAX = 60000,
};

struct retry_bucket {
    pthread_mutex_t lock;
    int tokens;
};

static const struct price {
    enum err_kind kind;
    int cost;
} prices[] = {
    {ERR_NETWORK, COST_RETRY}, {ERR_SERVER, COST_RETRY},    {ERR_THROTTLED, COST_RETRY},
    {ERR_REPLY, COST_RETRY},   {ERR_TIMEOUT, COST_TIMEOUT},
};

struct retry_bucket *retry_bucket_new(void)
{
    struct retry_bucket *b = xcalloc(1, sizeof *b);

    pthread_mutex_init(&b->lock, NULL);
    b->tokens = BUCKET_TOKENS;
    return b;
}

void retry_bucket_free(struct retry_bucket *b)
{
    if (b == NULL)
        return;
    pthread_mutex_destroy(&b->lock);
    free(b);
}

/* 0 when such an error is not repeated. */
static int cost_of(enum err_kind kind)
{
    for (size_t i = 0; i < ARRAY_LEN(prices); i++)
        if (prices[i].kind == kind)
            return prices[i].cost;
    return 0;
}

static bool take_tokens(struct retry_bucket *b, int cost)
{
    pthread_mutex_lock(&b->lock);
    bool enough = b->tokens >= cost;
    if (enough)
        b->tokens -= cost;
    pthread_mutex_unlock(&b->lock);
    return enough;
}

static long random_wait_ms(int attempt)
{
    uint32_t random = 0;
    int64_t most_s = attempt > 5 ? WAIT_S_MAX : 1LL << (attempt - 1);

    if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
        random = UINT32_MAX;
    return (long)((most_s < WAIT_S_MAX ? most_s : WAIT_S_MAX) * 1000 * random / UINT32_MAX);
}

bool retry_next(struct retry_bucket *b, struct retry_state *s, const struct err *err,
                int max_attempts, long retry_after_ms, long *wait_ms)
{
    int cost = cost_of(err->kind);

    *wait_ms = -1;
    if (cost == 0 || s->attempt >= max_attempts || !take_tokens(b, cost))
        return false;
    s->last_cost = cost;
    *wait_ms = random_wait_ms(s->attempt);
    if (retry_after_ms >= 0)
        *wait_ms = retry_after_ms < ASKED_MS_MAX ? retry_after_ms : ASKED_MS_MAX;
    return true;
}

void retry_success(struct retry_bucket *b, struct retry_state *s)
{
    pthread_mutex_lock(&b->lock);
    b->tokens += s->last_cost == 0 ? 1 : s->last_cost;
    if (b->tokens > BUCKET_TOKENS)
        b->tokens = BUCKET_TOKENS;
    pthread_mutex_unlock(&b->lock);
    s->last_cost = 0;
}
