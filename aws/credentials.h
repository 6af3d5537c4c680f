/* Credentials: one interface, one provider a file, the chain in the order of the AWS CLI. */
#ifndef AWS_CREDENTIALS_H
#define AWS_CREDENTIALS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "aws/config.h"
#include "base/err.h"

/* One set of keys. Owned by whoever called; wiped by credentials_free(). */
struct credentials {
    char *access_key_id;
    char *secret_access_key;
    char *session_token; /* NULL for long-term keys */
    int64_t expires_at;  /* wall time, seconds since 1970; 0 when they do not expire */
    char *source;        /* for people: "environment", "profile release in ~/.aws/credentials" */
};

/* Overwrites and frees what it holds; the struct itself is the caller's. Thread: any. */
void credentials_free(struct credentials *c);
/* A copy, freed with credentials_free(). Thread: any. */
struct credentials credentials_copy(const struct credentials *c);

/* Asks a person for the code of an MFA device, whose serial number or ARN is given, and puts it
 * into code (size bytes), without showing it. False with *err set: ERR_CANCELLED when there is
 * nobody to ask. */
typedef bool credentials_ask_fn(void *arg, const char *serial, char *code, size_t size,
                                struct err *err);

/* What a provider works with. */
struct signin {
    const struct aws_config *config;
    const char *profile;         /* whose settings count: the session's, or a source profile's */
    bool environment;            /* so do the environment's variables */
    const struct signin *parent; /* the role profile that wants these as its source; NULL: none */
    const char *only_address;    /* as in struct http_options */
    const atomic_bool *cancel;   /* ends it with ERR_CANCELLED; may be NULL */
    bool anew;                   /* what the CLI's cache holds does not count */
    credentials_ask_fn *ask;     /* NULL: nobody is there; programs that are started then see no
                                    terminal either */
    void *ask_arg;
};

/* A way to get credentials. `get` returns true with *found false when it has nothing to say (the
 * chain goes on), and false with *err set when it has but they cannot be had (the chain ends). */
struct credential_provider {
    const char *name;
    bool (*get)(const struct signin *with, struct credentials *out, bool *found, struct err *err);
};

/* The providers, one a file. Each `get` is as above. Thread: any. */
extern const struct credential_provider credentials_environment; /* AWS_ACCESS_KEY_ID ... */
extern const struct credential_provider credentials_role;        /* role_arn of a profile */
extern const struct credential_provider credentials_web;         /* AWS_WEB_IDENTITY_TOKEN_FILE */
extern const struct credential_provider credentials_sso;         /* sso_session, sso_start_url */
extern const struct credential_provider credentials_shared_file; /* ~/.aws/credentials */
extern const struct credential_provider credentials_login;       /* login_session: refused */
extern const struct credential_provider credentials_process;     /* credential_process */
extern const struct credential_provider credentials_config_file; /* ~/.aws/config */
extern const struct credential_provider credentials_container;   /* ECS, EKS pod identity */
extern const struct credential_provider credentials_imds;        /* EC2 instance metadata */

/* Walks the providers in order (AWS CLI v2); ERR_CREDENTIALS when none has credentials, the message
 * then names what was looked at, or when one failed; ERR_EXPIRED when what was found is over;
 * other kinds from the network. with->profile must be the configuration's. Thread: any. */
bool credentials_resolve(const struct signin *with, struct credentials *out, struct err *err);
/* Walks those that read a profile, for the source_profile of a role. Thread: any. */
bool credentials_of_profile(const struct signin *with, struct credentials *out, bool *found,
                            struct err *err);

/* The region of the EC2 instance that this runs on, malloc'd and as it came; NULL when this is none
 * or AWS_EC2_METADATA_DISABLED is true. Takes a second where nothing answers. Thread: any. */
char *credentials_imds_region(const struct signin *with);

/* How to begin: the configuration's own profile, with nobody to ask. Thread: any. */
struct signin signin_of(const struct aws_config *config);
/* A key of with->profile; NULL when it stands nowhere. Thread: any. */
const char *signin_get(const struct signin *with, const char *key);
/* A variable of the environment; NULL when it is not set, is empty, or does not count. Thread: any.
 */
const char *signin_env(const struct signin *with, const char *name);
/* Where calls for this sign-in go: the configuration's region, else the partition's first of an
 * ARN's; never NULL. Thread: any. */
const char *signin_region(const struct signin *with, const char *arn);

#endif
