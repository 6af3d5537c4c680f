/* Virtual Hard Disks, old and new: VHD and VHDX. */
#include <string.h>

#include "core/bytes.h"
#include "core/image_probe.h"

enum { VHD_FIXED = 2, VHD_DYNAMIC = 3 };

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
    unsigned char header[PROBE_HEAD_BYTES];
    bool whole;

    if (!probe_read(image, bytes_be64(footer + 16), header, sizeof header, &whole, err))
        return false;
    if (!whole || memcmp(header, "cxsparse", 8) != 0 || !vhd_sum_fits(header, sizeof header, 36))
        return probe_damaged(image, "its dynamic disk header is not there", err);
    uint64_t table = bytes_be64(header + 16), entries = bytes_be32(header + 28),
             block = bytes_be32(header + 32);
    if (table > image->file_bytes || image->file_bytes - table < entries * 4 ||
        entries * block < image->logical_bytes)
        return probe_damaged(image, "its block table does not fit", err);
    return true;
}

bool image_open_vhd(struct probe *p, struct err *err)
{
    struct image *image = p->image;
    const unsigned char *footer = p->tail;

    if (memcmp(footer, "conectix", 8) != 0 || !vhd_sum_fits(footer, PROBE_SECTOR, 64))
        return probe_damaged(image, "its VHD footer is missing or wrong; it may be cut short", err);
    uint32_t type = bytes_be32(footer + 60);
    image->format = IMAGE_VHD;
    if (!probe_take_size(image, bytes_be64(footer + 48), err))
        return false;
    if (type == VHD_FIXED) {
        image->plain_bytes = image->logical_bytes;
        if (image->logical_bytes > image->file_bytes - PROBE_SECTOR)
            return probe_damaged(image, "it is shorter than its VHD footer says", err);
        return true;
    }
    if (type != VHD_DYNAMIC)
        return probe_refuse(image, "a VHD that keeps a part of its disk in another file",
                            "merge it with its parent first", err);
    /* VM Import fails with "Footers not identical" else. */
    if (memcmp(p->head, footer, PROBE_SECTOR) != 0)
        return probe_damaged(image, "its two VHD footers differ", err);
    return check_vhd_table(image, footer, err);
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
bool image_open_vhdx(struct probe *p, struct err *err)
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
    if (!probe_read(image, REGIONS_AT, table, sizeof table, &whole, err))
        return false;
    if (!whole || memcmp(table, "regi", 4) != 0 ||
        !vhdx_find(table + HEADER, TABLE_ROWS, metadata_id, 16, true, &metadata))
        return probe_damaged(image, "its VHDX region table is not there", err);
    if (!probe_read(image, metadata, table, sizeof table, &whole, err))
        return false;
    if (memcmp(table, "metadata", 8) != 0 ||
        !vhdx_find(table + 2 * HEADER, TABLE_ROWS, size_id, 16, false, &item))
        return probe_damaged(image, "its VHDX metadata are not there", err);
    if (metadata > image->file_bytes ||
        !probe_read(image, metadata + item, size, sizeof size, &whole, err))
        return probe_damaged(image, "its VHDX metadata are not there", err);
    if (!whole)
        return probe_damaged(image, "its VHDX has no size", err);
    return probe_take_size(image, bytes_le64(size), err);
}
