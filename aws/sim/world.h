/* What exists before anybody asks: accounts, keys, regions; the one lock, the clock, the seed. */
#ifndef AWS_SIM_WORLD_H
#define AWS_SIM_WORLD_H

#include "aws/sim/clock.h"
#include "aws/sim/params.h"
#include "aws/sim/region.h"
#include <cjson/cJSON.h>
#include <pthread.h>

#define WORLD_ACCOUNT "123456789012" /* the account that is always there */

struct access_key {
    const char *id, *secret;
    const char *session_token;   /* NULL: a long-term key */
    int64_t expires_ms;          /* wall time; 0: never */
    const char *arn, *unique_id; /* whom it speaks for: GetCallerIdentity's Arn and UserId */
    struct account *account;
    struct access_key *next;
};

struct account {
    char id[13];
    char *alias; /* NULL: none */
    char *organization_id;
    bool region_on[REGION_MAX];
    struct params quotas; /* "L-0E3CBAB9" or "us-east-1/L-0E3CBAB9" to a number */
    struct account *next;
};

/* One a process. All below is guarded by the lock. */
struct world {
    pthread_mutex_t lock;
    struct clock *clock;
    uint64_t seed;
    uint64_t ids; /* how many were made */
    struct account *accounts;
    struct access_key *keys;
    struct faults *faults;
    struct throttle *throttle;
    cJSON *start; /* what --world said, NULL without; every service loads its part again at reset */
};

/* A world as the documentation has it (account 123456789012), plus what `start` says (taken over,
 * may be NULL). False with a sentence on standard error when `start` cannot be understood.
 * Thread: main. */
bool world_init(struct world *w, uint64_t seed, double speed, cJSON *start);
void world_free(struct world *w);

/* Back to the start: resources, faults, throttles, events, request counts; the time goes on.
 * Thread: any, lock held. */
void world_reset(struct world *w);

/* Takes the lock, brings simulated time to the present and runs what is due. Thread: any. */
void world_lock(struct world *w);
void world_unlock(struct world *w);

/* NULL when there is none. Thread: any, lock held. */
struct account *world_account(struct world *w, const char *id);
const struct access_key *world_key(struct world *w, const char *access_key_id);

/* Adds a key, or changes the one of that id; copies all texts. Thread: any, lock held. */
void world_set_key(struct world *w, const struct access_key *values);

/* Adds the keys of {"keys": [...]} to an account. False with a malloc'd sentence in *why.
 * Thread: any, lock held. */
bool world_load_keys(struct world *w, const char *account, const cJSON *json, char **why);

/* A quota of an account: its own for that region, its own for all, else AWS's default; 0 for a
 * code that is unknown (quota.c has the table). Thread: any, lock held. */
double world_quota(const struct account *a, const char *region, const char *code);

/* A new id such as `ami-0` and 16 hexadecimal digits for prefix "ami-"; malloc'd, unique, the same
 * for the same seed and order. Thread: any, lock held. */
char *world_id(struct world *w, const char *prefix);

/* Draws for this world's seed: see rng.h. Thread: any. */
int64_t world_range(const struct world *w, const char *kind, const char *region, const char *name,
                    uint64_t n, int64_t low, int64_t high);

#endif
