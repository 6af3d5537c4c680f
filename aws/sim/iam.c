/* IAM: roles with inline policies, and what they allow. */
#include "aws/sim/iam.h"
#include "aws/sim/mem.h"
#include "aws/sim/service.h"
#include <stdlib.h>
#include <string.h>

/* Other services see a new role some seconds later. */
#define USABLE_LOW_MS  5000
#define USABLE_HIGH_MS 30000

static struct iam_role *roles;

static struct iam_role *find_role(const struct account *account, const char *name)
{
    struct iam_role *role = roles;
    while (role != NULL && (role->account != account || strcmp(role->name, name) != 0))
        role = role->next;
    return role;
}

const struct iam_role *iam_find_role(const struct account *account, const char *name)
{
    return find_role(account, name);
}

static const cJSON *member(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static struct iam_role *add_role(struct world *w, struct account *account, const char *name,
                                 const char *trust)
{
    struct iam_role *role = xcalloc(1, sizeof(*role));
    *role = (struct iam_role){.name = xstrdup(name),
                              .id = world_id(w, "AROA"),
                              .account = account,
                              .trust = xstrdup(trust),
                              .created_ms = clock_now_ms(w->clock),
                              .usable_ms = clock_now_ms(w->clock),
                              .next = roles};
    roles = role;
    return role;
}

static void free_roles(struct world *w)
{
    (void)w;
    while (roles != NULL) {
        struct iam_role *role = roles;
        roles = role->next;
        free(role->name);
        free(role->id);
        free(role->trust);
        free(role->description);
        params_free(&role->policies);
        free(role);
    }
}

#define IMPORT_TRUST                                                                               \
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":" \
    "\"vmie.amazonaws.com\"},\"Action\":\"sts:AssumeRole\",\"Condition\":{\"StringEquals\":{"      \
    "\"sts:Externalid\":\"vmimport\"}}}]}"
#define IMPORT_POLICY                                                                              \
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":["                \
    "\"s3:GetBucketLocation\",\"s3:GetObject\",\"s3:ListBucket\"],\"Resource\":\"arn:aws:s3:::*\"" \
    "},{\"Effect\":\"Allow\",\"Action\":[\"ec2:ModifySnapshotAttribute\",\"ec2:CopySnapshot\","    \
    "\"ec2:RegisterImage\",\"ec2:Describe*\"],\"Resource\":\"*\"}]}"

/* A JSON text of --world: a string, or the document itself. */
static char *document(const cJSON *json)
{
    if (json == NULL || cJSON_IsString(json))
        return xstrdup(json != NULL ? json->valuestring : "{}");
    char *printed = cJSON_PrintUnformatted(json);
    char *text = xstrdup(printed);
    cJSON_free(printed);
    return text;
}

static bool load_role(struct world *w, const cJSON *json, char **why)
{
    const char *name = cJSON_GetStringValue(member(json, "name"));
    const char *id = cJSON_GetStringValue(member(json, "account"));
    struct account *account = world_account(w, id != NULL ? id : WORLD_ACCOUNT);
    if (name == NULL || account == NULL) {
        *why = xstrdup("a role needs a name, and an account that exists");
        return false;
    }
    char *trust = document(member(json, "trust"));
    struct iam_role *role = add_role(w, account, name, trust);
    const cJSON *seconds = member(json, "sessionSeconds");
    role->session_ms = cJSON_IsNumber(seconds) ? (int64_t)(seconds->valuedouble * 1000) : 0;
    free(trust);
    const cJSON *policy;
    cJSON_ArrayForEach(policy, member(json, "policies"))
    {
        char *text = document(policy);
        params_set(&role->policies, policy->string, text);
        free(text);
    }
    return true;
}

/* {"roles": [...]} stands for all roles; without it every account has vmimport. */
static bool load(struct world *w, const cJSON *start, char **why)
{
    const cJSON *list = member(start, "roles"), *json;
    for (struct account *a = w->accounts; list == NULL && a != NULL; a = a->next)
        params_set(&add_role(w, a, "vmimport", IMPORT_TRUST)->policies, "vmimport", IMPORT_POLICY);
    cJSON_ArrayForEach(json, list)
    {
        if (!load_role(w, json, why))
            return false;
    }
    return true;
}

static void state(struct world *w, cJSON *out)
{
    (void)w;
    cJSON *list = cJSON_AddArrayToObject(out, "roles");
    for (const struct iam_role *role = roles; role != NULL; role = role->next) {
        cJSON *json = cJSON_CreateObject();
        cJSON_AddItemToArray(list, json);
        cJSON_AddStringToObject(json, "name", role->name);
        cJSON_AddStringToObject(json, "account", role->account->id);
        cJSON_AddStringToObject(json, "trust", role->trust);
        cJSON *policies = cJSON_AddObjectToObject(json, "policies");
        for (size_t i = 0; i < role->policies.count; i++)
            cJSON_AddStringToObject(policies, role->policies.list[i].name,
                                    role->policies.list[i].value);
    }
}

static void list_account_aliases(struct request *request, struct reply *reply)
{
    reply_open(request, reply);
    xml_bool(&reply->body, "IsTruncated", false);
    xml_open(&reply->body, "AccountAliases");
    xml_text(&reply->body, "member", request->account->alias);
    xml_close(&reply->body, "AccountAliases");
    reply_close(request, reply);
}

/* The role that RoleName names; NULL with an error in the reply. */
static struct iam_role *open_role(struct request *request, struct reply *reply)
{
    const char *name = params_get(&request->params, "RoleName");
    struct iam_role *role = name != NULL ? find_role(request->account, name) : NULL;
    if (role == NULL)
        reply_error(request, reply, 404, "NoSuchEntity", "The role with name %s cannot be found.",
                    name != NULL ? name : "");
    return role;
}

/* Documents come back percent-encoded. */
static void add_document(struct str *out, const char *element, const char *text)
{
    struct str encoded = {0};
    str_add_uri(&encoded, text, strlen(text), false);
    xml_text(out, element, str_text(&encoded));
    str_free(&encoded);
}

static void show_role(struct request *request, struct reply *reply, const struct iam_role *role)
{
    struct str *out = &reply->body;
    reply_open(request, reply);
    xml_open(out, "Role");
    xml_text(out, "Path", "/");
    xml_text(out, "RoleName", role->name);
    xml_text(out, "RoleId", role->id);
    xml_textf(out, "Arn", "arn:aws:iam::%s:role/%s", role->account->id, role->name);
    xml_time(out, "CreateDate", role->created_ms);
    add_document(out, "AssumeRolePolicyDocument", role->trust);
    xml_text(out, "Description", role->description);
    xml_int(out, "MaxSessionDuration", 3600);
    xml_close(out, "Role");
    reply_close(request, reply);
}

static void get_role(struct request *request, struct reply *reply)
{
    const struct iam_role *role = open_role(request, reply);
    if (role != NULL)
        show_role(request, reply, role);
}

static void get_role_policy(struct request *request, struct reply *reply)
{
    const struct iam_role *role = open_role(request, reply);
    const char *name = params_get(&request->params, "PolicyName");
    if (role == NULL)
        return;
    const char *policy = name != NULL ? params_get(&role->policies, name) : NULL;
    if (policy == NULL) {
        reply_error(request, reply, 404, "NoSuchEntity",
                    "The role policy with name %s cannot be found.", name != NULL ? name : "");
        return;
    }
    reply_open(request, reply);
    xml_text(&reply->body, "RoleName", role->name);
    xml_text(&reply->body, "PolicyName", name);
    add_document(&reply->body, "PolicyDocument", policy);
    reply_close(request, reply);
}

static void list_role_policies(struct request *request, struct reply *reply)
{
    const struct iam_role *role = open_role(request, reply);
    if (role == NULL)
        return;
    reply_open(request, reply);
    xml_open(&reply->body, "PolicyNames");
    for (size_t i = 0; i < role->policies.count; i++)
        xml_text(&reply->body, "member", role->policies.list[i].name);
    xml_close(&reply->body, "PolicyNames");
    xml_bool(&reply->body, "IsTruncated", false);
    reply_close(request, reply);
}

static bool is_json(struct request *request, struct reply *reply, const char *text)
{
    cJSON *json = text != NULL ? cJSON_Parse(text) : NULL;
    bool ok = json != NULL && cJSON_IsObject(json) && member(json, "Statement") != NULL;
    cJSON_Delete(json);
    if (!ok)
        reply_error(request, reply, 400, "MalformedPolicyDocument", "Syntax errors in policy.");
    return ok;
}

static void create_role(struct request *request, struct reply *reply)
{
    const char *name = params_get(&request->params, "RoleName");
    const char *trust = params_get(&request->params, "AssumeRolePolicyDocument");
    if (name == NULL || *name == '\0' || strlen(name) > 64) {
        reply_error(request, reply, 400, "ValidationError", "RoleName has 1 to 64 characters");
        return;
    }
    if (!is_json(request, reply, trust))
        return;
    if (find_role(request->account, name) != NULL) {
        reply_error(request, reply, 409, "EntityAlreadyExists", "Role with name %s already exists.",
                    name);
        return;
    }
    struct world *w = request->world;
    struct iam_role *role = add_role(w, request->account, name, trust);
    role->description = xstrdup_or_null(params_get(&request->params, "Description"));
    role->usable_ms += world_range(w, "role-usable", "", name, 0, USABLE_LOW_MS, USABLE_HIGH_MS);
    clock_at(w->clock, role->usable_ms, NULL, NULL);
    show_role(request, reply, role);
}

static void put_role_policy(struct request *request, struct reply *reply)
{
    struct iam_role *role = open_role(request, reply);
    const char *name = params_get(&request->params, "PolicyName");
    const char *policy = params_get(&request->params, "PolicyDocument");
    if (role == NULL || !is_json(request, reply, policy))
        return;
    if (name == NULL) {
        reply_error(request, reply, 400, "ValidationError", "PolicyName is wanted");
        return;
    }
    params_set(&role->policies, name, policy);
    reply_open(request, reply);
    reply_close(request, reply);
}

static const struct action actions[] = {
    {.name = "ListAccountAliases", .handle = list_account_aliases},
    {.name = "GetRole", .handle = get_role},
    {.name = "GetRolePolicy", .handle = get_role_policy},
    {.name = "ListRolePolicies", .handle = list_role_policies},
    {.name = "CreateRole", .mutating = true, .handle = create_role},
    {.name = "PutRolePolicy", .mutating = true, .handle = put_role_policy},
};

const struct service iam_service = {
    .name = "iam",
    .version = "2010-05-08",
    .xmlns = "https://iam.amazonaws.com/doc/2010-05-08/",
    .protocol = PROTOCOL_QUERY,
    .actions = actions,
    .action_count = ARRAY_LEN(actions),
    .load = load,
    .state = state,
    .reset = free_roles,
};
