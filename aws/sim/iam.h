/* Roles, as VM Import sees them. */
#ifndef AWS_SIM_IAM_H
#define AWS_SIM_IAM_H

#include "aws/sim/params.h"
#include "aws/sim/world.h"

struct iam_role {
    char *name, *id;
    struct account *account;
    char *trust;            /* AssumeRolePolicyDocument, JSON text */
    struct params policies; /* inline: name to JSON text */
    char *description;
    int64_t session_ms; /* wall time that its keys live at most; 0: as long as was asked for */
    int64_t created_ms, usable_ms; /* simulated: other services see it a little later */
    struct iam_role *next;
};

/* NULL when there is none. Thread: any, lock held. */
const struct iam_role *iam_find_role(const struct account *account, const char *name);

/* Whether VM Import can assume the role: it is there since a while, and its trust names
 * vmie.amazonaws.com, sts:AssumeRole and, if it has a condition, the external id vmimport.
 * Thread: any, lock held. */
bool iam_role_trusts_import(struct world *w, const struct iam_role *role);

/* Who wants to assume a role. */
struct iam_caller {
    const char *arn, *account; /* of the key that signed */
    const char *provider;      /* ARN of the identity provider that vouches; then without a key */
    const char *action;        /* "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity" */
    const char *external_id;   /* NULL: none was sent */
    bool mfa;
};

/* Whether the trust names the caller (its ARN, its account, its provider, or everybody) and the
 * action, and its conditions on sts:ExternalId and aws:MultiFactorAuthPresent are met. Thread: any,
 * lock held. */
bool iam_role_trusts(const struct iam_role *role, const struct iam_caller *caller);

/* Whether an inline policy of the role allows the action ("s3:GetObject") on the resource ARN, no
 * statement denying it. Conditions are not looked at. Thread: any, lock held. */
bool iam_role_allows(const struct iam_role *role, const char *action, const char *resource);

#endif
