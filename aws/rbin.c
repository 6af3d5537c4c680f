/* Recycle Bin: the rules that say what is kept for how long after it is deleted. */
#include "aws/rbin.h"

#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/actions.h"
#include "aws/json.h"
#include "aws/tags.h"
#include "base/mem.h"

enum { PAGES_MAX = 1000 };

static const char *const kind_names[] = {
    [RBIN_IMAGES] = "EC2_IMAGE",
    [RBIN_SNAPSHOTS] = "EBS_SNAPSHOT",
};

static void free_rule(struct rbin_rule *rule)
{
    free(rule->id);
    free(rule->description);
    tags_free(rule->tags, rule->tag_count);
    tags_free(rule->exclude_tags, rule->exclude_tag_count);
}

void rbin_rules_free(struct rbin_rules *rules)
{
    for (size_t i = 0; i < rules->count; i++)
        free_rule(&rules->items[i]);
    free(rules->items);
    *rules = (struct rbin_rules){0};
}

static char *text_or_empty(const cJSON *object, const char *name)
{
    const char *text = json_text(object, name);

    return xstrdup(text == NULL ? "" : text);
}

static void decode_tags(const cJSON *list, struct tag **tags, size_t *count)
{
    const cJSON *item = NULL;

    cJSON_ArrayForEach(item, list)
    {
        *tags = xrealloc(*tags, *count + 1, sizeof **tags);
        (*tags)[(*count)++] = (struct tag){.key = text_or_empty(item, "ResourceTagKey"),
                                           .value = text_or_empty(item, "ResourceTagValue")};
    }
}

static int days_of(const cJSON *rule)
{
    const cJSON *period = cJSON_GetObjectItemCaseSensitive(rule, "RetentionPeriod");
    const char *unit = json_text(period, "RetentionPeriodUnit");

    if (unit == NULL || strcmp(unit, "DAYS") != 0)
        return 0;
    int64_t days = json_int(period, "RetentionPeriodValue", 0);
    return days > 0 && days < 100000 ? (int)days : 0;
}

static struct rbin_rule decode_rule(const cJSON *json, const char *id)
{
    const char *status = json_text(json, "Status");
    struct rbin_rule rule = {.id = xstrdup(id),
                             .description = json_dup(json, "Description"),
                             .days = days_of(json),
                             .available = status != NULL && strcmp(status, "available") == 0};

    decode_tags(cJSON_GetObjectItemCaseSensitive(json, "ResourceTags"), &rule.tags,
                &rule.tag_count);
    decode_tags(cJSON_GetObjectItemCaseSensitive(json, "ExcludeResourceTags"), &rule.exclude_tags,
                &rule.exclude_tag_count);
    return rule;
}

/* GetRule; a rule that is gone by now is no error. */
static bool read_rule(struct call *c, const char *id, struct rbin_rules *out, struct err *err)
{
    struct buf path = BUF_INIT;
    struct cJSON *answer = NULL;

    buf_add_str(&path, "/rules/");
    buf_add_uri(&path, id);
    const struct call_json get = {
        .action = &aws_actions[RBIN_GET_RULE], .method = "GET", .path = buf_str(&path)};
    bool ok = call_json(c, &get, &answer, err);
    buf_free(&path);
    if (!ok && err->kind == ERR_NOT_FOUND) {
        *err = ERR_INIT;
        return true;
    }
    if (ok) {
        out->items = xrealloc(out->items, out->count + 1, sizeof *out->items);
        out->items[out->count++] = decode_rule(answer, id);
    }
    cJSON_Delete(answer);
    return ok;
}

/* One page of ListRules; *token is replaced by the next page's, NULL behind the last. */
static bool list_page(struct call *c, enum rbin_kind kind, char **token, cJSON **page,
                      struct err *err)
{
    cJSON *body = cJSON_CreateObject();

    cJSON_AddStringToObject(body, "ResourceType", kind_names[kind]);
    cJSON_AddNumberToObject(body, "MaxResults", 1000);
    if (*token != NULL)
        cJSON_AddStringToObject(body, "NextToken", *token);
    const struct call_json list = {.action = &aws_actions[RBIN_LIST_RULES],
                                   .method = "POST",
                                   .path = "/list-rules",
                                   .body = body};
    bool ok = call_json(c, &list, page, err);
    cJSON_Delete(body);
    free(*token);
    *token = ok ? json_dup(*page, "NextToken") : NULL;
    return ok;
}

bool rbin_rules(struct call *c, enum rbin_kind kind, struct rbin_rules *out, struct err *err)
{
    struct err local = ERR_INIT;
    char *token = NULL;
    bool ok = true, more = true;

    err = err == NULL ? &local : err;
    *out = (struct rbin_rules){0};
    for (int pages = 0; ok && more; pages++) {
        cJSON *page = NULL;
        const cJSON *item = NULL;
        ok = list_page(c, kind, &token, &page, err);
        cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(page, "Rules"))
        {
            const char *id = json_text(item, "Identifier");
            if (ok && id != NULL)
                ok = read_rule(c, id, out, err);
        }
        more = token != NULL && *token != '\0';
        if (ok && more && pages == PAGES_MAX)
            ok = err_set(err, ERR_REPLY, "ListRules: the pages do not end");
        cJSON_Delete(page);
    }
    free(token);
    if (!ok)
        rbin_rules_free(out);
    return ok;
}

static bool bears(const struct tag *tags, size_t count, const struct tag *one, bool any_value)
{
    const char *value = tags_find(tags, count, one->key);

    return value != NULL &&
           ((any_value && one->value[0] == '\0') || strcmp(value, one->value) == 0);
}

static bool matches(const struct rbin_rule *rule, const struct tag *tags, size_t count)
{
    if (!rule->available)
        return false;
    for (size_t i = 0; i < rule->tag_count; i++)
        if (bears(tags, count, &rule->tags[i], false))
            return true;
    if (rule->tag_count > 0)
        return false;
    for (size_t i = 0; i < rule->exclude_tag_count; i++)
        if (bears(tags, count, &rule->exclude_tags[i], true))
            return false;
    return true;
}

int rbin_days(const struct rbin_rules *rules, const struct tag *tags, size_t tag_count)
{
    int days = 0;

    for (size_t i = 0; i < rules->count; i++)
        if (rules->items[i].days > days && matches(&rules->items[i], tags, tag_count))
            days = rules->items[i].days;
    return days;
}
