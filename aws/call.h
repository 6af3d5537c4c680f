/* The one door to AWS: sign, send, classify, retry, paginate; and the one place that refuses
 * mutations when read only. */
#ifndef AWS_CALL_H
#define AWS_CALL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/config.h"
#include "aws/credentials.h"
#include "aws/http.h"
#include "aws/xml.h"
#include "base/buf.h"
#include "base/err.h"

/* One attempt as the trace sees it: no secrets, no bodies. Strings live during the callback; text
 * from AWS is not yet safe to draw. */
struct aws_trace {
    const char *service, *action, *region;
    bool mutating;
    int attempt;     /* from 1 */
    int http_status; /* 0 when no answer came */
    int duration_ms; /* wall */
    const char *code, *request_id;
    long retry_in_ms; /* program time; -1 when it is not tried again */
};

struct aws_options {
    const struct aws_config *config;                         /* must outlive the session */
    bool read_only;                                          /* mutating actions are ERR_REFUSED */
    const char *only_address;                                /* as in struct http_options */
    void (*trace)(void *arg, const struct aws_trace *trace); /* may be NULL; called on workers */
    void *trace_arg;
};

/* What all calls of a program share: configuration, credentials, clock skew, retry bucket.
 * Thread-safe. */
struct aws;
/* Resolves credentials at once; NULL with *err set when there are none. Thread: main. */
struct aws *aws_new(const struct aws_options *options, struct err *err);
/* After the last call has ended. Thread: main. */
void aws_free(struct aws *aws);
/* For people: where the credentials came from; lives as long as aws. Thread: any. */
const char *aws_credentials_source(const struct aws *aws);
/* The configuration that it was made with. Thread: any. */
const struct aws_config *aws_session_config(const struct aws *aws);

/* One thread's calls in one region. Opaque; keeps its connections. */
struct call;
/* cancel may be NULL, else it must outlive the call. Thread: any; then one thread at a time. */
struct call *call_new(struct aws *aws, const char *region, const atomic_bool *cancel);
/* Closes its connections; NULL is a no-op. Thread: any, not during a call. */
void call_free(struct call *c);
/* The region that it was made for; lives as long as c. Thread: any. */
const char *call_region(const struct call *c);
/* The session that it was made with. Thread: any. */
struct aws *call_session(const struct call *c);

/* One row per AWS action. */
enum call_protocol { CALL_QUERY, CALL_REST_XML };
struct call_action {
    const char *service; /* signing name: "ec2", "s3", "sts", "iam" */
    const char *name;    /* "DescribeImages" */
    const char *version; /* query: "2016-11-15"; else NULL */
    enum call_protocol protocol;
    bool mutating;
    bool once; /* no token makes a repetition harmless: after an attempt whose outcome is not known
                  it is not tried again; the caller looks first */
    const char *items; /* query, paginated: path of the item list, "imagesSet/item" */
    const char *token; /* path of the next token, "nextToken"; asked for as NextToken */
};

/* Query protocol: form is Action's parameters ("&Name=value..." without Action and Version, made
 * with aws/query; may be NULL). On success *root is the decoded answer, freed with xml_free(); root
 * may be NULL where the answer says nothing. Every error carries operation, region, status, code
 * and request id. Thread: worker. */
bool call_query(struct call *c, const struct call_action *action, const struct buf *form,
                struct xml **root, struct err *err);
/* The same, page after page: `each` is called for every item of every page (also none on an empty
 * one). Stops with ERR_REPLY when a token repeats. Thread: worker. */
bool call_query_pages(struct call *c, const struct call_action *action, const struct buf *form,
                      void (*each)(void *arg, const struct xml *item), void *arg, struct err *err);

/* REST: what aws/s3 needs. */
struct call_rest {
    const struct call_action *action;
    const char *method;
    const char *bucket;                /* chooses host or path style; NULL for none */
    const char *key;                   /* not encoded; NULL for none */
    const char *query;                 /* encoded, without '?'; NULL for none */
    const struct http_header *headers; /* 12 at most, names in lower case */
    size_t header_count;
    struct http_body body;
    bool unsigned_payload; /* UNSIGNED-PAYLOAD; else the body in memory is hashed */
    bool error_in_200;     /* an <Error> root, an empty or a broken body with status 200 is a failed
                              attempt */
    atomic_uint_least64_t *sent;
    const atomic_uint_least64_t *rate_bytes_s;
};
/* True for status 2xx; *answer is then the caller's (http_answer_free). A wrong region is followed
 * once and remembered for this call handle. Thread: worker. */
bool call_rest(struct call *c, const struct call_rest *r, struct http_answer *answer,
               struct err *err);

#endif
