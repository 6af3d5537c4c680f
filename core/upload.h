/* Sends a disk's bytes to the staging object: multipart, parts in parallel, digest in the same
 * pass. It owns its transfer threads; the engine starts it, samples its counters and gets one
 * result. */
#ifndef CORE_UPLOAD_H
#define CORE_UPLOAD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "aws/call.h"
#include "aws/s3.h"
#include "base/err.h"
#include "core/digest.h"
#include "core/image.h"
#include "core/pace.h"

/* Part size for a file: a multiple of 512 KiB, at least 8 MiB, such that 10,000 parts hold it.
 * Thread: any. */
uint64_t upload_part_bytes(uint64_t file_bytes);

struct upload_request {
    struct aws *aws;
    const char *region; /* of the bucket */
    struct s3_object object;
    const char *upload_id; /* made by the engine (CreateMultipartUpload is an intent) */
    struct image *image;   /* stays open until the upload has ended */
    struct pace *pace;     /* outlives it */
    bool resumed; /* ask ListParts first: parts whose size and CRC32C match the file are not sent
                     again */
    void (*done)(void *arg); /* called once, on a transfer thread, when the upload has ended */
    void *arg;
};

struct upload;
/* Copies the request's strings; starts threads. Parts that S3 has already still are read, for the
 * digest. Thread: engine. */
struct upload *upload_start(const struct upload_request *request);
/* Asks it to end soon (result ERR_CANCELLED); done is still called. Thread: engine. */
void upload_cancel(struct upload *u);

struct upload_progress {
    uint64_t bytes_done; /* of the file: sent, known to be there */
    uint64_t bytes_total;
    uint64_t bytes_wire; /* really sent */
    int parts_done, parts_total;
    int connections; /* that send now */
    int retries;     /* parts whose bytes changed under the sending, sent again */
};
/* Samples; takes no lock that a transfer holds. Thread: any. */
void upload_progress(const struct upload *u, struct upload_progress *out);

/* After done(): the parts for CompleteMultipartUpload (valid until upload_free()) and the digest.
 * False with the first failure; other parts may have arrived. ERR_NOT_FOUND: the upload id is gone;
 * ERR_MISMATCH: the file changed while it was read.
 * Thread: engine. */
bool upload_result(struct upload *u, const struct s3_part **parts, size_t *count,
                   char digest[DIGEST_TEXT_SIZE], struct err *err);
/* Waits for its threads, then frees; not from within done(). NULL is a no-op. Thread: engine, after
 * done(). */
void upload_free(struct upload *u);

/* Reads the file alone and makes its digest, for the comparison with an object that is already
 * there. Progress in *bytes_done. Thread: worker. */
bool upload_digest(struct image *image, atomic_uint_least64_t *bytes_done,
                   const atomic_bool *cancel, char digest[DIGEST_TEXT_SIZE], struct err *err);

#endif
