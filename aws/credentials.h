/* Credentials: one interface, one provider a file, the chain in the order of the AWS CLI. */
#ifndef AWS_CREDENTIALS_H
#define AWS_CREDENTIALS_H

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

/* A way to get credentials. `get` returns true with *found false when it has nothing to say (the
 * chain goes on), and false with *err set when it has but they cannot be had (the chain ends). */
struct credential_provider {
    const char *name;
    bool (*get)(const struct aws_config *config, struct credentials *out, bool *found,
                struct err *err);
};

/* The providers, one a file. Each `get` is as above. Thread: any. */
extern const struct credential_provider credentials_environment;   /* AWS_ACCESS_KEY_ID ... */
extern const struct credential_provider credentials_shared_file;   /* ~/.aws/credentials */
extern const struct credential_provider credentials_config_file;   /* ~/.aws/config */
extern const struct credential_provider credentials_refused_first; /* roles, web identity, SSO */
extern const struct credential_provider credentials_refused_next;  /* login, credential_process */
extern const struct credential_provider credentials_refused_last;  /* containers */

/* Walks the providers in order (AWS CLI v2). ERR_CREDENTIALS when none has credentials, the message
 * then names what was looked at, or when one failed; ERR_EXPIRED when what was found is over.
 * Thread: any. */
bool credentials_resolve(const struct aws_config *config, struct credentials *out, struct err *err);

#endif
