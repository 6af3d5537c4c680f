/* Credentials from AWS_ACCESS_KEY_ID and its companions. */
#include "aws/credentials.h"
#include "aws/signin_json.h"
#include "base/mem.h"

static bool get(const struct signin *with, struct credentials *out, bool *found, struct err *err)
{
    const char *id = signin_env(with, "AWS_ACCESS_KEY_ID");
    const char *secret = signin_env(with, "AWS_SECRET_ACCESS_KEY");
    /* The old name comes first, as in botocore. */
    const char *token = signin_env(with, "AWS_SECURITY_TOKEN");
    const char *expiration = signin_env(with, "AWS_CREDENTIAL_EXPIRATION");
    time_t expires_at = 0;

    *found = false;
    if (id == NULL)
        return true;
    if (secret == NULL)
        return err_set(err, ERR_CREDENTIALS,
                       "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not");
    if (token == NULL)
        token = signin_env(with, "AWS_SESSION_TOKEN");
    if (expiration != NULL && (expires_at = signin_time(expiration)) < 0)
        return err_set(err, ERR_CREDENTIALS, "AWS_CREDENTIAL_EXPIRATION is no time: %s",
                       expiration);
    *out = (struct credentials){.access_key_id = xstrdup(id),
                                .secret_access_key = xstrdup(secret),
                                .session_token = xstrdup_or_null(token),
                                .expires_at = expires_at,
                                .source = xstrdup("environment")};
    *found = true;
    return true;
}

const struct credential_provider credentials_environment = {.name = "environment", .get = get};
