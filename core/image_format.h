/* Which format a disk image has, by its magic bytes, and whether it is whole. */
#ifndef CORE_IMAGE_FORMAT_H
#define CORE_IMAGE_FORMAT_H

#include <stddef.h>

#include "core/image.h"

/* Fills what the format decides of an image whose path, fd and file_bytes are set. ERR_INPUT for
 * what is damaged or cannot be released, with advice; ERR_IO. Thread: worker. */
bool image_format_detect(struct image *image, struct err *err);

/* What the first bytes of something are ("a qcow2 image"); NULL when they may be a raw disk's.
 * Thread: any. */
const char *image_format_magic(const unsigned char *head, size_t length);

#endif
