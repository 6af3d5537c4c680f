/* What a machine itself says over HTTP about its credentials: containers and instance metadata. */
#ifndef AWS_LOCAL_HTTP_H
#define AWS_LOCAL_HTTP_H

#include "aws/credentials.h"
#include "aws/http.h"

/* One question. */
struct local_http {
    const char *method, *url;
    const struct http_header *headers;
    size_t header_count;
    int limit_ms, attempts; /* wall time of each attempt, one behind the other */
};

/* Asks until a status of 2xx comes, or one of 4xx, which is an answer too. True when any answer
 * came, then *answer is freed with http_answer_free(); at most 64 KiB are taken, redirects are not
 * followed, no proxy is asked. Thread: any. */
bool local_http_ask(const struct signin *with, const struct local_http *ask,
                    struct http_answer *answer, struct err *err);
/* The keys in a body of JSON; what names it for people, as the source too. Thread: any. */
bool local_http_keys(const struct http_answer *answer, const char *what, struct credentials *out,
                     struct err *err);

#endif
