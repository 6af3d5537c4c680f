/* What AWS says when it says no. */
#ifndef AWS_REPLY_H
#define AWS_REPLY_H

#include "aws/http.h"
#include "base/err.h"

/* Fills *err from an answer that is a failure: kind, status, code, message, request id and advice;
 * operation and region are the caller's to add. Reads the bodies of the query protocol (EC2's shape
 * and the others'), of S3, and of the JSON protocols. Always returns false. Thread: any. */
bool reply_error(struct err *err, const struct http_answer *answer);

/* True when the answer is none of AWS's, for want of a request id: a web page where AWS speaks XML
 * or JSON, or a redirect. (S3 names a type for HEAD as well, where no body says what it is.) A
 * server error (5xx) is one, whoever tells it. Thread: any. */
bool reply_is_foreign(const struct http_answer *answer);
/* Fills *err (ERR_REPLY) from such an answer. Always returns false. Thread: any. */
bool reply_foreign(struct err *err, const struct http_answer *answer);

/* AWS's id of the answer, "" when it gives none; lives as long as the answer. Thread: any. */
const char *reply_request_id(const struct http_answer *answer);

/* How long the answer asks us to wait before another attempt, in milliseconds (x-amz-retry-after,
 * Retry-After in seconds); -1 when it asks for nothing. Thread: any. */
long reply_retry_after_ms(const struct http_answer *answer);

#endif
