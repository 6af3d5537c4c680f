/* Keys that stand in a profile of ~/.aws/credentials or ~/.aws/config. */
#include <stdlib.h>
#include <string.h>

#include "aws/credentials.h"
#include "base/mem.h"

/* Takes the keys of one section; file is for messages. */
static bool read_keys(const struct ini *ini, const char *section, const char *profile,
                      const char *file, struct credentials *out, bool *found, struct err *err)
{
    const char *id = ini_get(ini, section, "aws_access_key_id");
    const char *secret = ini_get(ini, section, "aws_secret_access_key");
    const char *token = ini_get(ini, section, "aws_session_token");

    *found = false;
    if (token == NULL)
        token = ini_get(ini, section, "aws_security_token");
    if (id == NULL || *id == '\0')
        return true;
    if (secret == NULL || *secret == '\0')
        return err_set(err, ERR_CREDENTIALS,
                       "the profile %s in %s has aws_access_key_id without aws_secret_access_key",
                       profile, file);
    *out = (struct credentials){.access_key_id = xstrdup(id),
                                .secret_access_key = xstrdup(secret),
                                .session_token =
                                    token == NULL || *token == '\0' ? NULL : xstrdup(token),
                                .source = xasprintf("profile %s in %s", profile, file)};
    *found = true;
    return true;
}

static bool get_shared(const struct signin *with, struct credentials *out, bool *found,
                       struct err *err)
{
    struct ini *fresh = NULL;

    /* Helpers write the keys of a new login into it. */
    if (with->anew && !aws_config_read_shared(&fresh, err))
        return false;
    bool ok = read_keys(with->anew ? fresh : with->config->shared, with->profile, with->profile,
                        "~/.aws/credentials", out, found, err);
    ini_free(fresh);
    return ok;
}

static bool get_config(const struct signin *with, struct credentials *out, bool *found,
                       struct err *err)
{
    const struct ini *ini = with->config->config;
    char *section = xasprintf("profile %s", with->profile);
    const char *chosen = section;

    if (strcmp(with->profile, "default") == 0 && !ini_has_section(ini, section))
        chosen = "default";
    bool ok = read_keys(ini, chosen, with->profile, "~/.aws/config", out, found, err);
    free(section);
    return ok;
}

const struct credential_provider credentials_shared_file = {.name = "shared credentials file",
                                                            .get = get_shared};
const struct credential_provider credentials_config_file = {.name = "config file",
                                                            .get = get_config};
