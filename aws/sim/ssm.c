/* The Parameter Store: the table of its actions, its part of the world and of the state. */
#include "aws/sim/ssm.h"

#include <string.h>

#include "aws/sim/mem.h"
#include "aws/sim/ssm_call.h"

static const struct action ACTIONS[] = {
    {.name = "PutParameter",
     .mutating = true,
     .bucket = BUCKET_MUTATE,
     .handle = ssm_put_parameter},
    {.name = "GetParameter", .bucket = BUCKET_READ, .handle = ssm_get_parameter},
    {.name = "GetParameters", .bucket = BUCKET_READ, .handle = ssm_get_parameters},
    {.name = "GetParametersByPath", .bucket = BUCKET_READ, .handle = ssm_get_parameters_by_path},
    {.name = "GetParameterHistory", .bucket = BUCKET_READ, .handle = ssm_get_parameter_history},
    {.name = "DeleteParameter",
     .mutating = true,
     .bucket = BUCKET_MUTATE,
     .handle = ssm_delete_parameter},
    {.name = "DeleteParameters",
     .mutating = true,
     .bucket = BUCKET_MUTATE,
     .handle = ssm_delete_parameters},
    {.name = "LabelParameterVersion",
     .mutating = true,
     .bucket = BUCKET_MUTATE,
     .handle = ssm_label_parameter_version},
};

void ssm_each_parameter(const struct account *account, const struct region *region,
                        ssm_parameter_fn *fn, void *arg)
{
    const struct ssm_parameter *p;
    for (size_t i = 0; (p = ssm_store_at(i)) != NULL; i++) {
        const struct ssm_version *version = ssm_newest(p);
        if (version != NULL && strcmp(p->account, account->id) == 0 &&
            strcmp(p->region, region->name) == 0)
            fn(arg, p->name, version->data_type, version->value);
    }
}

static const char *text_of(const cJSON *json, const char *name, const char *otherwise)
{
    const char *text = ssm_text(json, name);
    return text != NULL ? text : otherwise;
}

static bool load_parameter(struct world *w, const cJSON *json, char **why)
{
    const char *name = ssm_text(json, "name"), *region = ssm_text(json, "region");
    const struct account *account = world_account(w, text_of(json, "account", WORLD_ACCOUNT));
    if (name == NULL || ssm_text(json, "value") == NULL || account == NULL ||
        region_find(region) == NULL) {
        *why = xstrdup("a parameter needs a name, a region, a value and an account that is there");
        return false;
    }
    struct ssm_parameter *p = ssm_store_find(account, region, name);
    if (p == NULL)
        p = ssm_store_add(w, account, region, name);
    struct ssm_version *version = xcalloc(1, sizeof(*version));
    *version = (struct ssm_version){
        .number = ++p->last_number,
        .value = xstrdup(ssm_text(json, "value")),
        .type = xstrdup(text_of(json, "type", "String")),
        .data_type = xstrdup(text_of(json, "dataType", "text")),
        .tier = xstrdup("Standard"),
        .user_arn = xasprintf("arn:aws:iam::%s:root", account->id),
        .modified_ms = clock_now_ms(w->clock),
    };
    ssm_store_version(p, version);
    return true;
}

static bool load(struct world *w, const cJSON *start, char **why)
{
    const cJSON *json;
    cJSON_ArrayForEach(json, cJSON_GetObjectItemCaseSensitive(start, "parameters"))
    {
        if (!load_parameter(w, json, why))
            return false;
    }
    return true;
}

static void state(struct world *w, cJSON *out)
{
    (void)w;
    cJSON *list = cJSON_AddArrayToObject(out, "parameters");
    const struct ssm_parameter *p;
    for (size_t i = 0; (p = ssm_store_at(i)) != NULL; i++) {
        if (p->count == 0)
            continue;
        const struct ssm_version *version = ssm_newest(p);
        cJSON *json = cJSON_CreateObject();
        cJSON_AddStringToObject(json, "name", p->name);
        cJSON_AddStringToObject(json, "region", p->region);
        cJSON_AddStringToObject(json, "account", p->account);
        cJSON_AddStringToObject(json, "value", version->value);
        cJSON_AddStringToObject(json, "type", version->type);
        cJSON_AddStringToObject(json, "dataType", version->data_type);
        cJSON_AddNumberToObject(json, "version", (double)version->number);
        cJSON *tags = cJSON_AddObjectToObject(json, "tags");
        for (size_t t = 0; t < p->tags.count; t++)
            cJSON_AddStringToObject(tags, p->tags.list[t].name, p->tags.list[t].value);
        cJSON_AddItemToArray(list, json);
    }
}

static void reset(struct world *w)
{
    (void)w;
    ssm_store_clear();
}

const struct service ssm_service = {
    .name = "ssm",
    .version = "2014-11-06",
    .protocol = PROTOCOL_JSON,
    .throttle_code = "ThrottlingException",
    .actions = ACTIONS,
    .action_count = ARRAY_LEN(ACTIONS),
    .load = load,
    .state = state,
    .reset = reset,
};
