/* One blocking HTTP exchange over a kept-alive libcurl handle, cancellable. */
#ifndef AWS_HTTP_H
#define AWS_HTTP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

struct http; /* one thread's connections */

/* In an answer both belong to it and the name is in lower case. */
struct http_header {
    const char *name;
    const char *value;
};

/* A body from memory (data); or from `read`, which gives the bytes at a place of it as they are
 * sent, all or ERR_IO or ERR_INPUT; or, where both are NULL, from a range of a file, read with
 * pread as it is sent. */
struct http_body {
    const void *data;
    bool (*read)(void *arg, uint64_t at, void *out, size_t length, struct err *err);
    void *arg; /* of read */
    int fd;
    off_t offset;
    uint64_t length;
};

/* Who gets the body of an answer with status 2xx as it arrives, instead of the answer. */
struct http_sink {
    void (*take)(void *arg, const char *bytes, size_t length);
    void *arg;
};

struct http_request {
    const char *method;
    const char *url;
    const struct http_header *headers;
    size_t header_count;
    struct http_body body; /* length 0 for none */
    bool new_connection;   /* for a request that may not arrive twice: libcurl by itself sends one
                              again when a kept connection turns out to be dead */
    struct http_sink sink; /* zeroed for none */
    size_t answer_limit_bytes; /* a larger answer is ERR_REPLY; 0 means 64 MiB */
    int timeout_s; /* without a byte moving, in program time, but at least 5 s of the wall's; 0
                      means 60 */
    int answer_s;  /* an answer that has begun and not ended must bring 4 KiB in this program time,
                      but at least 5 s of the wall's; 0 means 60 */
    atomic_uint_least64_t *sent; /* counts body bytes as they leave; those of an exchange that fails
                                    or is not answered with 2xx are taken back. May be NULL */
    const atomic_uint_least64_t
        *rate_bytes_s; /* limit of this connection, 0 for none; may be NULL */
};

struct http_answer {
    int status;
    struct http_header *headers;
    size_t header_count;
    struct buf body;
    int duration_ms;     /* wall; also where none came */
    int64_t exchange_us; /* of these, without connecting */
};

struct http_options {
    const char *ca_bundle;    /* NULL for the system's */
    const char *only_address; /* "127.0.0.1:8080": every other one is ERR_REFUSED; NULL for none */
    int limit_ms; /* of a whole exchange on the wall, for what is on this machine and answers at
                     once or never; no proxy is then asked. 0: none */
};

/* Once, before the first thread. Thread: main. */
void http_global_init(void);

/* A handle for one thread; options are copied. Thread: any. */
struct http *http_new(const struct http_options *options);
/* NULL is a no-op. Thread: any. */
void http_free(struct http *h);

/* Sends and reads. True when an answer came, whatever its status; *answer is then freed with
 * http_answer_free(). False with ERR_NETWORK, ERR_TIMEOUT, ERR_CANCELLED (within half a second of
 * *cancel becoming true), ERR_REPLY, ERR_REFUSED, ERR_USAGE (a URL or a CA bundle that cannot be
 * used), or ERR_IO and ERR_INPUT when the file of the body cannot be read or has become shorter.
 * cancel may be NULL. Redirects are not followed, TLS is always verified. Thread: worker, one
 * thread a handle. */
bool http_exchange(struct http *h, const struct http_request *request, const atomic_bool *cancel,
                   struct http_answer *answer, struct err *err);
/* Frees what it holds; a zeroed one is fine. Thread: any. */
void http_answer_free(struct http_answer *answer);
/* The header's value or NULL; name in lower case. Thread: any. */
const char *http_answer_header(const struct http_answer *answer, const char *name);

#endif
