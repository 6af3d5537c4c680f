/* Error kind to wait or stop: the standard mode of the AWS SDKs (SDKs and Tools Reference, "Retry
 * behavior"). */
#ifndef AWS_RETRY_H
#define AWS_RETRY_H

#include <pthread.h>
#include <stdbool.h>

#include "base/err.h"

/* The bucket that all retries of a program share. Thread-safe. */
struct retry_bucket;
/* A full one; free with retry_bucket_free(). Thread: any. */
struct retry_bucket *retry_bucket_new(void);
/* NULL is a no-op. Thread: any, after the last use. */
void retry_bucket_free(struct retry_bucket *b);

/* One call's account with the bucket; zeroed at the start. */
struct retry_state {
    int attempt;   /* attempts made so far */
    int last_cost; /* tokens taken for the last retry */
};

/* After a failed attempt (s->attempt counts it): true when it should be made again, then *wait_ms
 * (program time) says after how long: a random part of min(2^(n-1), 20) s, or retry_after_ms where
 * the answer asked for that (-1 for nothing; at most 60 s). Only passing errors and unreadable
 * answers are repeated. Thread: any. */
bool retry_next(struct retry_bucket *b, struct retry_state *s, const struct err *err,
                int max_attempts, long retry_after_ms, long *wait_ms);
/* After success: gives back what the last retry took, or one token when there was none. Thread:
 * any. */
void retry_success(struct retry_bucket *b, struct retry_state *s);

/* The kind of an AWS error: by code ("" or NULL for none), else by HTTP status. Thread: any. */
enum err_kind retry_classify(const char *code, int http_status);

#endif
