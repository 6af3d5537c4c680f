/* A disk image file: opened, watched for changes, walked by its data. */
#include "core/image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "core/image_file.h"
#include "core/image_format.h"
#include "core/image_name.h"
#include "core/image_packed.h"

static const char *const format_names[IMAGE_FORMATS] = {
    [IMAGE_RAW] = "RAW",   [IMAGE_VHD] = "VHD",     [IMAGE_VHDX] = "VHDX",
    [IMAGE_VMDK] = "VMDK", [IMAGE_QCOW2] = "QCOW2", [IMAGE_QCOW] = "QCOW",
    [IMAGE_QED] = "QED",   [IMAGE_VDI] = "VDI",     [IMAGE_PARALLELS] = "PARALLELS",
};

static const struct {
    const char *name;
    enum image_arch arch;
} arch_names[] = {
    {"x86_64", ARCH_X86_64},       {"arm64", ARCH_ARM64},         {"aarch64", ARCH_ARM64},
    {"x86_64-linux", ARCH_X86_64}, {"aarch64-linux", ARCH_ARM64},
};

const char *image_format_name(enum image_format format)
{
    return format < IMAGE_FORMATS ? format_names[format] : "";
}

enum image_format image_format_from_name(const char *name)
{
    for (enum image_format f = 0; f < IMAGE_FORMATS; f++) {
        if (strcmp(name, format_names[f]) == 0)
            return f;
    }
    return IMAGE_FORMATS;
}

const char *image_arch_name(enum image_arch arch)
{
    for (size_t i = 0; i < ARRAY_LEN(arch_names); i++) {
        if (arch_names[i].arch == arch)
            return arch_names[i].name;
    }
    return "";
}

enum image_arch image_arch_from_name(const char *name)
{
    for (size_t i = 0; name != NULL && i < ARRAY_LEN(arch_names); i++) {
        if (strcmp(arch_names[i].name, name) == 0)
            return arch_names[i].arch;
    }
    return ARCH_UNKNOWN;
}

void image_mark_take(struct image_mark *mark, const struct stat *st)
{
    *mark = (struct image_mark){
        .bytes = (uint64_t)st->st_size,
        .inode = st->st_ino,
        .mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec,
    };
}

static bool open_file(struct image *image, struct err *err)
{
    struct stat st;

    /* Without O_NONBLOCK a FIFO would wait for a writer. */
    image->fd = open(image->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (image->fd < 0 || fstat(image->fd, &st) != 0)
        return err_set_errno(err, ERR_INPUT, "cannot open %s", image->path);
    if (!S_ISREG(st.st_mode)) {
        err_set(err, ERR_INPUT, "%s is no regular file", image->path);
        return err_advise(err, "a stream is named \"-\" and comes by standard input");
    }
    image_mark_take(&image->mark, &st);
    image->file_bytes = image->mark.bytes;
    return image_format_detect(image, err) && image_name_fits(image, err);
}

struct image *image_open(const char *path, struct err *err)
{
    struct image *image = xcalloc(1, sizeof *image);

    image->path = xstrdup(path);
    image->fd = -1;
    image->is_pipe = strcmp(path, IMAGE_STDIN) == 0;
    if (image->is_pipe ? image_open_pipe(image, err) : open_file(image, err))
        return image;
    image_close(image);
    return NULL;
}

void image_close(struct image *image)
{
    if (image == NULL)
        return;
    if (image->fd >= 0)
        close(image->fd);
    for (size_t i = 0; i < image->part_count; i++)
        free(image->parts[i].path);
    free(image->parts);
    free(image->path);
    free(image);
}

bool image_mark_same(const struct image_mark *a, const struct image_mark *b)
{
    return a->bytes == b->bytes && a->inode == b->inode && a->mtime_ns == b->mtime_ns;
}

static bool same_mark(const struct image_mark *mark, const struct stat *st)
{
    struct image_mark now;

    image_mark_take(&now, st);
    return image_mark_same(&now, mark);
}

/* The path may meanwhile lead to another file; the open one may have been written to. */
static bool same_files(const struct image *image)
{
    struct stat st;

    if (fstat(image->fd, &st) != 0 || !same_mark(&image->mark, &st) ||
        stat(image->path, &st) != 0 || st.st_ino != image->mark.inode)
        return false;
    for (size_t i = 0; i < image->part_count; i++) {
        if (lstat(image->parts[i].path, &st) != 0 || !same_mark(&image->parts[i].mark, &st))
            return false;
    }
    return true;
}

bool image_unchanged(const struct image *image, struct err *err)
{
    if (image->is_pipe || same_files(image))
        return true;
    err_set(err, ERR_MISMATCH, "%s changed while it was read", image->path);
    return err_advise(err, "start a new release from the file as it is now");
}

bool image_next_data(const struct image *image, uint64_t offset, uint64_t *start, uint64_t *end)
{
    if (offset >= image->file_bytes)
        return false;
    *start = offset;
    *end = image->file_bytes;
    off_t data = lseek(image->fd, (off_t)offset, SEEK_DATA);
    if (data < 0)
        return errno != ENXIO; /* ENXIO: only a hole is left; else the file system cannot tell */
    off_t hole = lseek(image->fd, data, SEEK_HOLE);
    *start = (uint64_t)data;
    if (hole > data && (uint64_t)hole < *end)
        *end = (uint64_t)hole;
    return *start < image->file_bytes;
}
