/* Raw images that are not a plain file: compressed, or on standard input. */
#ifndef CORE_IMAGE_PACKED_H
#define CORE_IMAGE_PACKED_H

#include "core/image.h"
#include "core/unpack.h"

/* Settles what standard input is, by its first bytes, which stay there. The size is known where
 * standard input is a file. ERR_INPUT; ERR_IO. Thread: worker. */
bool image_open_pipe(struct image *image, struct err *err);

/* The disk's bytes from the first on; of standard input a look that takes nothing away, or the
 * bytes themselves. The image stays open until unpack_free(). NULL on failure. Thread: worker. */
enum packed_use { PACKED_LOOK, PACKED_TAKE };
struct unpack *image_unpack(const struct image *image, enum packed_use use, struct err *err);

#endif
