/* Retention rules: made, shown, deleted, and asked for how long they keep what is deleted. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/sim/mem.h"
#include "aws/sim/rbin.h"
#include "aws/sim/rng.h"

static const int64_t DAY_MS = INT64_C(24) * 3600 * 1000;

enum { ID_LEN = 11, DAYS_MOST = 3650, LARGEST_PAGE = 1000, TAGS_MOST = 50, RULES_MOST = 250 };

/* A rule in the words of the API, as it was asked for. */
struct rule {
    char id[ID_LEN + 1];
    const char *account; /* borrowed from the world */
    const struct region *region;
    int64_t active_ms; /* keeps nothing before */
    cJSON *words;
    struct rule *next;
};

static struct rule *rules; /* the newest first */

static const char *const TYPES[] = {[RBIN_IMAGE] = "EC2_IMAGE", [RBIN_SNAPSHOT] = "EBS_SNAPSHOT"};

/* What CreateRule takes over into the rule. */
static const char *const MEMBERS[] = {
    "RetentionPeriod",     "Description",       "ResourceType", "ResourceTags",
    "ExcludeResourceTags", "LockConfiguration", "Tags"};

static const cJSON *member(const cJSON *json, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(json, name);
}

static const char *text_of(const cJSON *json, const char *name)
{
    const char *text = cJSON_GetStringValue(member(json, name));
    return text == NULL ? "" : text;
}

static int64_t retention_days(const cJSON *words)
{
    const cJSON *period = member(words, "RetentionPeriod");
    const cJSON *value = member(period, "RetentionPeriodValue");
    bool days = strcmp(text_of(period, "RetentionPeriodUnit"), "DAYS") == 0;
    return days && cJSON_IsNumber(value) ? value->valueint : 0;
}

/* Whether a resource has one of the tags of a list; a tag without a value fits any. */
static bool has_one(const cJSON *list, const struct params *tags)
{
    const cJSON *tag;
    cJSON_ArrayForEach(tag, list)
    {
        const char *value = params_get(tags, text_of(tag, "ResourceTagKey"));
        const char *wanted = cJSON_GetStringValue(member(tag, "ResourceTagValue"));
        if (value != NULL && (wanted == NULL || strcmp(wanted, value) == 0))
            return true;
    }
    return false;
}

static bool rule_fits(const struct rule *rule, const struct params *tags)
{
    const cJSON *wanted = member(rule->words, "ResourceTags");
    if (cJSON_GetArraySize(wanted) > 0)
        return has_one(wanted, tags);
    return !has_one(member(rule->words, "ExcludeResourceTags"), tags);
}

int64_t rbin_retention_ms(const struct world *w, enum rbin_type type, const char *account,
                          const char *region, const struct params *tags)
{
    int64_t now_ms = clock_now_ms(w->clock);
    int64_t longest = 0;
    for (const struct rule *rule = rules; rule != NULL; rule = rule->next) {
        int64_t days = retention_days(rule->words);
        if (strcmp(rule->account, account) == 0 && strcmp(rule->region->name, region) == 0 &&
            now_ms >= rule->active_ms &&
            strcmp(text_of(rule->words, "ResourceType"), TYPES[type]) == 0 &&
            rule_fits(rule, tags) && days > longest)
            longest = days;
    }
    return longest * DAY_MS;
}

/* Why the words are no rule; NULL when they are. */
static const char *complaint(const cJSON *words)
{
    static const char *const TAG_LISTS[] = {"ResourceTags", "ExcludeResourceTags"};
    int64_t days = retention_days(words);
    bool known = false;
    int tags = 0;
    for (size_t i = 0; i < ARRAY_LEN(TYPES); i++)
        known = known || strcmp(text_of(words, "ResourceType"), TYPES[i]) == 0;
    if (!known)
        return "ResourceType must be EC2_IMAGE or EBS_SNAPSHOT";
    if (days < 1 || days > DAYS_MOST)
        return "RetentionPeriod must be from 1 to 3650 DAYS";
    for (size_t i = 0; i < ARRAY_LEN(TAG_LISTS); i++) {
        const cJSON *tag;
        tags += cJSON_GetArraySize(member(words, TAG_LISTS[i])) > 0;
        if (cJSON_GetArraySize(member(words, TAG_LISTS[i])) > TAGS_MOST)
            return "There are too many tags";
        cJSON_ArrayForEach(tag, member(words, TAG_LISTS[i]))
        {
            if (*text_of(tag, "ResourceTagKey") == '\0')
                return "A tag needs a ResourceTagKey";
        }
    }
    return tags > 1 ? "ResourceTags and ExcludeResourceTags cannot go together" : NULL;
}

static struct rule *add(struct world *w, const struct account *account, const struct region *region,
                        const cJSON *asked)
{
    static const char DIGITS[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    struct rule *rule = xcalloc(1, sizeof *rule);
    uint64_t draw = rng_draw(w->seed, "id", "rule", "", ++w->ids);
    for (int i = 0; i < ID_LEN; i++, draw /= sizeof(DIGITS) - 1)
        rule->id[i] = DIGITS[draw % (sizeof(DIGITS) - 1)];
    rule->account = account->id;
    rule->region = region;
    rule->active_ms = clock_now_ms(w->clock);
    rule->words = cJSON_CreateObject();
    for (size_t i = 0; i < ARRAY_LEN(MEMBERS); i++) {
        const cJSON *value = member(asked, MEMBERS[i]);
        if (value != NULL)
            cJSON_AddItemToObject(rule->words, MEMBERS[i], cJSON_Duplicate(value, true));
    }
    rule->next = rules;
    rules = rule;
    return rule;
}

static void rule_free(struct rule *rule)
{
    cJSON_Delete(rule->words);
    free(rule);
}

static bool is_locked(const struct rule *rule)
{
    return member(rule->words, "LockConfiguration") != NULL;
}

static void add_identity(cJSON *json, const struct rule *rule)
{
    char *arn =
        xasprintf("arn:aws:rbin:%s:%s:rule/%s", rule->region->name, rule->account, rule->id);
    cJSON_AddStringToObject(json, "Identifier", rule->id);
    cJSON_AddStringToObject(json, "RuleArn", arn);
    cJSON_AddStringToObject(json, "LockState", is_locked(rule) ? "locked" : "unlocked");
    free(arn);
}

static cJSON *rule_json(const struct world *w, const struct rule *rule)
{
    bool fresh = clock_now_ms(w->clock) < rule->active_ms;
    cJSON *json = cJSON_Duplicate(rule->words, true);
    add_identity(json, rule);
    cJSON_AddStringToObject(json, "Status", fresh ? "pending" : "available");
    return json;
}

static void refuse(struct request *request, struct reply *reply, int status, const char *code,
                   const char *reason, const char *message)
{
    struct params extra = {0};
    params_add(&extra, "Reason", reason);
    reply_error_with(request, reply, status, code, message, &extra);
    params_free(&extra);
}

/* Rules of the account in the region. */
static int count_rules(const struct account *account, const struct region *region)
{
    int count = 0;
    for (const struct rule *rule = rules; rule != NULL; rule = rule->next)
        count += rule->region == region && strcmp(rule->account, account->id) == 0;
    return count;
}

/* The first rule takes up to half an hour to become active, those after it some seconds. */
static int64_t delay_ms(const struct request *request, int rules_before)
{
    int64_t longest_s = rules_before == 0 ? 30 * 60 : 5;
    return 1000 * world_range(request->world, "rule-active", request->region->name, "",
                              (uint64_t)rules_before, longest_s / 5, longest_s);
}

void rbin_create_rule(struct request *request, struct reply *reply)
{
    cJSON *asked = cJSON_ParseWithLength(str_text(&request->body), request->body.len);
    const char *why = complaint(asked);
    int before = count_rules(request->account, request->region);
    if (why != NULL) {
        refuse(request, reply, 400, "ValidationException", "INVALID_PARAMETER_VALUE", why);
    } else if (before >= RULES_MOST) {
        refuse(request, reply, 402, "ServiceQuotaExceededException", "SERVICE_QUOTA_EXCEEDED",
               "There are too many rules in this region.");
    } else {
        struct rule *rule = add(request->world, request->account, request->region, asked);
        rule->active_ms += delay_ms(request, before);
        reply_json(reply, 201, rule_json(request->world, rule));
    }
    cJSON_Delete(asked);
}

/* Where the caller's rule of the path hangs; NULL after answering an error. */
static struct rule **own_rule(struct request *request, struct reply *reply)
{
    const char *id = params_get(&request->params, "identifier");
    for (struct rule **link = &rules; *link != NULL; link = &(*link)->next) {
        if (strcmp((*link)->id, id) == 0 && (*link)->region == request->region &&
            strcmp((*link)->account, request->account->id) == 0)
            return link;
    }
    refuse(request, reply, 404, "ResourceNotFoundException", "RULE_NOT_FOUND",
           "The rule does not exist.");
    return NULL;
}

void rbin_get_rule(struct request *request, struct reply *reply)
{
    struct rule **link = own_rule(request, reply);
    if (link != NULL)
        reply_json(reply, 200, rule_json(request->world, *link));
}

void rbin_delete_rule(struct request *request, struct reply *reply)
{
    struct rule **link = own_rule(request, reply);
    if (link == NULL)
        return;
    if (is_locked(*link)) {
        refuse(request, reply, 409, "ConflictException", "INVALID_RULE_STATE",
               "The rule is locked.");
        return;
    }
    struct rule *rule = *link;
    *link = rule->next;
    rule_free(rule);
    reply->status = 204;
}

/* Whether every tag of the one list is in the other. */
static bool holds_tags(const cJSON *list, const cJSON *wanted)
{
    const cJSON *tag;
    cJSON_ArrayForEach(tag, wanted)
    {
        const cJSON *other;
        bool found = false;
        cJSON_ArrayForEach(other, list) found = found || cJSON_Compare(other, tag, true);
        if (!found)
            return false;
    }
    return true;
}

static bool is_asked_for(const struct request *request, const struct rule *rule, const cJSON *asked)
{
    const char *lock = cJSON_GetStringValue(member(asked, "LockState"));
    return rule->region == request->region && strcmp(rule->account, request->account->id) == 0 &&
           strcmp(text_of(rule->words, "ResourceType"), text_of(asked, "ResourceType")) == 0 &&
           (lock == NULL || strcmp(lock, is_locked(rule) ? "locked" : "unlocked") == 0) &&
           holds_tags(member(rule->words, "ResourceTags"), member(asked, "ResourceTags")) &&
           holds_tags(member(rule->words, "ExcludeResourceTags"),
                      member(asked, "ExcludeResourceTags"));
}

static cJSON *summary_json(const struct rule *rule)
{
    static const char *const SHOWN[] = {"Description", "RetentionPeriod"};
    cJSON *json = cJSON_CreateObject();
    add_identity(json, rule);
    for (size_t i = 0; i < ARRAY_LEN(SHOWN); i++) {
        const cJSON *value = member(rule->words, SHOWN[i]);
        if (value != NULL)
            cJSON_AddItemToObject(json, SHOWN[i], cJSON_Duplicate(value, true));
    }
    return json;
}

/* The token is the number of rules that the pages before held. */
void rbin_list_rules(struct request *request, struct reply *reply)
{
    cJSON *asked = cJSON_ParseWithLength(str_text(&request->body), request->body.len);
    const cJSON *most = member(asked, "MaxResults");
    int limit = cJSON_IsNumber(most) ? most->valueint : LARGEST_PAGE;
    int skip = atoi(text_of(asked, "NextToken"));
    if (*text_of(asked, "ResourceType") == '\0' || limit < 1 || limit > LARGEST_PAGE) {
        refuse(request, reply, 400, "ValidationException", "INVALID_PARAMETER_VALUE",
               "ResourceType is required, and MaxResults is from 1 to 1000");
        cJSON_Delete(asked);
        return;
    }
    cJSON *json = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(json, "Rules");
    int number = 0;
    for (const struct rule *rule = rules; rule != NULL; rule = rule->next) {
        if (is_asked_for(request, rule, asked) && ++number > skip && number <= skip + limit)
            cJSON_AddItemToArray(list, summary_json(rule));
    }
    if (number > skip + limit) {
        char token[16];
        snprintf(token, sizeof token, "%d", skip + limit);
        cJSON_AddStringToObject(json, "NextToken", token);
    }
    cJSON_Delete(asked);
    reply_json(reply, 200, json);
}

bool rbin_load(struct world *w, const cJSON *start, char **why)
{
    const cJSON *json;
    cJSON_ArrayForEach(json, member(start, "retentionRules"))
    {
        const char *id = text_of(json, "account");
        const struct account *account = world_account(w, *id == '\0' ? WORLD_ACCOUNT : id);
        const struct region *region = region_find(text_of(json, "region"));
        const char *wrong = complaint(json);
        if (wrong != NULL || account == NULL || region == NULL) {
            *why = xasprintf("retentionRules: %s",
                             wrong != NULL ? wrong : "a rule needs a known region and account");
            return false;
        }
        add(w, account, region, json);
    }
    return true;
}

void rbin_state(struct world *w, cJSON *out)
{
    cJSON *list = cJSON_AddArrayToObject(out, "retentionRules");
    for (const struct rule *rule = rules; rule != NULL; rule = rule->next) {
        cJSON *json = rule_json(w, rule);
        cJSON_AddStringToObject(json, "region", rule->region->name);
        cJSON_AddStringToObject(json, "account", rule->account);
        cJSON_AddItemToArray(list, json);
    }
}

void rbin_reset(struct world *w)
{
    (void)w;
    while (rules != NULL) {
        struct rule *rule = rules;
        rules = rule->next;
        rule_free(rule);
    }
}
