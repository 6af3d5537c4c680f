/* Token buckets per account, region and action, refilled in simulated time. */
#include "aws/sim/throttle.h"
#include "aws/sim/mem.h"
#include "aws/sim/service.h"
#include "aws/sim/session.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct rate {
    double capacity, refill_s;
};

/* What an action has that has no row of its own. */
static const struct rate class_rates[] = {
    [BUCKET_READ] = {100, 20},
    [BUCKET_MUTATE] = {50, 5},
};

/* Lists that are asked for whole, neither filtered nor in pages. */
static const struct rate whole_list_rate = {50, 10};
static const char *const whole_lists[] = {
    "DescribeInstances",
    "DescribeInstanceStatus",
    "DescribeSnapshots",
};

static const struct {
    const char *action;
    struct rate rate;
} own_rates[] = {
    {"CopyImage", {100, 1}},
    {"CreateTags", {100, 10}},
    {"DeleteTags", {100, 10}},
    {"DeleteSnapshot", {100, 5}},
    {"DeregisterImage", {100, 5}},
    {"ModifyImageAttribute", {100, 5}},
    {"ModifySnapshotAttribute", {100, 5}},
    {"TerminateInstances", {100, 5}},
    {"RunInstances", {5, 2}},
    {"EnableImageBlockPublicAccess", {1, 0.1}},
    {"DisableImageBlockPublicAccess", {1, 0.1}},
    {"EnableSnapshotBlockPublicAccess", {1, 0.1}},
    {"DisableSnapshotBlockPublicAccess", {1, 0.1}},
};

struct tokens {
    const struct account *account;
    const struct action *action;
    const struct rate *rate;
    double left;
    int64_t at_ms;
    struct tokens *next;
};

struct throttle {
    struct tokens *regions[REGION_MAX];
};

struct throttle *throttle_new(void)
{
    return xcalloc(1, sizeof(struct throttle));
}

void throttle_free(struct throttle *t)
{
    for (size_t i = 0; t != NULL && i < REGION_MAX; i++) {
        while (t->regions[i] != NULL) {
            struct tokens *next = t->regions[i]->next;
            free(t->regions[i]);
            t->regions[i] = next;
        }
    }
    free(t);
}

static bool is_whole_list(const struct request *request)
{
    bool listed = false;
    for (size_t i = 0; i < ARRAY_LEN(whole_lists); i++)
        listed = listed || strcmp(request->action->name, whole_lists[i]) == 0;
    for (size_t i = 0; listed && i < request->params.count; i++) {
        const char *name = request->params.list[i].name;
        listed = strncmp(name, "Filter", 6) != 0 && strcmp(name, "MaxResults") != 0 &&
                 strstr(name, "Id.") == NULL;
    }
    return listed;
}

static const struct rate *rate_of(const struct request *request)
{
    for (size_t i = 0; i < ARRAY_LEN(own_rates); i++)
        if (strcmp(own_rates[i].action, request->action->name) == 0)
            return &own_rates[i].rate;
    return is_whole_list(request) ? &whole_list_rate : &class_rates[request->action->bucket];
}

/* What is in a bucket when it is first asked for: all, unless the world says that others were there
 * before. */
static double first_tokens(const struct request *request, const struct rate *rate)
{
    const cJSON *row = session_row(request->world, "tokens", "action", request->action->name);
    const cJSON *left = cJSON_GetObjectItemCaseSensitive(row, "left");
    return cJSON_IsNumber(left) ? fmin(left->valuedouble, rate->capacity) : rate->capacity;
}

static struct tokens *tokens_of(struct throttle *t, const struct request *request)
{
    const struct rate *rate = rate_of(request);
    struct tokens **head = &t->regions[region_index(request->region)];
    for (struct tokens *b = *head; b != NULL; b = b->next)
        if (b->account == request->account && b->action == request->action && b->rate == rate)
            return b;
    struct tokens *b = xcalloc(1, sizeof(*b));
    *b = (struct tokens){.account = request->account,
                         .action = request->action,
                         .rate = rate,
                         .left = first_tokens(request, rate),
                         .at_ms = clock_now_ms(request->world->clock),
                         .next = *head};
    *head = b;
    return b;
}

bool throttle_take(struct throttle *t, const struct request *request)
{
    if (request->action->bucket == BUCKET_NONE || request->account == NULL)
        return true;
    struct tokens *b = tokens_of(t, request);
    int64_t now_ms = clock_now_ms(request->world->clock);
    double refilled = b->left + (double)(now_ms - b->at_ms) / 1000.0 * b->rate->refill_s;
    b->left = fmin(refilled, b->rate->capacity);
    b->at_ms = now_ms;
    if (b->left < 1)
        return false;
    b->left -= 1;
    return true;
}
