/* What ~/.aws, the environment and the command line say about how to reach AWS. */
#ifndef AWS_CONFIG_H
#define AWS_CONFIG_H

#include <stdbool.h>

#include "base/err.h"
#include "base/ini.h"

/* Read once at the start, unchanged afterwards; shared by all threads. */
struct aws_config {
    char *profile;         /* never NULL; "default" unless chosen */
    bool profile_explicit; /* named on the command line: the environment's keys do not count */
    char *region;     /* AWS_REGION, AWS_DEFAULT_REGION, the profile's; NULL when nobody says */
    char *ca_bundle;  /* AWS_CA_BUNDLE, the profile's; NULL for the system's */
    int max_attempts; /* AWS_MAX_ATTEMPTS, the profile's; 3, in legacy mode 5 */
    bool ignore_endpoints; /* AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, or the profile's key */
    bool use_fips;         /* AWS_USE_FIPS_ENDPOINT, or the profile's key */
    bool use_dualstack;    /* AWS_USE_DUALSTACK_ENDPOINT, or the profile's key */
    char *endpoint_url;    /* the command line's; NULL when it says nothing */
    struct ini *config;    /* ~/.aws/config or AWS_CONFIG_FILE; NULL when there is none */
    struct ini *shared;    /* ~/.aws/credentials or AWS_SHARED_CREDENTIALS_FILE; NULL when none */
};

/* What the command line may say; NULL fields are not said. */
struct aws_config_options {
    const char *profile;
    const char *region;
    const char *endpoint_url;
    const char *ca_bundle;
};

/* Reads environment and files. A named profile that stands nowhere is ERR_CREDENTIALS; a file that
 * exists and cannot be read ERR_IO or ERR_INPUT; a setting that makes no sense ERR_USAGE. NULL with
 * *err set on failure; free with aws_config_free(). Thread: main. */
struct aws_config *aws_config_load(const struct aws_config_options *options, struct err *err);
/* The shared credentials file as it is now; *out is freed with ini_free(), NULL when there is none.
 * Thread: any. */
bool aws_config_read_shared(struct ini **out, struct err *err);
/* NULL is a no-op. Thread: main. */
void aws_config_free(struct aws_config *config);

/* A key of the profile: in the config file's [profile X] ([default] for default), else in the
 * shared credentials file's [X]; NULL when it stands nowhere. Lives as long as config. Thread: any.
 */
const char *aws_config_get(const struct aws_config *config, const char *key);

/* The same of any profile. Thread: any. */
const char *aws_config_profile_get(const struct aws_config *config, const char *profile,
                                   const char *key);
/* True when some file has a section for that profile. Thread: any. */
bool aws_config_has_profile(const struct aws_config *config, const char *profile);
/* A key of the config file's [sso-session NAME]; NULL when it stands nowhere. Lives as long as
 * config. Thread: any. */
const char *aws_config_sso_get(const struct aws_config *config, const char *session,
                               const char *key);
/* A file below the home folder's .aws, such as "cli/cache"; malloc'd. Thread: any. */
char *aws_config_home_path(const char *below);

/* The endpoint override for a service (id as in AWS_ENDPOINT_URL_<ID>: "EC2", "S3", ...): command
 * line, AWS_ENDPOINT_URL_<ID>, AWS_ENDPOINT_URL, the profile's `services` section, the profile's
 * endpoint_url; NULL when there is none. Lives as long as config. Thread: any. */
const char *aws_config_endpoint(const struct aws_config *config, const char *service_id);

#endif
