/* Whether a snapshot holds a disk image, by reading blocks of it back. */
#ifndef CORE_ADOPT_CONTENT_H
#define CORE_ADOPT_CONTENT_H

#include <stdatomic.h>

#include "aws/call.h"
#include "core/adopt_object.h"
#include "core/digest.h"
#include "core/image.h"

/* Compares every block that a completed snapshot or the disk in the file has, by their digests, up
 * to the first difference; several at once. `home` is a call in the snapshot's region. UNKNOWN
 * where the file's format hides the disk's bytes, or where EBS direct may not be asked; *why then
 * says so. Any other failure to read is false. cancel may be NULL. Thread: main or worker. */
bool adopt_content_compare(struct aws *aws, struct call *home, const char *snapshot_id,
                           const struct image *file, const atomic_bool *cancel,
                           enum adopt_match *out, struct err *why, struct err *err);

/* The digest of the disk in the file, as a release by EBS direct has it. ERR_INPUT where the file's
 * format hides the disk's bytes; ERR_IO, ERR_CANCELLED. Thread: main or worker. */
bool adopt_content_digest(const struct image *file, const atomic_bool *cancel,
                          char out[DIGEST_TEXT_SIZE], struct err *err);

#endif
