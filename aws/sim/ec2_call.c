/* What every EC2 action does first: check its parameters, find what it names, replay its token. */
#include "aws/sim/ec2_call.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aws/sim/ec2_schema.h"
#include "aws/sim/mem.h"
#include "aws/sim/rng.h"
#include "aws/sim/service.h"

static const char *const COMMON[] = {"Action", "Version", "DryRun", NULL};

/* Whether `name` is `pattern`, in which a part N stands for a number: Filter.N.Value.N. */
static bool name_fits(const char *pattern, const char *name)
{
    while (*pattern != '\0') {
        if (*pattern == 'N' && (pattern[1] == '.' || pattern[1] == '\0') &&
            isdigit((unsigned char)*name)) {
            pattern++;
            while (isdigit((unsigned char)*name))
                name++;
        } else if (*pattern++ != *name++) {
            return false;
        }
    }
    return *name == '\0';
}

static bool is_known(const char *const *known, const char *name)
{
    for (; *known != NULL; known++) {
        if (name_fits(**known == '*' ? *known + 1 : *known, name))
            return true;
    }
    return false;
}

/* `ResourceId.N` is asked for as `ResourceId.1`. */
static bool is_given(const struct params *params, const char *required)
{
    char *first = xstrdup(required);
    char *number = strstr(first, ".N");
    if (number != NULL)
        *number = '\0';
    bool given = params_has(params, first);
    free(first);
    return given;
}

bool ec2_accept(struct request *request, struct reply *reply, const char *const *known)
{
    for (size_t i = 0; i < request->params.count; i++) {
        const char *name = request->params.list[i].name;
        if (!is_known(COMMON, name) && !is_known(known, name)) {
            reply_error(request, reply, 400, "UnknownParameter",
                        "The parameter %s is not recognized", name);
            return false;
        }
    }
    for (; *known != NULL; known++) {
        if (**known == '*' && !is_given(&request->params, *known + 1)) {
            reply_error(request, reply, 400, "MissingParameter",
                        "The request must contain the parameter %s", *known + 1);
            return false;
        }
    }
    if (params_true(&request->params, "DryRun")) {
        reply_error(request, reply, 412, "DryRunOperation",
                    "Request would have succeeded, but DryRun flag is set.");
        return false;
    }
    return true;
}

int64_t ec2_draw_ms(const struct ec2_resource *r, const char *kind, const char *name, int low_s,
                    int high_s)
{
    return world_range(r->world, kind, r->region, name, 0, INT64_C(1000) * low_s,
                       INT64_C(1000) * high_s);
}

int64_t ec2_now_ms(const struct request *request)
{
    return clock_now_ms(request->world->clock);
}

int64_t ec2_years_after(int64_t ms, int years)
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm parts;
    gmtime_r(&seconds, &parts);
    parts.tm_year += years;
    return (int64_t)timegm(&parts) * 1000 + ms % 1000;
}

void ec2_at(struct ec2_resource *r, int64_t at_ms, clock_fn *fn)
{
    clock_cancel(r->world->clock, r->event);
    r->event = clock_at(r->world->clock, at_ms, fn, r);
}

enum { HIDDEN_MIN_MS = 200, HIDDEN_MAX_MS = 5000, FLICKER_ONE_IN = 6 };

void ec2_settle(struct ec2_resource *r, const char *name)
{
    struct world *w = r->world;
    r->visible_ms = clock_now_ms(w->clock) +
                    world_range(w, "hidden", r->region, name, 0, HIDDEN_MIN_MS, HIDDEN_MAX_MS);
    clock_at(w->clock, r->visible_ms, NULL, NULL);
    uint64_t draw = rng_draw(w->seed, "flicker", r->region, name, 0);
    if (draw % FLICKER_ONE_IN == 0)
        r->flicker = 2 + (unsigned)(draw / FLICKER_ONE_IN % 2);
}

bool ec2_sighted(struct ec2_resource *r, bool ready)
{
    if (clock_now_ms(r->world->clock) < r->visible_ms)
        return false;
    if (!ready || r->flicker == 0)
        return true;
    return --r->flicker != 0;
}

bool ec2_owns(const struct request *request, const struct ec2_resource *r)
{
    return strcmp(r->account, request->account->id) == 0;
}

/* AWS's words about ids of one type. */
static const struct {
    const char *prefix;
    const char *malformed_code;
    const char *not_found_code;
    const char *before, *after; /* around the id in the not-found message */
    const char *kind;           /* in "Not authorized for image:ami-..."; NULL: as not found */
} WORDS[EC2_TYPES] = {
    [EC2_IMAGE] = {"ami-", "InvalidAMIID.Malformed", "InvalidAMIID.NotFound", "The image id '[",
                   "]' does not exist", "image"},
    [EC2_SNAPSHOT] = {"snap-", "InvalidSnapshotID.Malformed", "InvalidSnapshot.NotFound",
                      "The snapshot '", "' does not exist.", "snapshot"},
    [EC2_IMPORT] = {"import-snap-", "InvalidConversionTaskId.Malformed", "InvalidConversionTaskId",
                    "The import task '", "' does not exist.", NULL},
    [EC2_INSTANCE] = {"i-", "InvalidInstanceID.Malformed", "InvalidInstanceID.NotFound",
                      "The instance ID '", "' does not exist", NULL},
    [EC2_TEMPLATE] = {"lt-", "InvalidLaunchTemplateId.Malformed",
                      "InvalidLaunchTemplateId.NotFound",
                      "The specified launch template, with template ID ", ", does not exist.",
                      NULL},
    [EC2_RECIPE] = {"recipe-", "InvalidParameterValue", "InvalidParameterValue", "The recipe '",
                    "' does not exist.", NULL},
    [EC2_REPORT] = {"amiur-", "InvalidImageUsageReportId.Malformed",
                    "InvalidImageUsageReportId.NotFound", "The image usage report '",
                    "' does not exist.", NULL},
};

bool ec2_id_check(struct request *request, struct reply *reply, enum ec2_type type, const char *id)
{
    const char *prefix = WORDS[type].prefix;
    size_t length = strlen(prefix);
    bool fits = strncmp(id, prefix, length) == 0 && id[length] != '\0' &&
                strspn(id + length, "0123456789abcdef") == strlen(id + length);
    if (!fits)
        reply_error(request, reply, 400, WORDS[type].malformed_code,
                    "Invalid id: \"%s\" (expecting \"%s...\")", id, prefix);
    return fits;
}

bool ec2_ids_check(struct request *request, struct reply *reply, enum ec2_type type,
                   const char *prefix)
{
    const char *id;
    for (int i = 1; (id = params_getf(&request->params, "%s.%d", prefix, i)) != NULL; i++) {
        if (!ec2_id_check(request, reply, type, id))
            return false;
    }
    return true;
}

void ec2_not_found(struct request *request, struct reply *reply, enum ec2_type type,
                   const char *ids)
{
    reply_error(request, reply, 400, WORDS[type].not_found_code, "%s%s%s", WORDS[type].before, ids,
                WORDS[type].after);
}

/* An image that is only still listed cannot be used any more. */
static bool is_deregistered(const struct ec2_resource *r)
{
    return r->type == EC2_IMAGE && ((const struct ec2_image *)r)->state == EC2_IMAGE_DEREGISTERED;
}

struct ec2_resource *ec2_own(struct request *request, struct reply *reply, enum ec2_type type,
                             const char *id)
{
    if (!ec2_id_check(request, reply, type, id))
        return NULL;
    struct ec2_resource *r = ec2_store_find(type, request->region->name, id);
    bool hidden = r != NULL && WORDS[type].kind == NULL && !ec2_owns(request, r);
    if (r == NULL || hidden || ec2_now_ms(request) < r->visible_ms || is_deregistered(r)) {
        ec2_not_found(request, reply, type, id);
        return NULL;
    }
    if (!ec2_owns(request, r)) {
        reply_error(request, reply, 403, "AuthFailure", "Not authorized for %s:%s",
                    WORDS[type].kind, id);
        return NULL;
    }
    return r;
}

struct ec2_image *ec2_own_image(struct request *request, struct reply *reply, const char *id)
{
    return (struct ec2_image *)ec2_own(request, reply, EC2_IMAGE, id);
}

struct ec2_snapshot *ec2_own_snapshot(struct request *request, struct reply *reply, const char *id)
{
    return (struct ec2_snapshot *)ec2_own(request, reply, EC2_SNAPSHOT, id);
}

bool ec2_owner_fits(const struct request *request, const struct ec2_resource *r)
{
    if (!params_has(&request->params, "Owner"))
        return true;
    return ec2_list_has(request, "Owner", r->account) ||
           (ec2_list_has(request, "Owner", "self") && ec2_owns(request, r));
}

bool ec2_list_has(const struct request *request, const char *prefix, const char *value)
{
    const char *item;
    for (int i = 1; (item = params_getf(&request->params, "%s.%d", prefix, i)) != NULL; i++) {
        if (strcmp(item, value) == 0)
            return true;
    }
    return false;
}

/* A request with a client token, as it came first. */
struct token {
    char *account;
    char *region;
    char *result;
    const struct action *action;
    struct params params;
    struct token *next;
};

static struct token *tokens;

static bool same_params(const struct params *a, const struct params *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const char *other = params_get(b, a->list[i].name);
        if (other == NULL || strcmp(other, a->list[i].value) != 0)
            return false;
    }
    return true;
}

bool ec2_token_replay(struct request *request, struct reply *reply, const char **id)
{
    *id = NULL;
    const char *client_token = params_get(&request->params, "ClientToken");
    if (client_token == NULL)
        return true;
    for (const struct token *token = tokens; token != NULL; token = token->next) {
        if (token->action != request->action ||
            strcmp(params_get(&token->params, "ClientToken"), client_token) != 0 ||
            strcmp(token->account, request->account->id) != 0 ||
            strcmp(token->region, request->region->name) != 0)
            continue;
        if (!same_params(&token->params, &request->params)) {
            reply_error(request, reply, 400, "IdempotentParameterMismatch",
                        "The client token you have provided is associated with a resource that "
                        "was created with different parameters.");
            return false;
        }
        *id = token->result;
        return true;
    }
    return true;
}

void ec2_token_keep(const struct request *request, const char *id)
{
    if (params_get(&request->params, "ClientToken") == NULL)
        return;
    struct token *token = xcalloc(1, sizeof *token);
    token->account = xstrdup(request->account->id);
    token->region = xstrdup(request->region->name);
    token->result = xstrdup(id);
    token->action = request->action;
    params_copy(&token->params, &request->params);
    token->next = tokens;
    tokens = token;
}

void ec2_token_clear(void)
{
    while (tokens != NULL) {
        struct token *token = tokens;
        tokens = token->next;
        free(token->account);
        free(token->region);
        free(token->result);
        params_free(&token->params);
        free(token);
    }
}
