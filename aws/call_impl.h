/* Shared by the files of aws/call, and by nobody else. */
#ifndef AWS_CALL_IMPL_H
#define AWS_CALL_IMPL_H

#include <pthread.h>

#include "aws/call.h"
#include "aws/keeper.h"
#include "aws/pacer.h"
#include "aws/retry.h"

struct aws {
    const struct aws_config *config;
    bool read_only;
    char *only_address;
    void (*trace)(void *arg, const struct aws_trace *trace);
    void *trace_arg;
    struct keeper *keeper;
    struct retry_bucket *bucket;
    struct pacer *pacer;
    atomic_long skew_s; /* AWS's clock minus ours */
    pthread_mutex_t accepted_lock;
    char accepted[3][32]; /* under the lock: regions in which AWS has taken the credentials, the
                             first that did; "" for none */
};

struct call {
    struct aws *aws;
    char *region;
    struct http *http;
    const atomic_bool *cancel;
    bool accepted;                /* noted where AWS takes the credentials */
    char *bucket, *bucket_region; /* the last bucket that was found to be elsewhere */
};

/* A session that signs with these keys (copied; NULL: only for actions that are not signed), for
 * signing in itself. Free with aws_free(). Thread: any. */
struct aws *aws_new_with(const struct signin *with, const struct credentials *keys);

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
    int attempts_max; /* as in struct call_rest */
    int answer_s;     /* as in struct http_request */
    atomic_uint_least64_t *sent;
    const atomic_uint_least64_t *rate_bytes_s;
    /* An attempt begins: what the sink got of the one before is void. May be NULL. */
    void (*begin)(void *arg);
    /* As in struct http_request; arg is the one below. May be NULL. */
    void (*take)(void *arg, const char *bytes, size_t length);
    /* Looks at an answer with status 2xx; false with a kind and a message set makes it a failed
     * attempt. NULL takes every one. */
    bool (*accept)(void *arg, const struct http_answer *answer, struct err *err);
    void *arg;                  /* of the three */
    struct retry_state *budget; /* shared with the calls before it; NULL for one of its own */
};

/* Signs, sends, classifies, repeats. *answer is the last answer, also on failure where one came;
 * the caller frees it either way. Thread: worker. */
bool call_run(struct call *c, const struct call_request *r, struct http_answer *answer,
              struct err *err);

/* AWS took the credentials in the call's region. Thread: worker. */
void call_note_accepted(struct call *c);
/* Whether another region takes the credentials now: asks STS in those that ever did, until one
 * does. Thread: worker. */
bool call_works_elsewhere(struct call *c);

/* The region that calls to this bucket are signed for: where it was found, else the call's own.
 * Lives until the next call with c. Thread: worker. */
const char *call_bucket_region(const struct call *c, const char *bucket);

#endif
