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
    const struct err *err; /* kind ERR_NONE: none */
    long retry_in_ms;      /* program time; -1 when it is not tried again */
};

struct aws_options {
    const struct aws_config *config; /* must outlive the session */
    bool read_only;                  /* mutating actions are ERR_REFUSED */
    const char *only_address;        /* as in struct http_options */
    credentials_ask_fn *ask; /* for the code of an MFA device, during aws_new() only; may be NULL */
    void *ask_arg;
    const atomic_bool *cancel;                               /* of aws_new() only; may be NULL */
    void (*trace)(void *arg, const struct aws_trace *trace); /* may be NULL; called on workers */
    void *trace_arg;
};

/* What all calls of a program share: configuration, credentials, clock skew, retry bucket.
 * Thread-safe. */
struct aws;
/* Resolves credentials at once, which may ask AWS, a program or this machine for them; NULL with
 * *err set when there are none. They are renewed before they end. Thread: main. */
struct aws *aws_new(const struct aws_options *options, struct err *err);
/* After the last call has ended. Thread: main. */
void aws_free(struct aws *aws);
/* For people: where the credentials came from; lives as long as aws. Thread: any. */
const char *aws_credentials_source(const struct aws *aws);
/* When they end (wall time, seconds since 1970); 0 for never. Thread: any. */
int64_t aws_credentials_expire(struct aws *aws);
/* How many seconds of wall time they last; -1 for ever. Thread: any. */
int64_t aws_credentials_left_s(struct aws *aws);
/* False where no new login can reach them: those of this program's own environment. Thread: any. */
bool aws_credentials_may_change(const struct aws *aws);
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

/* Looks for other credentials at once, as after a new login; asks AWS nothing with them. False with
 * *err set when there are none yet. Thread: worker. */
bool call_sign_in_again(struct call *c, struct err *err);

/* One AWS action; all that tatami asks stand in aws/actions.h. */
enum call_protocol { CALL_QUERY, CALL_REST_XML, CALL_REST_JSON, CALL_JSON_1_1 };
struct call_action {
    const char *service;    /* signing name: "ec2", "s3", "sts", "iam" */
    const char *name;       /* "DescribeImages" */
    const char *version;    /* query: "2016-11-15"; JSON 1.1: what stands before the dot in
                               X-Amz-Target, "AmazonSSM"; else NULL */
    const char *permission; /* what a policy must allow, "s3:PutObject"; NULL: service:name; "": it
                               needs none */
    enum call_protocol protocol;
    bool mutating;
    bool unsigned_call; /* speaks for itself: signing in with a token */
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

/* Who gets the items of a paginated answer. All run inside the call, while the answer arrives, and
 * make no other call with the same handle. */
struct call_items {
    void (*each)(void *arg, const struct xml *item); /* the item lives during this only */
    void *arg;
    void (*again)(void *page_arg); /* the items since the last `page` come again: an answer broke
                                      off. May be NULL: then `each` may see an item twice */
    void (*page)(void *page_arg);  /* a page is complete; may be NULL */
    void *page_arg;
};
/* The same, page after page: `each` is called for every item of every page as it arrives, so that
 * never more than one item stands in memory. Stops with ERR_REPLY when a token repeats. Thread:
 * worker. */
bool call_query_pages(struct call *c, const struct call_action *action, const struct buf *form,
                      const struct call_items *items, struct err *err);

/* REST: S3 by bucket and key, other services by path. */
struct call_rest {
    const struct call_action *action;
    const char *method;
    const char *bucket;                /* S3: chooses host or path style; NULL for none */
    const char *key;                   /* S3: not encoded; NULL for none */
    const char *path;                  /* others: encoded, starts with '/'; NULL for S3 */
    const char *query;                 /* encoded, without '?'; NULL for none */
    const struct http_header *headers; /* 12 at most, names in lower case */
    size_t header_count;
    struct http_body body;
    bool unsigned_payload; /* UNSIGNED-PAYLOAD; else the body in memory is hashed */
    bool error_in_200;     /* an <Error> root, an empty or a broken body with status 200 is a failed
                              attempt */
    int attempts_max;      /* 0: the configuration's; 1 for who repeats by himself */
    /* Who gets the body of an answer with status 2xx instead of the answer; `begin` says that it
     * comes from the start. Not with error_in_200; both may be NULL. */
    void (*begin)(void *arg);
    void (*take)(void *arg, const char *bytes, size_t length);
    void *arg;
    atomic_uint_least64_t *sent;
    const atomic_uint_least64_t *rate_bytes_s;
};
/* True for status 2xx; *answer is then the caller's (http_answer_free). A wrong region is followed
 * once and remembered for this call handle. Thread: worker. */
bool call_rest(struct call *c, const struct call_rest *r, struct http_answer *answer,
               struct err *err);

/* The same, and the answer decoded: *root is freed with xml_free(), NULL on failure. An answer that
 * cannot be read is a failed attempt; r->error_in_200 is not looked at. Thread: worker. */
bool call_rest_xml(struct call *c, const struct call_rest *r, struct xml **root, struct err *err);

/* One call of a JSON protocol. */
struct cJSON;
struct call_json {
    const struct call_action *action;  /* CALL_REST_JSON or CALL_JSON_1_1 */
    const char *method, *path;         /* REST: "POST", "/list-rules", encoded; JSON 1.1: NULL */
    const char *query;                 /* REST: encoded, without '?'; NULL for none */
    const struct http_header *headers; /* 12 at most, names in lower case */
    size_t header_count;
    const struct cJSON *body; /* NULL for none; JSON 1.1 then sends {} */
};
/* Sends it and decodes what comes: *answer is freed with cJSON_Delete(), an empty object where AWS
 * says nothing, NULL on failure. ERR_REPLY when it is no JSON object, or larger or deeper than
 * json_parse() reads. Every error carries operation, region, status, code and request id. Thread:
 * worker. */
bool call_json(struct call *c, const struct call_json *j, struct cJSON **answer, struct err *err);

#endif
