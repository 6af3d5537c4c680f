/* A disk in any format that qemu knows, read through a qemu-nbd of its own. */
#ifndef CORE_SOURCE_NBD_H
#define CORE_SOURCE_NBD_H

#include "core/image.h"
#include "core/source.h"

/* Starts qemu-nbd, read-only, with the format named, on a Unix socket that nobody else can reach,
 * and asks which ranges are allocated. The child ends with source_close(), or with this program.
 * The image stays the caller's and open. NULL on failure: ERR_INPUT in qemu's words, or with the
 * package to install where there is no qemu-nbd. Thread: worker. */
struct source *source_nbd(const struct image *image, struct err *err);

#endif
