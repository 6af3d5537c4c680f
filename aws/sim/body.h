/* A request's body on its way in: decoded (aws-chunked), measured, digested, kept. */
#ifndef AWS_SIM_BODY_H
#define AWS_SIM_BODY_H

#include "aws/sim/checksum.h"
#include "aws/sim/reply.h"

struct body;

/* Begins. With `content` the bytes go there and are digested for S3, else into `text`, of which
 * more than BODY_MAX is refused. The request's headers say how it is encoded; its signature, once
 * verified, is what signed chunks are checked by. `checksum` is one that is wanted whatever the
 * headers say (that of a multipart upload). Thread: any. */
struct body *body_new(const struct request *request, struct content *content, struct str *text,
                      enum checksum_kind checksum);
void body_free(struct body *b);

#define BODY_MAX (2 * 1024 * 1024)

/* Takes bytes as they arrive; problems are remembered until the end. Thread: any. */
void body_feed(struct body *b, const void *bytes, size_t len);

/* Ends, and compares with what the headers and trailers claim. Thread: any. */
void body_end(struct body *b);

/* Whether it was sound: length, chunk signatures, Content-MD5, checksum; else an error in the
 * reply. Call after body_end. Thread: any. */
bool body_check(const struct body *b, struct request *request, struct reply *reply);

/* SHA-256 of the bytes as they are signed, in hexadecimal; NULL where chunks carry the signatures
 * or (--discard) it was not computed. Thread: any. */
const char *body_sha256_hex(const struct body *b);

/* MD5 of the bytes; zeros with --discard. Thread: any, after body_end. */
const unsigned char *body_md5(const struct body *b);

/* The checksum that was computed, and its kind; valid after body_end. Thread: any. */
enum checksum_kind body_checksum_kind(const struct body *b);
const unsigned char *body_checksum(const struct body *b);

#endif
