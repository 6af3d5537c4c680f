/* What goes back: status, headers, body; and an error in the words of each protocol. */
#ifndef AWS_SIM_REPLY_H
#define AWS_SIM_REPLY_H

#include "aws/sim/request.h"
#include "aws/sim/xml.h"

struct reply {
    int status; /* 200 at the start */
    struct params headers;
    struct str body;
    struct content *content; /* sent instead of the body when set; the reply's own reference */
    uint64_t content_offset, content_len;
    char *error_code; /* set by reply_error: what /_sim/requests counts as an error */
    bool foreign;     /* not AWS answers: the headers that all its answers have are left out */
};

/* The query protocols' wrapper. reply_open writes `<ActionResponse xmlns=...>` and, for EC2, its
 * <requestId>; reply_close ends it (STS and IAM: with ResponseMetadata). Thread: any. */
void reply_open(struct request *request, struct reply *reply);
void reply_close(struct request *request, struct reply *reply);

/* The whole answer `<ActionResponse>...<return>true</return></ActionResponse>`. Thread: any. */
void reply_true(struct request *request, struct reply *reply);

/* Replaces whatever was written by an error in the form of the request's protocol. Thread: any. */
void reply_error(struct request *request, struct reply *reply, int status, const char *code,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The same with elements (XML, S3's <Region>, say) or fields behind the message: `extra` holds
 * names and values. Thread: any. */
void reply_error_with(struct request *request, struct reply *reply, int status, const char *code,
                      const char *message, const struct params *extra);

/* The error that the request's protocol has for "too many requests". Thread: any. */
void reply_throttled(struct request *request, struct reply *reply);

/* A JSON answer; frees `json`. Thread: any. */
void reply_json(struct reply *reply, int status, cJSON *json);

/* Sets a header; frees what the reply holds. Thread: any. */
void reply_header(struct reply *reply, const char *name, const char *value);
void reply_free(struct reply *reply);

#endif
