/* The description of a VMDK: lines of text that name the files with the disk's bytes. */
#ifndef CORE_IMAGE_VMDK_H
#define CORE_IMAGE_VMDK_H

#include <stddef.h>

#include "core/image.h"

/* False (ERR_INPUT) when this description names a parent, whose file may be any. Thread: any. */
bool vmdk_text_has_no_parent(const struct image *image, const char *text, size_t length,
                             struct err *err);

/* One line "RW sectors TYPE "file" offset". */
struct vmdk_extent {
    uint64_t sectors, offset; /* offset in sectors, of FLAT */
    char type[16];            /* "FLAT", "SPARSE", "ZERO", ... */
    char file[512];           /* "" for ZERO */
};
/* Takes one line of a description apart, up to a line feed or its end. *is_extent is false for a
 * line that is a comment, blank, or `key = value`. False for a line that is none of these: what
 * qemu would read into it is not known. Thread: any. */
bool vmdk_text_line(const char *line, size_t length, struct vmdk_extent *extent, bool *is_extent);

#endif
