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

static bool get_shared(const struct aws_config *config, struct credentials *out, bool *found,
                       struct err *err)
{
    return read_keys(config->shared, config->profile, config->profile, "~/.aws/credentials", out,
                     found, err);
}

static bool get_config(const struct aws_config *config, struct credentials *out, bool *found,
                       struct err *err)
{
    char *section = xasprintf("profile %s", config->profile);
    const char *chosen = section;

    if (strcmp(config->profile, "default") == 0 && !ini_has_section(config->config, section))
        chosen = "default";
    bool ok = read_keys(config->config, chosen, config->profile, "~/.aws/config", out, found, err);
    free(section);
    return ok;
}

const struct credential_provider credentials_shared_file = {.name = "shared credentials file",
                                                            .get = get_shared};
const struct credential_provider credentials_config_file = {.name = "config file",
                                                            .get = get_config};
