/* Sources of credentials that tatami cannot use: named and refused where the AWS CLI would use
 * them, since passing over them would act as somebody else. */
#include <stdlib.h>

#include "aws/credentials.h"
#include "base/mem.h"

struct refused {
    const char *key;      /* of the profile; NULL for a variable */
    const char *variable; /* of the environment */
};

static const struct refused first[] = {
    {.key = "role_arn"},       {.key = "web_identity_token_file"},
    {.key = "sso_session"},    {.key = "sso_start_url"},
    {.key = "sso_account_id"}, {.variable = "AWS_WEB_IDENTITY_TOKEN_FILE"},
};

static const struct refused next[] = {{.key = "login_session"}, {.key = "credential_process"}};

static const struct refused last[] = {{.variable = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"},
                                      {.variable = "AWS_CONTAINER_CREDENTIALS_FULL_URI"}};

static bool refuse(const struct aws_config *config, const struct refused *row, struct err *err)
{
    if (row->key != NULL)
        err_set(err, ERR_CREDENTIALS,
                "the profile %s takes its credentials from %s, which tatami cannot use",
                config->profile, row->key);
    else
        err_set(err, ERR_CREDENTIALS, "%s is set, and tatami cannot use credentials from there",
                row->variable);
    return err_advise(err,
                      "`aws configure export-credentials --format env` prints keys that it can");
}

static bool look(const struct aws_config *config, const struct refused *rows, size_t count,
                 bool *found, struct err *err)
{
    *found = false;
    for (size_t i = 0; i < count; i++) {
        const struct refused *row = &rows[i];
        if (row->key != NULL && aws_config_get(config, row->key) != NULL)
            return refuse(config, row, err);
        /* A profile named on the command line comes before the environment. */
        const char *value = row->variable == NULL ? NULL : getenv(row->variable);
        if (value != NULL && *value != '\0' && !config->profile_explicit)
            return refuse(config, row, err);
    }
    return true;
}

static bool get_first(const struct aws_config *config, struct credentials *out, bool *found,
                      struct err *err)
{
    (void)out;
    return look(config, first, ARRAY_LEN(first), found, err);
}

static bool get_next(const struct aws_config *config, struct credentials *out, bool *found,
                     struct err *err)
{
    (void)out;
    return look(config, next, ARRAY_LEN(next), found, err);
}

static bool get_last(const struct aws_config *config, struct credentials *out, bool *found,
                     struct err *err)
{
    (void)out;
    return look(config, last, ARRAY_LEN(last), found, err);
}

const struct credential_provider credentials_refused_first = {.name = "roles and SSO",
                                                              .get = get_first};
const struct credential_provider credentials_refused_next = {.name = "login and process",
                                                             .get = get_next};
const struct credential_provider credentials_refused_last = {.name = "container", .get = get_last};
