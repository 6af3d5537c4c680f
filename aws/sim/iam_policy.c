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
typedef bool fits_fn(const cJSON *statement, const char *a, const char *b);

static bool is_fitting(const cJSON *statement, const char *effect, fits_fn *fits, const char *a,
                       const char *b)
{
    const char *own = cJSON_GetStringValue(member(statement, "Effect"));
    return own != NULL && strcmp(own, effect) == 0 && fits(statement, a, b);
}

/* Whether a statement of that effect fits; a policy has one statement or a list of them. */
static bool any_statement(const char *policy, const char *effect, fits_fn *fits, const char *a,
                          const char *b)
{
    cJSON *json = cJSON_Parse(policy);
    const cJSON *statements = member(json, "Statement");
    const cJSON *statement = cJSON_IsArray(statements) ? statements->child : NULL;
    bool found = cJSON_IsObject(statements) && is_fitting(statements, effect, fits, a, b);
    for (; statement != NULL && !found; statement = statement->next)
        found = is_fitting(statement, effect, fits, a, b);
    cJSON_Delete(json);
    return found;
}

static bool trusts_import(const cJSON *statement, const char *a, const char *b)
{
    (void)a, (void)b;
    const cJSON *equals = member(member(statement, "Condition"), "StringEquals");
    const cJSON *id = equals != NULL ? equals->child : NULL;
    return any_fits(member(member(statement, "Principal"), "Service"), "vmie.amazonaws.com") &&
           any_fits(member(statement, "Action"), "sts:AssumeRole") &&
           (id == NULL || any_fits(id, "vmimport"));
}

bool iam_role_trusts_import(struct world *w, const struct iam_role *role)
{
    return clock_now_ms(w->clock) >= role->usable_ms &&
           any_statement(role->trust, "Allow", trusts_import, NULL, NULL);
}

static bool trusts_account(const cJSON *statement, const char *arn, const char *root)
{
    const cJSON *principal = member(statement, "Principal");
    const cJSON *aws = cJSON_IsString(principal) ? principal : member(principal, "AWS");
    return any_fits(aws, arn) || any_fits(aws, root);
}

bool iam_role_trusts_account(const struct iam_role *role, const char *arn, const char *account)
{
    char *root = xasprintf("arn:aws:iam::%s:root", account);
    bool trusts = any_statement(role->trust, "Allow", trusts_account, arn, root) ||
                  any_statement(role->trust, "Allow", trusts_account, arn, account);
    free(root);
    return trusts;
}

static bool speaks_of(const cJSON *statement, const char *action, const char *resource)
{
    return any_fits(member(statement, "Action"), action) &&
           any_fits(member(statement, "Resource"), resource);
}

bool iam_role_allows(const struct iam_role *role, const char *action, const char *resource)
{
    bool allowed = false;
    for (size_t i = 0; i < role->policies.count; i++) {
        const char *policy = role->policies.list[i].value;
        if (any_statement(policy, "Deny", speaks_of, action, resource))
            return false;
        allowed = allowed || any_statement(policy, "Allow", speaks_of, action, resource);
    }
    return allowed;
}
