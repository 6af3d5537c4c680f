/* Security Token Service: keys of a role, by other keys or by the token of an identity provider. */
#ifndef AWS_STS_ROLE_H
#define AWS_STS_ROLE_H

#include "aws/credentials.h"

/* What is asked for; NULL and 0 are left out. */
struct sts_role {
    const char *arn;
    const char *session_name; /* NULL: one is made */
    const char *external_id;
    const char *mfa_serial, *mfa_code;
    const char *token; /* of a web identity */
    long duration_s;   /* 900 to 43200 */
};

/* AssumeRole signed with `keys`; with keys NULL, AssumeRoleWithWebIdentity with role->token. source
 * is copied into *out. Errors are those of a call; ERR_REPLY when the answer holds no keys. Thread:
 * any. */
bool sts_assume_role(const struct signin *with, const struct sts_role *role,
                     const struct credentials *keys, const char *source, struct credentials *out,
                     struct err *err);
/* The name under which the AWS CLI keeps the keys of what is asked for: neither the code nor the
 * token nor a session name that is made counts. Malloc'd. Thread: any. */
char *sts_role_key(const struct sts_role *role);

#endif
