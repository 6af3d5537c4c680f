/* The aws-chunked encoding of bodies, with or without signatures and a trailer: "Transferring
 * payload in multiple chunks", S3 API reference. */
#ifndef AWS_SIM_CHUNKS_H
#define AWS_SIM_CHUNKS_H

#include "aws/sim/request.h"

struct chunks;

enum chunks_problem {
    CHUNKS_SOUND,
    CHUNKS_MALFORMED,
    CHUNKS_BAD_SIGNATURE,
    CHUNKS_INCOMPLETE,
};

/* Takes decoded bytes. */
typedef void chunks_take(void *cls, const void *bytes, size_t len);

/* A decoder for the request, whose signature is verified; NULL when its x-amz-content-sha256 says
 * that the body is not chunked. `take` gets what is decoded. Thread: any. */
struct chunks *chunks_new(const struct request *request, chunks_take *take, void *cls);
void chunks_free(struct chunks *c);

/* Decodes bytes as they arrive; what follows a problem is ignored. Thread: any. */
void chunks_feed(struct chunks *c, const char *bytes, size_t len);

/* Ends; says what was wrong first. Thread: any. */
enum chunks_problem chunks_end(struct chunks *c);

/* The value of a trailer (lower-case name), or NULL. Thread: any, after the end. */
const char *chunks_trailer(const struct chunks *c, const char *name);

#endif
