/* IAM: what the policies of a role allow, as far as VM Import and AssumeRole ask. */
#include "aws/sim/iam.h"
#include "aws/sim/mem.h"
#include <cjson/cJSON.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

/* What a policy says in one place: a string, or a list of which one must fit. */
static bool any_fits(const cJSON *patterns, const char *text)
{
    if (cJSON_IsString(patterns))
        return fnmatch(patterns->valuestring, text, 0) == 0;
    const cJSON *pattern;
    cJSON_ArrayForEach(pattern, patterns)
    {
        if (cJSON_IsString(pattern) && fnmatch(pattern->valuestring, text, 0) == 0)
            return true;
    }
    return false;
}

static const cJSON *member(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* A question to one statement. */
typedef bool fits_fn(const cJSON *statement, const void *question);

static bool is_fitting(const cJSON *statement, const char *effect, fits_fn *fits,
                       const void *question)
{
    const char *own = cJSON_GetStringValue(member(statement, "Effect"));
    return own != NULL && strcmp(own, effect) == 0 && fits(statement, question);
}

/* Whether a statement of that effect fits; a policy has one statement or a list of them. */
static bool any_statement(const char *policy, const char *effect, fits_fn *fits,
                          const void *question)
{
    cJSON *json = cJSON_Parse(policy);
    const cJSON *statements = member(json, "Statement");
    const cJSON *statement = cJSON_IsArray(statements) ? statements->child : NULL;
    bool found = cJSON_IsObject(statements) && is_fitting(statements, effect, fits, question);
    for (; statement != NULL && !found; statement = statement->next)
        found = is_fitting(statement, effect, fits, question);
    cJSON_Delete(json);
    return found;
}

static bool trusts_import(const cJSON *statement, const void *question)
{
    (void)question;
    const cJSON *equals = member(member(statement, "Condition"), "StringEquals");
    const cJSON *id = equals != NULL ? equals->child : NULL;
    return any_fits(member(member(statement, "Principal"), "Service"), "vmie.amazonaws.com") &&
           any_fits(member(statement, "Action"), "sts:AssumeRole") &&
           (id == NULL || any_fits(id, "vmimport"));
}

bool iam_role_trusts_import(struct world *w, const struct iam_role *role)
{
    return clock_now_ms(w->clock) >= role->usable_ms &&
           any_statement(role->trust, "Allow", trusts_import, NULL);
}

static bool is_principal(const cJSON *principal, const struct iam_caller *caller)
{
    if (caller->provider != NULL)
        return any_fits(member(principal, "Federated"), caller->provider);
    const cJSON *aws = cJSON_IsString(principal) ? principal : member(principal, "AWS");
    char *root = xasprintf("arn:aws:iam::%s:root", caller->account);
    bool is = any_fits(aws, caller->arn) || any_fits(aws, root) || any_fits(aws, caller->account);
    free(root);
    return is;
}

/* The two conditions that roles are guarded with; others are not looked at. */
static bool meets(const cJSON *condition, const struct iam_caller *caller)
{
    const cJSON *id = cJSON_GetObjectItem(member(condition, "StringEquals"), "sts:ExternalId");
    const cJSON *mfa = cJSON_GetObjectItem(member(condition, "Bool"), "aws:MultiFactorAuthPresent");
    return (id == NULL || (caller->external_id != NULL && any_fits(id, caller->external_id))) &&
           (mfa == NULL || any_fits(mfa, caller->mfa ? "true" : "false"));
}

static bool trusts_caller(const cJSON *statement, const void *question)
{
    const struct iam_caller *caller = question;
    return is_principal(member(statement, "Principal"), caller) &&
           any_fits(member(statement, "Action"), caller->action) &&
           meets(member(statement, "Condition"), caller);
}

bool iam_role_trusts(const struct iam_role *role, const struct iam_caller *caller)
{
    return any_statement(role->trust, "Allow", trusts_caller, caller);
}

/* What an inline policy is asked. */
struct access {
    const char *action, *resource;
};

static bool speaks_of(const cJSON *statement, const void *question)
{
    const struct access *access = question;
    return any_fits(member(statement, "Action"), access->action) &&
           any_fits(member(statement, "Resource"), access->resource);
}

bool iam_role_allows(const struct iam_role *role, const char *action, const char *resource)
{
    const struct access access = {action, resource};
    bool allowed = false;
    for (size_t i = 0; i < role->policies.count; i++) {
        const char *policy = role->policies.list[i].value;
        if (any_statement(policy, "Deny", speaks_of, &access))
            return false;
        allowed = allowed || any_statement(policy, "Allow", speaks_of, &access);
    }
    return allowed;
}
