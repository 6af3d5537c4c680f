/* Credentials of a role by the token of an identity provider: CI with OIDC, pods with IRSA. */
#include <stdlib.h>

#include "aws/credentials.h"
#include "aws/role_cache.h"
#include "aws/signin_file.h"
#include "aws/sts_role.h"
#include "base/mem.h"

/* A variable, else a key of the profile. */
static const char *setting(const struct signin *with, const char *variable, const char *key)
{
    const char *value = signin_env(with, variable);

    return value != NULL ? value : signin_get(with, key);
}

/* The token is read each time: it changes more often than a program starts. */
static bool assume(const struct signin *with, struct sts_role *role, const char *path,
                   struct credentials *out, struct err *err)
{
    struct buf token = BUF_INIT;
    char *source = xasprintf("web identity in %s", path);
    char *key = sts_role_key(role);
    bool ok = role_cache_read(with, key, source, out);

    if (!ok && signin_file_token(path, &token, err)) {
        role->token = buf_str(&token);
        ok = sts_assume_role(with, role, NULL, source, out, err);
        if (ok)
            role_cache_write(key, NULL, out);
    }
    buf_wipe_free(&token);
    free(source);
    free(key);
    return ok;
}

static bool get(const struct signin *with, struct credentials *out, bool *found, struct err *err)
{
    const char *path = setting(with, "AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
    struct sts_role role = {.arn = setting(with, "AWS_ROLE_ARN", "role_arn"),
                            .session_name =
                                setting(with, "AWS_ROLE_SESSION_NAME", "role_session_name")};

    *found = path != NULL;
    if (!*found)
        return true;
    if (role.arn == NULL)
        return err_set(err, ERR_CREDENTIALS,
                       "there is a web identity in %s and no role for it: neither AWS_ROLE_ARN nor "
                       "role_arn in the profile %s",
                       path, with->profile);
    return assume(with, &role, path, out, err);
}

const struct credential_provider credentials_web = {.name = "web identity", .get = get};
