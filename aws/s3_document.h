/* S3: a small object that is read and written whole, and written only where it is as it was last
 * seen (S3 User Guide, "Conditional writes"). */
#ifndef AWS_S3_DOCUMENT_H
#define AWS_S3_DOCUMENT_H

#include "aws/s3.h"

/* A larger one is ERR_REPLY. */
#define S3_DOCUMENT_MAX_BYTES ((size_t)4 << 20)

struct s3_document {
    bool exists;
    struct buf body;
    char etag[96]; /* of what was read or written last, quotes included */
};
/* Frees the body and zeroes it. Thread: any. */
void s3_document_free(struct s3_document *d);

/* GetObject into *out, which is overwritten; an absent one is no error. Thread: worker. */
bool s3_get_document(struct call *c, struct s3_object o, struct s3_document *out, struct err *err);

/* PutObject of d->body: where d->exists only over the object with d->etag, else only where there is
 * none. Then d->exists holds and d->etag is the new one. ERR_EXISTS when somebody else has written
 * it since, and also when an answer was lost and this very request has: read it to know. Thread:
 * worker. */
bool s3_put_document(struct call *c, struct s3_object o, struct s3_document *d, struct err *err);

#endif
