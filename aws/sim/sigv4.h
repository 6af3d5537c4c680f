/* AWS Signature Version 4, computed again from what arrived (AWS General Reference, "Create a
 * signed AWS API request"). */
#ifndef AWS_SIM_SIGV4_H
#define AWS_SIM_SIGV4_H

#include "aws/sim/request.h"

/* What the Authorization header, or the query of a presigned URL, says. */
struct signature {
    bool presigned;
    char *key_id, *date, *region, *service; /* the credential scope */
    char *amz_date;                         /* 20260807T120000Z */
    char *token;                            /* X-Amz-Security-Token; NULL without */
    char *signed_headers;                   /* as sent: host;x-amz-date */
    char *value;                            /* 64 hexadecimal digits */
    int64_t time_ms;                        /* amz_date as wall time */
    int64_t expires_s;                      /* of a presigned URL */
    char *payload_hash; /* what stands for the payload; NULL: to be computed of the body */

    /* Set by sigv4_verify. */
    struct str canonical, to_sign;
    unsigned char signing_key[32];
};

/* Reads the signature of a request. NULL when there is none, or when it is malformed: then *why is
 * a static sentence, else NULL. The caller frees. Thread: any. */
struct signature *sigv4_read(const struct request *request, const char **why);
void sigv4_free(struct signature *s);

/* Whether the signature is the one that `secret` makes over the request with that payload hash.
 * Leaves what it computed in *s. Thread: any. */
bool sigv4_verify(struct signature *s, const struct request *request, const char *secret,
                  const char *payload_hash);

/* Whether a header's name is among those signed (lower case). Thread: any. */
bool sigv4_signs(const struct signature *s, const char *name);

/* Whether `claimed` signs a chunk (label AWS4-HMAC-SHA256-PAYLOAD) or a trailer
 * (AWS4-HMAC-SHA256-TRAILER) whose hash is given, behind the signature `previous`. Thread: any. */
bool sigv4_verify_chunk(const struct signature *s, const char *label, const char *previous,
                        const char *hash, const char *claimed);

#define EMPTY_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

#endif
