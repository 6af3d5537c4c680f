/* JSON that holds keys: read, and wiped afterwards. */
#ifndef AWS_SIGNIN_JSON_H
#define AWS_SIGNIN_JSON_H

#include <cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "aws/credentials.h"

/* How a source of credentials calls the members of its object. */
struct signin_names {
    const char *id, *secret, *token, *expiration;
    bool expiration_in_ms; /* a number, not a time in words */
};
extern const struct signin_names signin_names_sts;       /* SessionToken: STS, credential_process */
extern const struct signin_names signin_names_container; /* Token: containers, IMDS */
extern const struct signin_names signin_names_sso;       /* accessKeyId, expiration in ms */

/* Parses as json_parse() does and leaves no copy behind; the message never shows the text. what
 * names it for people. NULL with ERR_CREDENTIALS. Free with signin_json_free(). Thread: any. */
cJSON *signin_json_parse(const char *text, size_t length, const char *what, struct err *err);
/* Overwrites every string, then frees; NULL is a no-op. Thread: any. */
void signin_json_free(cJSON *json);
/* Takes the keys of an object (may be NULL); source is copied. Wants id and secret, and where there
 * is an expiration one that can be read. False with ERR_CREDENTIALS. Thread: any. */
bool signin_json_keys(const cJSON *object, const struct signin_names *names, const char *source,
                      struct credentials *out, struct err *err);
/* A time as AWS's tools write it: "2026-11-23T01:02:03Z", with fractions, with "UTC" (the CLI's
 * cache) or an offset ("+00:00") behind; -1 when it is none. Thread: any. */
time_t signin_time(const char *text);

#endif
