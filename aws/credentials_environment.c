/* Credentials from AWS_ACCESS_KEY_ID and its companions. */
#include <stdlib.h>

#include "aws/credentials.h"
#include "base/clock.h"
#include "base/mem.h"

static const char *env(const char *name)
{
    const char *value = getenv(name);

    return value == NULL || *value == '\0' ? NULL : value;
}

static bool get(const struct aws_config *config, struct credentials *out, bool *found,
                struct err *err)
{
    const char *id = env("AWS_ACCESS_KEY_ID");
    const char *secret = env("AWS_SECRET_ACCESS_KEY");
    /* The old name comes first, as in botocore. */
    const char *token = env("AWS_SECURITY_TOKEN");
    const char *expiration = env("AWS_CREDENTIAL_EXPIRATION");
    time_t expires_at = 0;

    *found = false;
    if (config->profile_explicit || id == NULL)
        return true;
    if (secret == NULL)
        return err_set(err, ERR_CREDENTIALS,
                       "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not");
    if (token == NULL)
        token = env("AWS_SESSION_TOKEN");
    if (expiration != NULL && (expires_at = clock_parse_iso(expiration)) < 0)
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
