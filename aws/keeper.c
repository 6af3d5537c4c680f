/* The credentials of a session: kept, and renewed before they end, once for all threads. */
#include "aws/keeper.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"

enum {
    ADVISORY_S = 15 * 60,
    MANDATORY_S = 10 * 60,
    ADVISORY_PART = 3, /* of their life, where that is shorter */
    MANDATORY_PART = 6,
    AGAIN_S = 60, /* between two renewals that fail */
};

struct keeper {
    struct signin with;
    char *source; /* of the first ones */
    pthread_mutex_t lock;
    pthread_cond_t renewed;
    /* Under the lock. */
    struct credentials keys;
    int64_t got_at;
    int64_t tried_at; /* the last renewal that brought nothing better; 0 for none */
    char *refused_id; /* of the keys that AWS has called expired; NULL for none */
    bool renewing;
    struct err failure; /* of the last renewal; ERR_NONE when it went well */
};

static struct keeper *make(void)
{
    struct keeper *k = xcalloc(1, sizeof *k);

    pthread_mutex_init(&k->lock, NULL);
    pthread_cond_init(&k->renewed, NULL);
    k->got_at = (int64_t)time(NULL);
    return k;
}

struct keeper *keeper_new(const struct signin *with, struct err *err)
{
    struct keeper *k = make();

    if (!credentials_resolve(with, &k->keys, err)) {
        keeper_free(k);
        return NULL;
    }
    k->with = *with;
    k->with.ask = NULL;
    k->with.cancel = NULL;
    k->source = xstrdup(k->keys.source);
    return k;
}

struct keeper *keeper_of(const struct credentials *keys)
{
    struct keeper *k = make();

    if (keys != NULL) {
        k->keys = credentials_copy(keys);
        k->source = xstrdup_or_null(keys->source);
    }
    return k;
}

void keeper_free(struct keeper *k)
{
    if (k == NULL)
        return;
    credentials_free(&k->keys);
    pthread_mutex_destroy(&k->lock);
    pthread_cond_destroy(&k->renewed);
    free(k->refused_id);
    free(k->source);
    free(k);
}

/* The moment from which they are to be renewed: so long before their end, or so small a part of
 * their life. */
static int64_t from(const struct keeper *k, int before_s, int part)
{
    int64_t life_s = k->keys.expires_at - k->got_at;

    return k->keys.expires_at - (life_s / part < before_s ? life_s / part : before_s);
}

static bool can_renew(const struct keeper *k)
{
    return k->with.config != NULL;
}

/* Gets others while the lock is let go; with the lock held before and after. */
static void renew(struct keeper *k, int64_t now, bool anew)
{
    struct signin with = k->with;
    struct credentials fresh = {0};
    struct err err = ERR_INIT;

    k->renewing = true;
    k->tried_at = now;
    with.anew = anew;
    pthread_mutex_unlock(&k->lock);
    bool ok = credentials_resolve(&with, &fresh, &err);
    pthread_mutex_lock(&k->lock);
    k->renewing = false;
    /* They were good and are no longer: what begins again with others goes on. */
    if (!ok && !err_is_passing(err.kind))
        err.kind = ERR_EXPIRED;
    k->failure = err;
    if (ok) {
        if (fresh.expires_at > k->keys.expires_at)
            k->tried_at = 0;
        credentials_free(&k->keys);
        k->keys = fresh;
        k->got_at = now;
    }
    pthread_cond_broadcast(&k->renewed);
}

/* Whether this thread is to renew them, with the lock held. */
static bool is_due(const struct keeper *k, int64_t now)
{
    return can_renew(k) && k->keys.expires_at != 0 && !k->renewing &&
           now >= from(k, ADVISORY_S, ADVISORY_PART) &&
           (k->tried_at == 0 || now >= k->tried_at + AGAIN_S);
}

static bool fail(const struct keeper *k, struct err *err)
{
    if (k->failure.kind != ERR_NONE) {
        if (err != NULL)
            *err = k->failure;
        return false;
    }
    err_set(err, ERR_EXPIRED, "the credentials from the %s have expired", k->keys.source);
    return err_advise(err, "get new ones; a release goes on where it was");
}

bool keeper_take(struct keeper *k, int64_t now, struct credentials *out, struct err *err)
{
    pthread_mutex_lock(&k->lock);
    if (is_due(k, now))
        renew(k, now, false);
    while (k->renewing && now >= from(k, MANDATORY_S, MANDATORY_PART))
        pthread_cond_wait(&k->renewed, &k->lock);
    bool ok = k->keys.expires_at == 0 || now < k->keys.expires_at || fail(k, err);
    *out = ok ? credentials_copy(&k->keys) : (struct credentials){0};
    pthread_mutex_unlock(&k->lock);
    return ok;
}

bool keeper_replace(struct keeper *k, const char *access_key_id, int64_t now)
{
    pthread_mutex_lock(&k->lock);
    while (k->renewing)
        pthread_cond_wait(&k->renewed, &k->lock);
    bool same = k->keys.access_key_id != NULL && strcmp(k->keys.access_key_id, access_key_id) == 0;
    if (same && can_renew(k) && (k->tried_at == 0 || now >= k->tried_at + AGAIN_S))
        renew(k, now, true);
    bool other = k->keys.access_key_id != NULL && strcmp(k->keys.access_key_id, access_key_id) != 0;
    if (!other) {
        free(k->refused_id);
        k->refused_id = xstrdup(access_key_id);
    }
    pthread_mutex_unlock(&k->lock);
    return other;
}

static bool are_good(const struct keeper *k, int64_t now)
{
    bool refused = k->refused_id != NULL && k->keys.access_key_id != NULL &&
                   strcmp(k->keys.access_key_id, k->refused_id) == 0;
    return !refused && (k->keys.expires_at == 0 || now < k->keys.expires_at);
}

bool keeper_renew(struct keeper *k, int64_t now, struct err *err)
{
    pthread_mutex_lock(&k->lock);
    while (k->renewing)
        pthread_cond_wait(&k->renewed, &k->lock);
    if (!are_good(k, now) && can_renew(k))
        renew(k, now, true);
    bool ok = are_good(k, now) || fail(k, err);
    pthread_mutex_unlock(&k->lock);
    return ok;
}

bool keeper_may_change(const struct keeper *k)
{
    return k->source == NULL || strcmp(k->source, credentials_environment.name) != 0;
}

const char *keeper_source(const struct keeper *k)
{
    return k->source;
}

int64_t keeper_expires_at(struct keeper *k)
{
    pthread_mutex_lock(&k->lock);
    int64_t at = k->keys.expires_at;
    pthread_mutex_unlock(&k->lock);
    return at;
}
