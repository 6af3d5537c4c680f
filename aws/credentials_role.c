/* Credentials of a role that a profile names: role_arn with source_profile or credential_source. */
#include <stdlib.h>
#include <string.h>

#include "aws/credentials.h"
#include "aws/role_cache.h"
#include "aws/sts_role.h"
#include "base/mem.h"

enum { CODE_SIZE = 16, DURATION_S_MIN = 900, DURATION_S_MAX = 43200 };

/* What credential_source may say. */
static const struct source {
    const char *name;
    const struct credential_provider *provider;
} sources[] = {
    {"Environment", &credentials_environment},
    {"Ec2InstanceMetadata", &credentials_imds},
    {"EcsContainer", &credentials_container},
};

static bool has_keys(const struct signin *with)
{
    return signin_get(with, "aws_access_key_id") != NULL ||
           signin_get(with, "aws_secret_access_key") != NULL;
}

static bool is_role(const struct signin *with)
{
    return signin_get(with, "role_arn") != NULL &&
           signin_get(with, "web_identity_token_file") == NULL;
}

static bool get_role(const struct signin *with, struct credentials *out, struct err *err);

static bool from_source(const struct signin *with, const char *name, struct credentials *out,
                        struct err *err)
{
    struct signin as = *with;
    bool found = false;

    as.environment = true;
    as.parent = with;
    for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
        if (strcmp(sources[i].name, name) != 0)
            continue;
        if (!sources[i].provider->get(&as, out, &found, err))
            return false;
        return found ||
               err_set(err, ERR_CREDENTIALS,
                       "the profile %s takes its role with credentials from the %s, which has none",
                       with->profile, sources[i].provider->name);
    }
    err_set(err, ERR_CREDENTIALS, "the profile %s has a credential_source that there is not: %s",
            with->profile, name);
    return err_advise(err, "there are Environment, Ec2InstanceMetadata and EcsContainer");
}

/* A profile that some role on the way here belongs to gives its own keys or none: the chain would
 * not end. */
static bool goes_round(const struct signin *as)
{
    for (const struct signin *at = as->parent; at != NULL; at = at->parent)
        if (strcmp(at->profile, as->profile) == 0)
            return !has_keys(as);
    return false;
}

static bool from_profile(const struct signin *with, const char *profile, struct credentials *out,
                         struct err *err)
{
    struct signin as = *with;
    bool found = false;

    as.profile = profile;
    as.environment = false;
    as.parent = with;
    if (!aws_config_has_profile(with->config, profile))
        return err_set(
            err, ERR_CREDENTIALS,
            "the source_profile %s of the profile %s stands in no AWS configuration file", profile,
            with->profile);
    if (goes_round(&as))
        return err_set(err, ERR_CREDENTIALS,
                       "the source_profile %s of the profile %s comes back "
                       "to itself",
                       profile, with->profile);
    if (is_role(&as) && !has_keys(&as))
        return get_role(&as, out, err);
    if (!credentials_of_profile(&as, out, &found, err))
        return false;
    return found || err_set(err, ERR_CREDENTIALS,
                            "the source_profile %s of the profile %s has no credentials", profile,
                            with->profile);
}

static bool get_source(const struct signin *with, struct credentials *out, struct err *err)
{
    const char *profile = signin_get(with, "source_profile");
    const char *source = signin_get(with, "credential_source");

    if ((profile == NULL) == (source == NULL))
        return err_set(err, ERR_CREDENTIALS,
                       "the profile %s has a role_arn and %s source_profile %s credential_source",
                       with->profile, profile == NULL ? "neither" : "both",
                       profile == NULL ? "nor" : "and");
    return profile != NULL ? from_profile(with, profile, out, err)
                           : from_source(with, source, out, err);
}

static bool ask_code(const struct signin *with, const char *serial, char code[CODE_SIZE],
                     struct err *err)
{
    if (with->ask != NULL)
        return with->ask(with->ask_arg, serial, code, CODE_SIZE, err);
    err_set(err, ERR_CANCELLED,
            "the role of the profile %s wants a code of %s, and there is nobody "
            "to ask for it",
            with->profile, serial);
    return err_advise(err,
                      "`aws sts get-caller-identity --profile %s` asks for it and keeps the "
                      "keys where tatami finds them",
                      with->profile);
}

/* As in botocore, a number that is none does not count. */
static long duration(const struct signin *with)
{
    const char *text = signin_get(with, "duration_seconds");
    char *end = NULL;
    long value = text == NULL ? 0 : strtol(text, &end, 10);

    return text == NULL || *end != '\0' || value < DURATION_S_MIN || value > DURATION_S_MAX ? 0
                                                                                            : value;
}

static bool assume(const struct signin *with, struct sts_role *role, const char *source,
                   struct credentials *out, struct err *err)
{
    struct credentials keys = {0};
    char code[CODE_SIZE] = "";

    bool ok = get_source(with, &keys, err) &&
              (role->mfa_serial == NULL || ask_code(with, role->mfa_serial, code, err));
    role->mfa_code = code;
    ok = ok && sts_assume_role(with, role, &keys, source, out, err);
    role->mfa_code = NULL;
    mem_wipe(code, sizeof code);
    credentials_free(&keys);
    return ok;
}

static bool get_role(const struct signin *with, struct credentials *out, struct err *err)
{
    struct sts_role role = {.arn = signin_get(with, "role_arn"),
                            .session_name = signin_get(with, "role_session_name"),
                            .external_id = signin_get(with, "external_id"),
                            .mfa_serial = signin_get(with, "mfa_serial"),
                            .duration_s = duration(with)};
    char *source = xasprintf("role of the profile %s", with->profile);
    char *key = sts_role_key(&role);
    bool ok = role_cache_read(with, key, source, out);

    if (!ok && (ok = assume(with, &role, source, out, err)))
        role_cache_write(key, NULL, out);
    free(source);
    free(key);
    return ok;
}

static bool get(const struct signin *with, struct credentials *out, bool *found, struct err *err)
{
    *found = is_role(with);
    return !*found || get_role(with, out, err);
}

const struct credential_provider credentials_role = {.name = "role", .get = get};
