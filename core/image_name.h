/* What a file's name says about its format. */
#ifndef CORE_IMAGE_NAME_H
#define CORE_IMAGE_NAME_H

#include "core/image.h"

/* False (ERR_INPUT, naming both) when the bytes of this image are not what its name ends in; an
 * ending that says nothing (".img", none) fits all. Thread: any. */
bool image_name_fits(const struct image *image, struct err *err);

/* The file's name without folder and without the endings of a disk image ("nixos.raw.zst" is
 * "nixos", "debian-13.1" has none), malloc'd. Thread: any. */
char *image_name_label(const char *path);

#endif
