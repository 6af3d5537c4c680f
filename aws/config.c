/* What ~/.aws, the environment and the command line say about how to reach AWS. */
#include "aws/config.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

enum { ATTEMPTS_MOST = 100 };

/* What AWS_RETRY_MODE may say. They differ in how often a call is made; how long is waited in
 * between is the standard's. */
static const struct retry_mode {
    const char *name;
    int attempts;
} retry_modes[] = {{"standard", 3}, {"adaptive", 3}, {"legacy", 5}};

/* A variable that is set to nothing counts as not set. */
static const char *env(const char *name)
{
    const char *value = getenv(name);

    return value == NULL || *value == '\0' ? NULL : value;
}

static const char *home(void)
{
    const char *folder = env("HOME");

    if (folder == NULL) {
        const struct passwd *user = getpwuid(getuid());
        folder = user == NULL ? "/" : user->pw_dir;
    }
    return folder;
}

/* The file named by the variable, else by its usual name in the home folder. */
static char *file_path(const char *variable, const char *usual)
{
    const char *path = env(variable);

    if (path == NULL)
        path = usual;
    if (strncmp(path, "~/", 2) == 0)
        return xasprintf("%s/%s", home(), path + 2);
    return xstrdup(path);
}

/* An absent file is no error: *out stays NULL. */
static bool read_file(const char *variable, const char *usual, struct ini **out, struct err *err)
{
    char *path = file_path(variable, usual);
    bool absent = access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR);
    bool ok = true;

    if (!absent) {
        *out = ini_read(path, err);
        ok = *out != NULL;
    }
    free(path);
    return ok;
}

char *aws_config_home_path(const char *below)
{
    return xasprintf("%s/.aws/%s", home(), below);
}

/* What the config file calls a profile. */
static char *config_section(const struct aws_config *config, const char *profile)
{
    if (strcmp(profile, "default") == 0 && !ini_has_section(config->config, "profile default"))
        return xstrdup("default");
    return xasprintf("profile %s", profile);
}

const char *aws_config_profile_get(const struct aws_config *config, const char *profile,
                                   const char *key)
{
    char *section = config_section(config, profile);
    const char *value = ini_get(config->config, section, key);

    free(section);
    return value != NULL ? value : ini_get(config->shared, profile, key);
}

const char *aws_config_get(const struct aws_config *config, const char *key)
{
    return aws_config_profile_get(config, config->profile, key);
}

bool aws_config_has_profile(const struct aws_config *config, const char *profile)
{
    char *section = config_section(config, profile);
    bool has = ini_has_section(config->config, section) || ini_has_section(config->shared, profile);

    free(section);
    return has;
}

const char *aws_config_sso_get(const struct aws_config *config, const char *session,
                               const char *key)
{
    char *section = xasprintf("sso-session %s", session);
    const char *value = ini_get(config->config, section, key);

    free(section);
    return value;
}

static const char *first_of(const char *a, const char *b, const char *c)
{
    if (a != NULL)
        return a;
    return b != NULL ? b : c;
}

static bool choose_profile(struct aws_config *config, const char *wanted, struct err *err)
{
    const char *named = first_of(wanted, env("AWS_PROFILE"), env("AWS_DEFAULT_PROFILE"));

    config->profile = xstrdup(named == NULL ? "default" : named);
    config->profile_explicit = wanted != NULL;
    if (named != NULL && !aws_config_has_profile(config, named)) {
        err_set(err, ERR_CREDENTIALS, "the profile %s stands in no AWS configuration file", named);
        return err_advise(err, "see ~/.aws/config and ~/.aws/credentials, or AWS_CONFIG_FILE");
    }
    return true;
}

static bool read_attempts(struct aws_config *config, struct err *err)
{
    const char *mode = first_of(env("AWS_RETRY_MODE"), aws_config_get(config, "retry_mode"), NULL);
    const char *text =
        first_of(env("AWS_MAX_ATTEMPTS"), aws_config_get(config, "max_attempts"), NULL);
    config->max_attempts = mode == NULL ? retry_modes[0].attempts : 0;
    for (size_t i = 0; mode != NULL && i < ARRAY_LEN(retry_modes); i++)
        if (strcasecmp(mode, retry_modes[i].name) == 0)
            config->max_attempts = retry_modes[i].attempts;
    if (config->max_attempts == 0)
        return err_set(err, ERR_USAGE, "retry_mode is standard, adaptive or legacy, not %s", mode);
    if (text == NULL)
        return true;
    char *end = NULL;
    long value = strtol(text, &end, 10);
    if (*end != '\0' || value < 1 || value > ATTEMPTS_MOST)
        return err_set(err, ERR_USAGE, "max_attempts must be a number from 1 to %d, not %s",
                       ATTEMPTS_MOST, text);
    config->max_attempts = (int)value;
    return true;
}

/* A switch that stands in the environment or the profile. */
static bool is_on(const struct aws_config *config, const char *variable, const char *key)
{
    const char *text = first_of(env(variable), aws_config_get(config, key), NULL);

    return text != NULL && strcasecmp(text, "true") == 0;
}

static void read_settings(struct aws_config *config, const struct aws_config_options *options)
{
    const char *region = options->region;
    const char *bundle = options->ca_bundle;

    if (region == NULL)
        region = first_of(env("AWS_REGION"), env("AWS_DEFAULT_REGION"),
                          aws_config_get(config, "region"));
    if (bundle == NULL)
        bundle = first_of(env("AWS_CA_BUNDLE"), aws_config_get(config, "ca_bundle"),
                          env("REQUESTS_CA_BUNDLE"));
    config->region = xstrdup_or_null(region);
    config->ca_bundle = xstrdup_or_null(bundle);
    config->endpoint_url = xstrdup_or_null(options->endpoint_url);
    config->ignore_endpoints =
        is_on(config, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls");
    config->use_fips = is_on(config, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");
    config->use_dualstack = is_on(config, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");
}

bool aws_config_read_shared(struct ini **out, struct err *err)
{
    return read_file("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials", out, err);
}

struct aws_config *aws_config_load(const struct aws_config_options *options, struct err *err)
{
    struct aws_config *config = xcalloc(1, sizeof *config);

    if (!read_file("AWS_CONFIG_FILE", "~/.aws/config", &config->config, err) ||
        !aws_config_read_shared(&config->shared, err) ||
        !choose_profile(config, options->profile, err) || !read_attempts(config, err)) {
        aws_config_free(config);
        return NULL;
    }
    read_settings(config, options);
    return config;
}

void aws_config_free(struct aws_config *config)
{
    if (config == NULL)
        return;
    free(config->profile);
    free(config->region);
    free(config->ca_bundle);
    free(config->endpoint_url);
    ini_free(config->config);
    ini_free(config->shared);
    free(config);
}

/* The profile's `services = NAME` names a section with an indented block a service. */
static const char *services_endpoint(const struct aws_config *config, const char *service_id)
{
    const char *services = aws_config_get(config, "services");

    if (services == NULL)
        return NULL;
    char *section = xasprintf("services %s", services);
    char *key = xasprintf("%s.endpoint_url", service_id);
    const char *url = ini_get(config->config, section, key);
    free(section);
    free(key);
    return url;
}

const char *aws_config_endpoint(const struct aws_config *config, const char *service_id)
{
    if (config->endpoint_url != NULL || config->ignore_endpoints)
        return config->endpoint_url;
    char *variable = xasprintf("AWS_ENDPOINT_URL_%s", service_id);
    const char *url = first_of(env(variable), env("AWS_ENDPOINT_URL"), NULL);
    free(variable);
    return first_of(url, services_endpoint(config, service_id),
                    aws_config_get(config, "endpoint_url"));
}
