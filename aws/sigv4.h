/* Signature Version 4 (AWS General Reference, "Signature Version 4 signing process"). Each stage is
 * a function, so that each can be compared with a vector. */
#ifndef AWS_SIGV4_H
#define AWS_SIGV4_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "aws/credentials.h"
#include "base/buf.h"

struct sigv4_header {
    const char *name; /* any case */
    const char *value;
};

/* What is signed. Everything is the caller's and is only read. */
struct sigv4_request {
    const char *method;
    const char *path;  /* as sent: percent-encoded once, starts with '/' */
    const char *query; /* as sent, without '?'; NULL or "" for none */
    const struct sigv4_header
        *headers; /* must include host; those that botocore skips are skipped */
    size_t header_count;
    const char *payload_hash; /* hex SHA-256, or UNSIGNED-PAYLOAD */
    const char *service;      /* "ec2"; "s3" is encoded once and not normalized */
    const char *region;
    time_t time; /* wall time, corrected for skew */
};

#define SIGV4_UNSIGNED  "UNSIGNED-PAYLOAD"
#define SIGV4_KEY_SIZE  32
#define SIGV4_DATE_SIZE 17 /* "20260807T120000Z" */
#define SIGV4_HEX_SIZE  65

/* "20260807T120000Z". Thread: any. */
void sigv4_date(time_t time, char out[SIGV4_DATE_SIZE]);
/* Lower-case hex SHA-256. Thread: any. */
void sigv4_hash_hex(const void *data, size_t length, char out[SIGV4_HEX_SIZE]);
/* The canonical request; signed_headers receives "host;x-amz-date". Thread: any. */
void sigv4_canonical_request(const struct sigv4_request *r, struct buf *out,
                             struct buf *signed_headers);
/* "20260807/us-east-1/ec2/aws4_request". Thread: any. */
void sigv4_scope(const struct sigv4_request *r, struct buf *out);
/* Algorithm, date, scope and the hash of the canonical request, a line each. Thread: any. */
void sigv4_string_to_sign(const struct sigv4_request *r, const char *canonical_request,
                          struct buf *out);
/* The HMAC chain; cached per thread for the last key, day, region and service. Thread: any. */
void sigv4_signing_key(const char *secret, const struct sigv4_request *r,
                       unsigned char out[SIGV4_KEY_SIZE]);
/* Lower-case hex of the HMAC of the string to sign. Thread: any. */
void sigv4_signature(const unsigned char key[SIGV4_KEY_SIZE], const char *string_to_sign,
                     char out[SIGV4_HEX_SIZE]);
/* The value of the Authorization header, all stages in one. Thread: any. */
void sigv4_authorization(const struct sigv4_request *r, const struct credentials *c,
                         struct buf *out);
/* The query string of a presigned URL (without '?'), valid for expires_s seconds (at most 604800).
 * Thread: any. */
void sigv4_presign(const struct sigv4_request *r, const struct credentials *c, int expires_s,
                   struct buf *out);

#endif
