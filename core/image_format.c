/* Disk image formats by their magic bytes: raw, VHD, VHDX, VMDK, and what must be converted. */
#include "core/image_format.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "core/bytes.h"

enum { SECTOR = 512, HEAD_BYTES = 1024, VHD_FIXED = 2, VHD_DYNAMIC = 3, VMDK_TABLE_ROWS = 512 };

/* 64 TiB, the largest volume of EC2. */
#define VMDK_SECTORS_MAX (64ull << 40 >> 9)

/* The first bytes of the file and its last sector, zero where the file is shorter. */
struct probe {
    struct image *image;
    unsigned char head[HEAD_BYTES];
    unsigned char tail[SECTOR];
};

/* As one word of a shell. */
static void add_quoted(struct buf *out, const char *text)
{
    buf_add_char(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            buf_add_str(out, "'\\''");
        else
            buf_add_char(out, *text);
    }
    buf_add_char(out, '\'');
}

/* The line that makes a file fit, for any folder; the new file lies beside it. */
static void add_conversion(struct buf *out, const char *path)
{
    char *folder = path[0] == '/' ? NULL : get_current_dir_name();
    char *full = folder == NULL ? xstrdup(path) : xasprintf("%s/%s", folder, path);
    char *made = xasprintf("%s.raw", full);

    buf_add_str(out, "qemu-img convert -O raw ");
    add_quoted(out, full);
    buf_add_char(out, ' ');
    add_quoted(out, made);
    free(folder);
    free(full);
    free(made);
}

static bool damaged(const struct image *image, const char *why, struct err *err)
{
    err_set(err, ERR_INPUT, "%s is damaged: %s", image->path, why);
    return err_advise(err, "make or fetch it again");
}

static bool refuse(const struct image *image, const char *what, struct err *err)
{
    struct buf line = BUF_INIT;

    err_set(err, ERR_INPUT, "%s is %s, which VM Import does not take", image->path, what);
    add_conversion(&line, image->path);
    /* Half a line would be worse than none. */
    if (err != NULL && line.length < sizeof err->advice)
        err_advise(err, "%s", buf_str(&line));
    else
        err_advise(err, "qemu-img convert -O raw makes one that it takes");
    buf_free(&line);
    return false;
}

static bool unpack(const struct image *image, const char *what, struct err *err)
{
    err_set(err, ERR_INPUT, "%s is %s, not a disk image", image->path, what);
    return err_advise(err, "unpack it first");
}

static bool read_at(const struct image *image, uint64_t offset, void *out, size_t length,
                    bool *whole, struct err *err)
{
    size_t got;
    memset(out, 0, length);
    if (!bytes_read(image->fd, offset, out, length, &got, err))
        return false;
    *whole = got == length;
    return true;
}

static bool open_qcow2(struct probe *p, struct err *err)
{
    return refuse(p->image, "a qcow2 image", err);
}

static bool open_vdi(struct probe *p, struct err *err)
{
    return refuse(p->image, "a VirtualBox VDI image", err);
}

static bool open_qed(struct probe *p, struct err *err)
{
    return refuse(p->image, "a QED image", err);
}

static bool open_descriptor(struct probe *p, struct err *err)
{
    return refuse(p->image, "the description of a VMDK whose disk is in another file", err);
}

static bool open_compressed(struct probe *p, struct err *err)
{
    return unpack(p->image, "a compressed file", err);
}

static bool open_archive(struct probe *p, struct err *err)
{
    return unpack(p->image, "an archive", err);
}

/* One's complement of the sum of all bytes but the checksum's own four. */
static bool vhd_sum_fits(const unsigned char *block, size_t size, size_t sum_at)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += i >= sum_at && i < sum_at + 4 ? 0 : block[i];
    return ~sum == bytes_be32(block + sum_at);
}

/* Virtual Hard Disk Image Format Specification 1.0: the block allocation table of a dynamic disk
 * must lie in the file and cover the disk. */
static bool check_vhd_table(const struct image *image, const unsigned char *footer, struct err *err)
{
    unsigned char header[HEAD_BYTES];
    bool whole;

    if (!read_at(image, bytes_be64(footer + 16), header, sizeof header, &whole, err))
        return false;
    if (!whole || memcmp(header, "cxsparse", 8) != 0 || !vhd_sum_fits(header, sizeof header, 36))
        return damaged(image, "its dynamic disk header is not there", err);
    uint64_t table = bytes_be64(header + 16), entries = bytes_be32(header + 28),
             block = bytes_be32(header + 32);
    if (table > image->file_bytes || image->file_bytes - table < entries * 4 ||
        entries * block < image->logical_bytes)
        return damaged(image, "its block table does not fit", err);
    return true;
}

static bool open_vhd(struct probe *p, struct err *err)
{
    struct image *image = p->image;
    const unsigned char *footer = p->tail;

    if (memcmp(footer, "conectix", 8) != 0 || !vhd_sum_fits(footer, SECTOR, 64))
        return damaged(image, "its VHD footer is missing or wrong; it may be cut short", err);
    uint32_t type = bytes_be32(footer + 60);
    image->format = IMAGE_VHD;
    image->logical_bytes = bytes_be64(footer + 48);
    if (image->logical_bytes == 0)
        return damaged(image, "its VHD footer says that the disk is empty", err);
    if (type == VHD_FIXED) {
        image->plain_bytes = image->logical_bytes;
        if (image->logical_bytes > image->file_bytes - SECTOR)
            return damaged(image, "it is shorter than its VHD footer says", err);
        return true;
    }
    if (type != VHD_DYNAMIC)
        return refuse(image, "a VHD with a parent", err);
    /* VM Import fails with "Footers not identical" else. */
    if (memcmp(p->head, footer, SECTOR) != 0)
        return damaged(image, "its two VHD footers differ", err);
    return check_vhd_table(image, footer, err);
}

/* Finds the last sector at which a grain of this table starts. */
static bool read_vmdk_table(const struct image *image, uint64_t table_at, uint64_t *last,
                            bool *whole, struct err *err)
{
    unsigned char table[VMDK_TABLE_ROWS * 4];

    if (!read_at(image, table_at * SECTOR, table, sizeof table, whole, err))
        return false;
    for (size_t i = 0; i < VMDK_TABLE_ROWS; i++) {
        uint64_t grain = bytes_le32(table + i * 4);
        *last = grain > *last ? grain : *last;
    }
    return true;
}

/* A file that was cut lacks a table, or the end of its last grain: behind the grain's 8-byte
 * address stands its length. */
static bool check_vmdk_grains(const struct image *image, uint64_t directory, uint64_t rows,
                              struct err *err)
{
    unsigned char raw[4];
    uint64_t last = 0;
    bool whole = rows <= image->file_bytes / sizeof raw;

    for (uint64_t i = 0; whole && i < rows; i++) {
        if (!read_at(image, directory * SECTOR + i * sizeof raw, raw, sizeof raw, &whole, err))
            return false;
        uint64_t table = bytes_le32(raw);
        if (table != 0 && !read_vmdk_table(image, table, &last, &whole, err))
            return false;
    }
    if (whole && last > 0) {
        if (!read_at(image, last * SECTOR + 8, raw, sizeof raw, &whole, err))
            return false;
        whole = whole && last * SECTOR + 12 + bytes_le32(raw) <= image->file_bytes;
    }
    return whole || damaged(image, "its VMDK lacks grains; it may be cut short", err);
}

/* The grain directory's place: in the header, or in a footer before the end-of-stream marker. */
static bool find_vmdk_directory(const struct probe *p, uint64_t *directory, struct err *err)
{
    const struct image *image = p->image;
    unsigned char footer[SECTOR];
    bool whole = false;

    *directory = bytes_le64(p->head + 56);
    if (*directory == UINT64_MAX) {
        memset(footer, 0, sizeof footer);
        if (image->file_bytes >= 3 * SECTOR &&
            !read_at(image, image->file_bytes - 2 * SECTOR, footer, sizeof footer, &whole, err))
            return false;
        if (!whole || memcmp(footer, "KDMV", 4) != 0)
            return damaged(image, "its VMDK footer is missing; it may be cut short", err);
        *directory = bytes_le64(footer + 56);
    }
    return (*directory != 0 && *directory < image->file_bytes / SECTOR) ||
           damaged(image, "its VMDK grain directory is not in the file; it may be cut short", err);
}

/* Virtual Disk Format 5.0: flag bits 16 and 17 (compressed grains, markers) make a stream. */
static bool open_vmdk(struct probe *p, struct err *err)
{
    const uint32_t stream = 3u << 16;
    struct image *image = p->image;
    uint64_t sectors = bytes_le64(p->head + 12), grain = bytes_le64(p->head + 20), directory = 0;

    if ((bytes_le32(p->head + 8) & stream) != stream || bytes_le16(p->head + 77) != 1)
        return refuse(image, "a VMDK that is not stream-optimized", err);
    if (sectors == 0 || sectors > VMDK_SECTORS_MAX || grain == 0 || grain > sectors + 128 ||
        bytes_le32(p->head + 44) != VMDK_TABLE_ROWS)
        return damaged(image, "its VMDK header holds no sizes that fit", err);
    image->format = IMAGE_VMDK;
    image->logical_bytes = sectors * SECTOR;
    uint64_t per_table = grain * VMDK_TABLE_ROWS;
    return find_vmdk_directory(p, &directory, err) &&
           check_vmdk_grains(image, directory, (sectors + per_table - 1) / per_table, err);
}

/* Looks for a 16-byte id in a table of rows and gives the row's number at value_at. */
static bool vhdx_find(const unsigned char *table, size_t rows, const unsigned char id[16],
                      size_t value_at, bool wide, uint64_t *value)
{
    for (size_t i = 0; i < rows; i++) {
        const unsigned char *row = table + i * 32;
        if (memcmp(row, id, 16) == 0) {
            *value = wide ? bytes_le64(row + value_at) : bytes_le32(row + value_at);
            return true;
        }
    }
    return false;
}

/* [MS-VHDX] 2.2.3 (region table at 192 KiB) and 2.6 (metadata). */
static bool open_vhdx(struct probe *p, struct err *err)
{
    static const unsigned char metadata_id[16] = {0x06, 0xa2, 0x7c, 0x8b, 0x90, 0x47, 0x9a, 0x4b,
                                                  0xb8, 0xfe, 0x57, 0x5f, 0x05, 0x0f, 0x88, 0x6e};
    static const unsigned char size_id[16] = {0x24, 0x42, 0xa5, 0x2f, 0x1b, 0xcd, 0x76, 0x48,
                                              0xb2, 0x11, 0x5d, 0xbe, 0xd8, 0x3b, 0xf4, 0xb8};
    enum { TABLE_BYTES = 16 << 10, TABLE_ROWS = 500, REGIONS_AT = 192 << 10, HEADER = 16 };
    struct image *image = p->image;
    unsigned char table[TABLE_BYTES], size[8];
    uint64_t metadata = 0, item = 0;
    bool whole;

    image->format = IMAGE_VHDX;
    if (!read_at(image, REGIONS_AT, table, sizeof table, &whole, err))
        return false;
    if (!whole || memcmp(table, "regi", 4) != 0 ||
        !vhdx_find(table + HEADER, TABLE_ROWS, metadata_id, 16, true, &metadata))
        return damaged(image, "its VHDX region table is not there", err);
    if (!read_at(image, metadata, table, sizeof table, &whole, err))
        return false;
    if (memcmp(table, "metadata", 8) != 0 ||
        !vhdx_find(table + 2 * HEADER, TABLE_ROWS, size_id, 16, false, &item))
        return damaged(image, "its VHDX metadata are not there", err);
    if (metadata > image->file_bytes ||
        !read_at(image, metadata + item, size, sizeof size, &whole, err))
        return damaged(image, "its VHDX metadata are not there", err);
    image->logical_bytes = bytes_le64(size);
    return (whole && image->logical_bytes > 0) || damaged(image, "its VHDX has no size", err);
}

static bool open_raw(struct probe *p, struct err *err)
{
    struct image *image = p->image;

    if (memcmp(p->tail, "conectix", 8) == 0)
        return open_vhd(p, err);
    image->format = IMAGE_RAW;
    image->logical_bytes = (image->file_bytes + SECTOR - 1) / SECTOR * SECTOR;
    image->plain_bytes = image->file_bytes;
    return true;
}

/* The last row, without magic, takes what no other one takes. */
static const struct {
    size_t offset;
    const char *magic;
    size_t length;
    bool (*open)(struct probe *p, struct err *err);
} formats[] = {
    {0, "QFI\xfb", 4, open_qcow2},
    {0, "conectix", 8, open_vhd},
    {0, "vhdxfile", 8, open_vhdx},
    {0, "KDMV", 4, open_vmdk},
    {0, "# Disk DescriptorFile", 21, open_descriptor},
    {64, "\x7f\x10\xda\xbe", 4, open_vdi},
    {0, "QED", 4, open_qed},
    {0, "\x1f\x8b\x08", 3, open_compressed},
    {0,
     "\xfd"
     "7zXZ",
     6, open_compressed},
    {0, "\x28\xb5\x2f\xfd", 4, open_compressed},
    {0, "BZh", 3, open_compressed},
    {0, "PK\x03\x04", 4, open_archive},
    {257, "ustar", 5, open_archive},
    {0, "", 0, open_raw},
};

bool image_format_detect(struct image *image, struct err *err)
{
    struct probe p = {.image = image};
    bool whole;

    if (image->file_bytes == 0) {
        err_set(err, ERR_INPUT, "%s is empty", image->path);
        return err_advise(err, "make or fetch it again");
    }
    uint64_t tail_at = image->file_bytes < SECTOR ? 0 : image->file_bytes - SECTOR;
    if (!read_at(image, 0, p.head, sizeof p.head, &whole, err) ||
        !read_at(image, tail_at, p.tail, sizeof p.tail, &whole, err))
        return false;
    for (size_t i = 0;; i++) {
        if (memcmp(p.head + formats[i].offset, formats[i].magic, formats[i].length) == 0)
            return formats[i].open(&p, err);
    }
}
