/* VHD, fixed and dynamic, as VM Import reads it. */
#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2_disk_format.h"
#include "aws/sim/mem.h"

/* Virtual Hard Disk Image Format Specification 1.0: footer at the end; for a dynamic disk a copy at
 * the start, a header, and a table of blocks, each led by a bitmap of its sectors. */
enum vhd {
    VHD_DATA_OFFSET = 16, /* in the footer, 8 bytes */
    VHD_CURRENT_SIZE = 48,
    VHD_DISK_TYPE = 60,
    VHD_FIXED = 2,
    VHD_DYNAMIC = 3,
    VHD_TABLE_OFFSET = 16, /* in the dynamic header */
    VHD_TABLE_ENTRIES = 28,
    VHD_BLOCK_SIZE = 32
};

static const uint32_t VHD_HOLE = 0xFFFFFFFF;
static const uint64_t VHD_MOST_BLOCKS = 1 << 22;

/* A block table of the file as extents of the disk. */
static struct content *compose_blocks(struct content *file, const unsigned char *table,
                                      uint64_t blocks, uint64_t block_bytes, uint64_t size)
{
    uint64_t bitmap = (block_bytes / EC2_SECTOR / 8 + EC2_SECTOR - 1) / EC2_SECTOR * EC2_SECTOR;
    struct content_extent *extents = xcalloc(blocks + 1, sizeof *extents);
    size_t count = 0;
    bool ok = true;
    for (uint64_t i = 0; ok && i < blocks && i * block_bytes < size; i++) {
        uint64_t sector = ec2_big_endian(table + 4 * i, 4);
        if (sector == VHD_HOLE)
            continue;
        uint64_t rest = size - i * block_bytes;
        struct content_extent *extent = &extents[count++];
        *extent = (struct content_extent){
            .offset = i * block_bytes,
            .from = file,
            .from_offset = sector * EC2_SECTOR + bitmap,
            .len = rest < block_bytes ? rest : block_bytes,
        };
        ok = ec2_disk_holds(file, extent);
    }
    struct content *disk = ok ? content_compose(extents, count, size) : NULL;
    free(extents);
    return disk;
}

static bool read_dynamic_vhd(struct content *file, const unsigned char *footer,
                             struct ec2_disk *disk, const char **why)
{
    unsigned char copy[EC2_SECTOR];
    unsigned char header[EC2_SECTOR];
    if (!ec2_disk_bytes(file, 0, copy, EC2_SECTOR) || memcmp(copy, footer, EC2_SECTOR) != 0) {
        *why = EC2_DISK_FOOTERS;
        return false;
    }
    *why = EC2_DISK_UNSUPPORTED;
    if (!ec2_disk_bytes(file, ec2_big_endian(footer + VHD_DATA_OFFSET, 8), header, EC2_SECTOR) ||
        memcmp(header, "cxsparse", 8) != 0)
        return false;
    uint64_t blocks = ec2_big_endian(header + VHD_TABLE_ENTRIES, 4);
    uint64_t block_bytes = ec2_big_endian(header + VHD_BLOCK_SIZE, 4);
    if (blocks > VHD_MOST_BLOCKS || block_bytes < EC2_SECTOR ||
        blocks * block_bytes < disk->size_bytes)
        return false;
    unsigned char *table = xcalloc(blocks, 4);
    bool ok = ec2_disk_bytes(file, ec2_big_endian(header + VHD_TABLE_OFFSET, 8), table, blocks * 4);
    if (ok)
        disk->content = compose_blocks(file, table, blocks, block_bytes, disk->size_bytes);
    free(table);
    return disk->content != NULL;
}

bool ec2_disk_read_vhd(struct content *file, struct ec2_disk *disk, const char **why)
{
    unsigned char footer[EC2_SECTOR];
    uint64_t length = content_size(file);
    *why = EC2_DISK_UNSUPPORTED;
    if (length <= EC2_SECTOR || !ec2_disk_bytes(file, length - EC2_SECTOR, footer, EC2_SECTOR) ||
        memcmp(footer, "conectix", 8) != 0)
        return false;
    disk->size_bytes = ec2_big_endian(footer + VHD_CURRENT_SIZE, 8);
    uint64_t type = ec2_big_endian(footer + VHD_DISK_TYPE, 4);
    if (type == VHD_DYNAMIC)
        return read_dynamic_vhd(file, footer, disk, why);
    if (type != VHD_FIXED || disk->size_bytes > length - EC2_SECTOR)
        return false;
    const struct content_extent extent = {.from = file, .len = disk->size_bytes};
    disk->content = content_compose(&extent, 1, disk->size_bytes);
    return true;
}
