/* A disk image with holes, for uploads. Header only, so that a test links nothing. */
#ifndef TESTS_UNIT_DISK_FILE_H
#define TESTS_UNIT_DISK_FILE_H

#include "core/image.h"
#include "tests/unit/temp.h"

#define MIB (1u << 20)

/* 20 MiB and 5 bytes, three parts, with holes and data that cross the parts' borders. */
static inline struct image *make_image(void)
{
    struct err err = ERR_INIT;
    run("truncate -s %u disk.raw && head -c 2M /dev/urandom "
        "| dd of=disk.raw bs=1M seek=7 conv=notrunc status=none && "
        "head -c 700K /dev/urandom | dd of=disk.raw bs=1K seek=17000 conv=notrunc status=none",
        20 * MIB + 5);
    struct image *image = image_open("disk.raw", &err);
    assert_non_null(image);
    return image;
}

#endif
