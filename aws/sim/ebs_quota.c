/* Requests a second: EBS direct's own limits. */
#include "aws/sim/ebs_quota.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aws/sim/ebs_error.h"
#include "aws/sim/mem.h"
#include "aws/sim/service.h"

/* "Amazon EBS endpoints and quotas": the codes of an action's limits. */
static const struct limits {
    const char *action, *of_account, *of_snapshot; /* of_snapshot NULL: no such limit */
} LIMITS[] = {
    {"StartSnapshot", "L-AFEBDF7A", NULL},     {"PutSnapshotBlock", "L-AFAE1BE8", "L-1774F84A"},
    {"CompleteSnapshot", "L-1D4D9345", NULL},  {"ListSnapshotBlocks", "L-18E976AB", NULL},
    {"ListChangedBlocks", "L-DB2FBAA1", NULL}, {"GetSnapshotBlock", "L-C125AE42", "L-028ACFB9"},
};

struct bucket_of {
    const struct limits *limits;
    const struct account *account;
    const struct region *region;
    char *snapshot; /* NULL: the account's */
    double left;
    int64_t at_ms;
    struct bucket_of *next;
};

static struct bucket_of *buckets;

static const struct limits *limits_of(const struct action *action)
{
    for (size_t i = 0; i < ARRAY_LEN(LIMITS); i++)
        if (strcmp(LIMITS[i].action, action->name) == 0)
            return &LIMITS[i];
    abort();
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* The bucket, refilled to the present. */
static struct bucket_of *find_bucket(const struct request *request, const struct limits *limits,
                                     const char *snapshot)
{
    const char *code = snapshot != NULL ? limits->of_snapshot : limits->of_account;
    double rate = world_quota(request->account, request->region->name, code);
    int64_t now_ms = clock_now_ms(request->world->clock);
    struct bucket_of *b = buckets;
    while (b != NULL && (b->limits != limits || b->account != request->account ||
                         b->region != request->region || !same_text(b->snapshot, snapshot)))
        b = b->next;
    if (b == NULL) {
        b = xcalloc(1, sizeof(*b));
        *b = (struct bucket_of){.limits = limits,
                                .account = request->account,
                                .region = request->region,
                                .snapshot = xstrdup_or_null(snapshot),
                                .left = rate,
                                .at_ms = now_ms,
                                .next = buckets};
        buckets = b;
    }
    b->left = fmin(rate, b->left + (double)(now_ms - b->at_ms) / 1000.0 * rate);
    b->at_ms = now_ms;
    return b;
}

bool ebs_quota_take(struct request *request, struct reply *reply, const char *snapshot)
{
    const struct limits *limits = limits_of(request->action);
    bool counted = snapshot != NULL && limits->of_snapshot != NULL;
    struct bucket_of *of_account = find_bucket(request, limits, NULL);
    struct bucket_of *of_snapshot = counted ? find_bucket(request, limits, snapshot) : NULL;
    if (of_account->left < 1) {
        ebs_refuse(request, reply, EBS_ACCOUNT_THROTTLED, "Request throttled for the account.");
        return false;
    }
    if (of_snapshot != NULL && of_snapshot->left < 1) {
        ebs_refuse(request, reply, EBS_SNAPSHOT_THROTTLED, "Request throttled for the snapshot.");
        return false;
    }
    of_account->left -= 1;
    if (of_snapshot != NULL)
        of_snapshot->left -= 1;
    return true;
}

void ebs_quota_clear(void)
{
    while (buckets != NULL) {
        struct bucket_of *next = buckets->next;
        free(buckets->snapshot);
        free(buckets);
        buckets = next;
    }
}
