/* What a person changed of the plan, left beside the plan in the bucket, so that whoever goes on
 * elsewhere keeps to it. */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/engine.h"

/* Of all facts these are no findings that AWS would tell another machine too. */
static const char *const kinds[] = {"wish/", "left/", "adopt-"};

static void add_changes(struct release *r, const char *kind, struct buf *out)
{
    struct journal_fact *facts = NULL;
    size_t count = 0;
    struct err err = ERR_INIT;
    if (!journal_facts(r->journal, r->plan->id, kind, &facts, &count, &err))
        engine_lose_journal(r, &err);
    for (size_t i = 0; i < count; i++) {
        if (out->length > 0)
            buf_add_str(out, ", ");
        buf_add_str(out, "{\"key\": ");
        buf_add_json(out, facts[i].key);
        buf_add_str(out, ", \"value\": ");
        buf_add_json(out, facts[i].value);
        buf_add_fmt(out, ", \"at\": %lld}", (long long)facts[i].at);
    }
    journal_facts_free(facts, count);
}

char *engine_plan_text(struct release *r)
{
    struct buf changes = BUF_INIT;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        add_changes(r, kinds[i], &changes);
    char *plan = plan_to_json(r->plan);
    char *text = xasprintf("%.*s, \"changes\": [%s]}", (int)strlen(plan) - 1, plan,
                           changes.length == 0 ? "" : buf_str(&changes));
    buf_free(&changes);
    free(plan);
    return text;
}

static bool is_change(const char *key)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (key != NULL && strncmp(key, kinds[i], strlen(kinds[i])) == 0)
            return true;
    return false;
}

/* When this journal last heard of it; -1: never. */
static int64_t known_at(struct release *r, const char *key)
{
    struct journal_fact *facts = NULL;
    size_t count = 0;
    int64_t at = -1;
    journal_facts(r->journal, r->plan->id, key, &facts, &count, NULL);
    for (size_t i = 0; i < count; i++)
        if (strcmp(facts[i].key, key) == 0)
            at = facts[i].at;
    journal_facts_free(facts, count);
    return at;
}

static void take_change(struct release *r, const cJSON *change)
{
    struct err err = ERR_INIT;
    const char *key = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(change, "key"));
    const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(change, "value"));
    const cJSON *at = cJSON_GetObjectItemCaseSensitive(change, "at");
    if (!is_change(key) || value == NULL || !cJSON_IsNumber(at) ||
        (int64_t)at->valuedouble <= known_at(r, key))
        return;
    engine_begin(r);
    if (r->journal_open && !journal_set(r->journal, r->plan->id, key, value, "another machine",
                                        (int64_t)at->valuedouble, &err))
        engine_lose_journal(r, &err);
}

void engine_take_changes(struct release *r, const char *text)
{
    cJSON *json = cJSON_Parse(text);
    const cJSON *change = NULL;
    cJSON_ArrayForEach(change, cJSON_GetObjectItemCaseSensitive(json, "changes"))
        take_change(r, change);
    cJSON_Delete(json);
    char *ours = engine_plan_text(r);
    r->plan_number += strcmp(ours, text) != 0;
    free(ours);
}
