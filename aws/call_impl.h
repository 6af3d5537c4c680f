/* Shared by the files of aws/call, and by nobody else. */
#ifndef AWS_CALL_IMPL_H
#define AWS_CALL_IMPL_H

#include "aws/call.h"
#include "aws/retry.h"

struct aws {
    const struct aws_config *config;
    bool read_only;
    char *only_address;
    void (*trace)(void *arg, const struct aws_trace *trace);
    void *trace_arg;
    struct credentials credentials; /* unchanged after aws_new() */
    struct retry_bucket *bucket;
    atomic_long skew_s;   /* AWS's clock minus ours */
    atomic_bool accepted; /* AWS has taken these credentials somewhere */
};

struct call {
    struct aws *aws;
    char *region;
    struct http *http;
    const atomic_bool *cancel;
    bool accepted;                /* AWS has taken the credentials in this region */
    char *bucket, *bucket_region; /* the last bucket that was found to be elsewhere */
};

/* One request, ready to be signed; everything is the caller's. */
struct call_request {
    const struct call_action *action;
    const char *method;
    const char *region; /* to sign for */
    const char *origin; /* "https://host" */
    const char *path;   /* encoded once */
    const char *query;  /* encoded; NULL for none */
    const struct http_header *headers;
    size_t header_count;
    struct http_body body;
    bool unsigned_payload;
    atomic_uint_least64_t *sent;
    const atomic_uint_least64_t *rate_bytes_s;
    /* Looks at an answer with status 2xx; false with a kind and a message set makes it a failed
     * attempt. NULL takes every one. */
    bool (*accept)(void *arg, const struct http_answer *answer, struct err *err);
    void *accept_arg;
};

/* Signs, sends, classifies, repeats. *answer is the last answer, also on failure where one came;
 * the caller frees it either way. Thread: worker. */
bool call_run(struct call *c, const struct call_request *r, struct http_answer *answer,
              struct err *err);

/* The region that calls to this bucket are signed for: where it was found, else the call's own.
 * Lives until the next call with c. Thread: worker. */
const char *call_bucket_region(const struct call *c, const char *bucket);

#endif
