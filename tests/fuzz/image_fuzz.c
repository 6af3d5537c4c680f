/* Any bytes as a disk image: opening it and looking into it must end, and read nothing outside. */
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("image", MFD_CLOEXEC);
    char path[32];
    struct err err = ERR_INIT;
    struct image_layout layout;

    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        return 0;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct image *image = image_open(path, &err);
    if ((image == NULL) != (err.kind != ERR_NONE))
        __builtin_trap();
    if (image != NULL)
        image_importable(image, &err);
    /* Formats that hide the disk's bytes have none to look into. */
    struct source *source = image == NULL ? NULL : source_plain(image, &err);
    if (source != NULL && !image_layout(source, &layout, &err))
        __builtin_trap();
    source_close(source);
    image_close(image);
    close(fd);
    return 0;
}
