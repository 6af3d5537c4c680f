/* The chain of credential providers, in the order of the AWS CLI. */
#include "aws/credentials.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aws/partition.h"
#include "base/mem.h"

/* Those that read a profile are also what a role's source_profile goes through. */
static const struct link {
    const struct credential_provider *provider;
    bool of_profile;
} chain[] = {
    {.provider = &credentials_environment},
    {.provider = &credentials_role},
    {.provider = &credentials_web, .of_profile = true},
    {.provider = &credentials_sso, .of_profile = true},
    {.provider = &credentials_shared_file, .of_profile = true},
    {.provider = &credentials_login, .of_profile = true},
    {.provider = &credentials_process, .of_profile = true},
    {.provider = &credentials_config_file, .of_profile = true},
    {.provider = &credentials_container},
    {.provider = &credentials_imds},
};

void credentials_free(struct credentials *c)
{
    str_wipe_free(c->access_key_id);
    str_wipe_free(c->secret_access_key);
    str_wipe_free(c->session_token);
    free(c->source);
    *c = (struct credentials){0};
}

struct credentials credentials_copy(const struct credentials *c)
{
    return (struct credentials){.access_key_id = xstrdup_or_null(c->access_key_id),
                                .secret_access_key = xstrdup_or_null(c->secret_access_key),
                                .session_token = xstrdup_or_null(c->session_token),
                                .expires_at = c->expires_at,
                                .source = xstrdup_or_null(c->source)};
}

struct signin signin_of(const struct aws_config *config)
{
    return (struct signin){
        .config = config, .profile = config->profile, .environment = !config->profile_explicit};
}

const char *signin_get(const struct signin *with, const char *key)
{
    const char *value = aws_config_profile_get(with->config, with->profile, key);

    return value == NULL || *value == '\0' ? NULL : value;
}

const char *signin_env(const struct signin *with, const char *name)
{
    const char *value = with->environment ? getenv(name) : NULL;

    return value == NULL || *value == '\0' ? NULL : value;
}

const char *signin_region(const struct signin *with, const char *arn)
{
    const char *region = with->config->region;

    return region != NULL ? region : partition_of_arn(arn)->first_region;
}

static bool walk(const struct signin *with, bool of_profile, struct credentials *out, bool *found,
                 struct err *err)
{
    *found = false;
    *out = (struct credentials){0};
    for (size_t i = 0; !*found && i < ARRAY_LEN(chain); i++)
        if ((!of_profile || chain[i].of_profile) &&
            !chain[i].provider->get(with, out, found, err)) {
            credentials_free(out);
            return false;
        }
    return true;
}

bool credentials_of_profile(const struct signin *with, struct credentials *out, bool *found,
                            struct err *err)
{
    return walk(with, true, out, found, err);
}

bool credentials_resolve(const struct signin *with, struct credentials *out, struct err *err)
{
    bool found = false;

    if (!walk(with, false, out, &found, err))
        return false;
    if (!found) {
        err_set(err, ERR_CREDENTIALS,
                "no AWS credentials: neither the environment nor the profile %s has any, nor does "
                "this machine",
                with->profile);
        return err_advise(err, "`aws configure` or `aws sso login` gets some; AWS_PROFILE or "
                               "--profile names a profile that has them");
    }
    if (out->expires_at != 0 && out->expires_at <= (int64_t)time(NULL)) {
        err_set(err, ERR_EXPIRED, "the credentials from the %s have expired", out->source);
        credentials_free(out);
        return err_advise(err, "get new ones; a release goes on where it was");
    }
    return true;
}
