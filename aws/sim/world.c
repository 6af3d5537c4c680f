/* What exists before anybody asks, and the one lock. WORLD.md describes the file of --world. */
#include "aws/sim/world.h"
#include "aws/sim/fault.h"
#include "aws/sim/mem.h"
#include "aws/sim/quota.h"
#include "aws/sim/rng.h"
#include "aws/sim/service.h"
#include "aws/sim/stats.h"
#include "aws/sim/throttle.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct account *world_account(struct world *w, const char *id)
{
    struct account *a = w->accounts;
    while (a != NULL && strcmp(a->id, id) != 0)
        a = a->next;
    return a;
}

static struct access_key *find_key(struct world *w, const char *id)
{
    struct access_key *key = w->keys;
    while (key != NULL && strcmp(key->id, id) != 0)
        key = key->next;
    return key;
}

const struct access_key *world_key(struct world *w, const char *access_key_id)
{
    return find_key(w, access_key_id);
}

static struct account *make_account(struct world *w, const char *id)
{
    struct account *a = world_account(w, id);
    if (a == NULL) {
        a = xcalloc(1, sizeof(*a));
        snprintf(a->id, sizeof(a->id), "%s", id);
        a->next = w->accounts;
        w->accounts = a;
    }
    free(a->alias);
    free(a->organization_id);
    a->alias = a->organization_id = NULL;
    params_free(&a->quotas);
    for (size_t i = 0; i < region_count; i++)
        a->region_on[i] = true;
    return a;
}

static void free_texts(struct access_key *key)
{
    free((void *)key->secret);
    free((void *)key->session_token);
    free((void *)key->arn);
    free((void *)key->unique_id);
}

void world_set_key(struct world *w, const struct access_key *values)
{
    struct access_key *key = find_key(w, values->id);
    if (key == NULL) {
        key = xcalloc(1, sizeof(*key));
        key->id = xstrdup(values->id);
        key->next = w->keys;
        w->keys = key;
    }
    free_texts(key);
    key->secret = xstrdup(values->secret);
    key->session_token = xstrdup_or_null(values->session_token);
    key->arn = xstrdup(values->arn);
    key->unique_id = xstrdup(values->unique_id);
    key->expires_ms = values->expires_ms;
    key->account = values->account;
}

static const char *text_of(const cJSON *object, const char *name, const char *otherwise)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    return text != NULL ? text : otherwise;
}

static bool load_key(struct world *w, struct account *a, const cJSON *json, char **why)
{
    const char *id = text_of(json, "id", NULL), *secret = text_of(json, "secret", NULL);
    if (id == NULL || secret == NULL) {
        *why = xstrdup("a key needs an id and a secret");
        return false;
    }
    char *user = xasprintf("arn:aws:iam::%s:user/release", a->id);
    struct access_key key = {.id = id,
                             .secret = secret,
                             .session_token = text_of(json, "session_token", NULL),
                             .arn = text_of(json, "arn", user),
                             .unique_id = text_of(json, "user_id", "AIDATATAMISIMRELEASE1"),
                             .account = a};
    const char *expires = text_of(json, "expires", NULL);
    const cJSON *expires_in = cJSON_GetObjectItemCaseSensitive(json, "expires_in_s");
    bool ok = expires == NULL || time_parse(expires, &key.expires_ms);
    if (cJSON_IsNumber(expires_in))
        key.expires_ms = wall_now_ms() + (int64_t)(expires_in->valuedouble * 1000);
    if (ok)
        world_set_key(w, &key);
    else
        *why = xasprintf("no such time: %s", expires);
    free(user);
    return ok;
}

bool world_load_keys(struct world *w, const char *account, const cJSON *json, char **why)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(json, "keys"))
    {
        if (!load_key(w, world_account(w, account), item, why))
            return false;
    }
    return true;
}

static bool load_regions_off(struct account *a, const cJSON *list, char **why)
{
    const cJSON *name;
    cJSON_ArrayForEach(name, list)
    {
        const struct region *region = region_find(cJSON_GetStringValue(name));
        if (region == NULL || !region->opt_in) {
            *why = xstrdup("regions_off names opt-in regions only");
            return false;
        }
        a->region_on[region_index(region)] = false;
    }
    return true;
}

static bool load_account(struct world *w, const cJSON *json, char **why)
{
    const char *id = text_of(json, "id", "");
    if (strlen(id) != 12 || strspn(id, "0123456789") != 12) {
        *why = xstrdup("an account's id has 12 digits");
        return false;
    }
    struct account *a = make_account(w, id);
    a->alias = xstrdup_or_null(text_of(json, "alias", NULL));
    a->organization_id = xstrdup_or_null(text_of(json, "organization", NULL));
    const cJSON *item;
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(json, "quotas"))
    {
        char *number = xasprintf("%.17g", item->valuedouble);
        params_set(&a->quotas, item->string, number);
        free(number);
    }
    if (!load_regions_off(a, cJSON_GetObjectItemCaseSensitive(json, "regions_off"), why))
        return false;
    return world_load_keys(w, id, json, why);
}

/* The account that the documentation names, then those of --world, which may amend it. */
static bool load_accounts(struct world *w, char **why)
{
    struct account *a = make_account(w, WORLD_ACCOUNT);
    a->alias = xstrdup("acme");
    a->organization_id = xstrdup("o-tatamisim01");
    world_set_key(w, &(struct access_key){.id = "AKIATATAMISIM",
                                          .secret = "simulated-secret",
                                          .arn = "arn:aws:iam::" WORLD_ACCOUNT ":user/release",
                                          .unique_id = "AIDATATAMISIMRELEASE1",
                                          .account = a});
    const cJSON *json;
    cJSON_ArrayForEach(json, cJSON_GetObjectItemCaseSensitive(w->start, "accounts"))
    {
        if (!load_account(w, json, why))
            return false;
    }
    return true;
}

/* A section that nobody reads is a misspelt one. */
static bool check_sections(const cJSON *start, char **why)
{
    static const char *const known =
        " accounts buckets roles images snapshots importTasks blockPublicAccess "
        "instances launchTemplates imageRecipes imageUsage retentionRules generate pages "
        "parameters identityTokens mfaDevices ssoSessions machines tokens ";
    const cJSON *section;
    cJSON_ArrayForEach(section, start)
    {
        char *word = xasprintf(" %s ", section->string);
        bool found = strstr(known, word) != NULL && cJSON_IsArray(section);
        free(word);
        if (found)
            continue;
        *why = xasprintf("a world has no list of that name: %s", section->string);
        return false;
    }
    return true;
}

static bool load(struct world *w, char **why)
{
    bool ok = check_sections(w->start, why) && load_accounts(w, why);
    for (size_t i = 0; ok && services[i] != NULL; i++)
        if (services[i]->load != NULL)
            ok = services[i]->load(w, w->start, why);
    return ok;
}

bool world_init(struct world *w, uint64_t seed, double speed, cJSON *start)
{
    *w = (struct world){.clock = clock_new(speed),
                        .seed = seed,
                        .faults = faults_new(),
                        .throttle = throttle_new(),
                        .start = start};
    pthread_mutex_init(&w->lock, NULL);
    char *why = NULL;
    bool ok = load(w, &why);
    if (!ok)
        fprintf(stderr, "tatami-sim: %s\n", why);
    free(why);
    return ok;
}

void world_reset(struct world *w)
{
    clock_clear(w->clock);
    faults_clear(w->faults);
    throttle_free(w->throttle);
    w->throttle = throttle_new();
    stats_clear();
    for (size_t i = 0; services[i] != NULL; i++)
        if (services[i]->reset != NULL)
            services[i]->reset(w);
    /* It was understood at the start, so it is understood again. */
    char *why = NULL;
    load(w, &why);
    free(why);
}

void world_free(struct world *w)
{
    for (size_t i = 0; services[i] != NULL; i++)
        if (services[i]->reset != NULL)
            services[i]->reset(w);
    while (w->keys != NULL) {
        struct access_key *key = w->keys;
        w->keys = key->next;
        free_texts(key);
        free((void *)key->id);
        free(key);
    }
    while (w->accounts != NULL) {
        struct account *a = w->accounts;
        w->accounts = a->next;
        free(a->alias);
        free(a->organization_id);
        params_free(&a->quotas);
        free(a);
    }
    stats_clear();
    faults_free(w->faults);
    throttle_free(w->throttle);
    clock_free(w->clock);
    cJSON_Delete(w->start);
    pthread_mutex_destroy(&w->lock);
}

void world_lock(struct world *w)
{
    pthread_mutex_lock(&w->lock);
    clock_advance(w->clock);
}

void world_unlock(struct world *w)
{
    pthread_mutex_unlock(&w->lock);
}

double world_quota(const struct account *a, const char *region, const char *code)
{
    const char *own = params_getf(&a->quotas, "%s/%s", region, code);
    if (own == NULL)
        own = params_get(&a->quotas, code);
    const struct quota *quota = quota_find(code);
    return own != NULL ? strtod(own, NULL) : quota != NULL ? quota->value : 0;
}

char *world_id(struct world *w, const char *prefix)
{
    return xasprintf("%s0%016" PRIx64, prefix, rng_draw(w->seed, "id", prefix, "", ++w->ids));
}

int64_t world_range(const struct world *w, const char *kind, const char *region, const char *name,
                    uint64_t n, int64_t low, int64_t high)
{
    return rng_range(w->seed, kind, region, name, n, low, high);
}
