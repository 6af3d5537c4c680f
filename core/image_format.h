/* Which format a disk image has, by its magic bytes, and whether it is whole. */
#ifndef CORE_IMAGE_FORMAT_H
#define CORE_IMAGE_FORMAT_H

#include "core/image.h"

/* Fills format, logical_bytes and plain_bytes of an image whose path, fd and file_bytes
 * are set. ERR_INPUT for what VM Import does not take or what is damaged, with advice; ERR_IO.
 * Thread: worker. */
bool image_format_detect(struct image *image, struct err *err);

#endif
