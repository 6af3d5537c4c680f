/* Which format a disk image has, by its magic bytes. */
#include "core/image_format.h"

#include <string.h>

#include "base/mem.h"
#include "core/bytes.h"
#include "core/image_probe.h"

bool probe_damaged(const struct image *image, const char *why, struct err *err)
{
    err_set(err, ERR_INPUT, "%s is damaged: %s", image->path, why);
    return err_advise(err, "make or fetch it again");
}

bool probe_refuse(const struct image *image, const char *what, const char *advice, struct err *err)
{
    err_set(err, ERR_INPUT, "%s is %s, which cannot be released", image->path, what);
    return err_advise(err, "%s", advice);
}

bool probe_take_size(struct image *image, uint64_t bytes, struct err *err)
{
    if (bytes == 0 || bytes > PROBE_DISK_BYTES_MAX)
        return probe_damaged(image, "its header says that the disk has no size that fits", err);
    image->logical_bytes = (bytes + PROBE_SECTOR - 1) / PROBE_SECTOR * PROBE_SECTOR;
    image->size_known = true;
    return true;
}

bool probe_read(const struct image *image, uint64_t offset, void *out, size_t length, bool *whole,
                struct err *err)
{
    size_t got;
    memset(out, 0, length);
    if (!bytes_read(image->fd, offset, out, length, &got, err))
        return false;
    *whole = got == length;
    return true;
}

static bool unpack(const struct image *image, const char *what, struct err *err)
{
    err_set(err, ERR_INPUT, "%s is %s, not a disk image", image->path, what);
    return err_advise(err, "unpack it first");
}

static bool open_compressed(struct probe *p, struct err *err)
{
    return unpack(p->image, "a compressed file", err);
}

static bool open_archive(struct probe *p, struct err *err)
{
    return unpack(p->image, "an archive", err);
}

static bool open_raw(struct probe *p, struct err *err)
{
    struct image *image = p->image;

    if (memcmp(p->tail, "conectix", 8) == 0)
        return image_open_vhd(p, err);
    image->format = IMAGE_RAW;
    image->plain_bytes = image->file_bytes;
    return probe_take_size(image, image->file_bytes, err);
}

/* The last row, without magic, takes what no other one takes. */
static const struct {
    size_t offset;
    const char *magic;
    size_t length;
    const char *what;
    bool (*open)(struct probe *p, struct err *err);
} formats[] = {
    {0, "QFI\xfb", 4, "a qcow2 image", image_open_qcow},
    {0, "conectix", 8, "a VHD", image_open_vhd},
    {0, "vhdxfile", 8, "a VHDX", image_open_vhdx},
    {0, "KDMV", 4, "a VMDK", image_open_vmdk},
    {0, "# Disk DescriptorFile", 21, "the description of a VMDK", image_open_vmdk_text},
    {64, "\x7f\x10\xda\xbe", 4, "a VirtualBox VDI image", image_open_vdi},
    {0, "QED", 4, "a QED image", image_open_qed},
    {0, "WithoutFreeSpace", 16, "a Parallels image", image_open_parallels},
    {0, "WithouFreSpacExt", 16, "a Parallels image", image_open_parallels},
    {0, "\x28\xb5\x2f\xfd", 4, "a compressed file", image_open_zstd},
    {0, "\xfd\x37zXZ", 6, "a compressed file", image_open_xz},
    {0, "\x1f\x8b\x08", 3, "a compressed file", open_compressed},
    {0, "BZh", 3, "a compressed file", open_compressed},
    {0, "PK\x03\x04", 4, "an archive", open_archive},
    {257, "ustar", 5, "an archive", open_archive},
    {0, "", 0, NULL, open_raw},
};

static size_t find_row(const unsigned char head[PROBE_HEAD_BYTES])
{
    size_t i = 0;

    while (memcmp(head + formats[i].offset, formats[i].magic, formats[i].length) != 0)
        i++;
    return i;
}

const char *image_format_magic(const unsigned char *head, size_t length)
{
    unsigned char padded[PROBE_HEAD_BYTES] = {0};

    memcpy(padded, head, length < sizeof padded ? length : sizeof padded);
    return formats[find_row(padded)].what;
}

bool image_format_detect(struct image *image, struct err *err)
{
    struct probe p = {.image = image};
    bool whole;

    if (image->file_bytes == 0) {
        err_set(err, ERR_INPUT, "%s is empty", image->path);
        return err_advise(err, "make or fetch it again");
    }
    uint64_t tail_at = image->file_bytes < PROBE_SECTOR ? 0 : image->file_bytes - PROBE_SECTOR;
    return probe_read(image, 0, p.head, sizeof p.head, &whole, err) &&
           probe_read(image, tail_at, p.tail, sizeof p.tail, &whole, err) &&
           formats[find_row(p.head)].open(&p, err);
}
