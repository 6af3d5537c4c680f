/* The chain of credential providers, in the order of the AWS CLI. */
#include "aws/credentials.h"

#include <stdlib.h>
#include <time.h>

#include "base/mem.h"

static const struct credential_provider *const chain[] = {
    &credentials_environment,  &credentials_refused_first, &credentials_shared_file,
    &credentials_refused_next, &credentials_config_file,   &credentials_refused_last,
};

void credentials_free(struct credentials *c)
{
    str_wipe_free(c->access_key_id);
    str_wipe_free(c->secret_access_key);
    str_wipe_free(c->session_token);
    free(c->source);
    *c = (struct credentials){0};
}

bool credentials_resolve(const struct aws_config *config, struct credentials *out, struct err *err)
{
    bool found = false;

    *out = (struct credentials){0};
    for (size_t i = 0; !found && i < ARRAY_LEN(chain); i++)
        if (!chain[i]->get(config, out, &found, err)) {
            credentials_free(out);
            return false;
        }
    if (!found) {
        err_set(err, ERR_CREDENTIALS,
                "no AWS credentials: neither the environment nor the profile %s has any",
                config->profile);
        return err_advise(err, "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE");
    }
    if (out->expires_at != 0 && out->expires_at <= (int64_t)time(NULL)) {
        err_set(err, ERR_EXPIRED, "the credentials from the %s have expired", out->source);
        credentials_free(out);
        return err_advise(err, "get new ones and start again; a release goes on where it was");
    }
    return true;
}
