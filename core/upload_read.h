/* One pass over a range of an image: digest of its blocks and CRC-32C of its bytes. */
#ifndef CORE_UPLOAD_READ_H
#define CORE_UPLOAD_READ_H

#include <stdatomic.h>

#include "core/digest.h"
#include "core/image.h"

/* Reads length bytes at offset (a multiple of DIGEST_BLOCK_BYTES) through a window of one block;
 * holes are not read. Fills the blocks' digests, and *crc unless it is NULL; counts in *bytes_done
 * unless that is NULL. ERR_CANCELLED; ERR_MISMATCH when the file has become shorter; ERR_IO.
 * Thread: worker. */
bool upload_read(const struct image *image, uint64_t offset, uint64_t length, struct digest *digest,
                 uint32_t *crc, atomic_uint_least64_t *bytes_done, const atomic_bool *cancel,
                 struct err *err);

#endif
