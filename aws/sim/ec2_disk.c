/* Disk image formats as VM Import reads them: what disk is in the uploaded bytes? */
#include "aws/sim/ec2_disk.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "aws/sim/mem.h"

static const char UNSUPPORTED[] =
    "ClientError: Disk validation failed [Unsupported specified file format]";
static const char FOOTERS[] = "ClientError: Footers not identical";
static const char TRUNCATED[] = "ClientError: Uncompressed data has invalid length";

enum { SECTOR = 512, LARGEST_HEAD = 512 };

static uint64_t big_endian(const unsigned char *at, int bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return value;
}

static uint64_t little_endian(const unsigned char *at, int bytes)
{
    uint64_t value = 0;
    for (int i = bytes - 1; i >= 0; i--)
        value = value << 8 | at[i];
    return value;
}

static bool read_at(struct content *file, uint64_t offset, void *out, size_t length)
{
    return content_read(file, offset, out, length) == (int64_t)length;
}

static bool read_raw(struct content *file, struct ec2_disk *disk, const char **why)
{
    if (content_size(file) == 0) {
        *why = UNSUPPORTED;
        return false;
    }
    disk->size_bytes = content_size(file);
    disk->content = content_ref(file);
    return true;
}

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
    uint64_t bitmap = (block_bytes / SECTOR / 8 + SECTOR - 1) / SECTOR * SECTOR;
    struct content_extent *extents = xcalloc(blocks + 1, sizeof *extents);
    size_t count = 0;
    for (uint64_t i = 0; i < blocks && i * block_bytes < size; i++) {
        uint64_t sector = big_endian(table + 4 * i, 4);
        if (sector == VHD_HOLE)
            continue;
        uint64_t rest = size - i * block_bytes;
        extents[count++] = (struct content_extent){
            .offset = i * block_bytes,
            .from = file,
            .from_offset = sector * SECTOR + bitmap,
            .len = rest < block_bytes ? rest : block_bytes,
        };
    }
    struct content *disk = content_compose(extents, count, size);
    free(extents);
    return disk;
}

static bool read_dynamic_vhd(struct content *file, const unsigned char *footer,
                             struct ec2_disk *disk, const char **why)
{
    unsigned char copy[SECTOR];
    unsigned char header[SECTOR];
    if (!read_at(file, 0, copy, SECTOR) || memcmp(copy, footer, SECTOR) != 0) {
        *why = FOOTERS;
        return false;
    }
    *why = UNSUPPORTED;
    if (!read_at(file, big_endian(footer + VHD_DATA_OFFSET, 8), header, SECTOR) ||
        memcmp(header, "cxsparse", 8) != 0)
        return false;
    uint64_t blocks = big_endian(header + VHD_TABLE_ENTRIES, 4);
    uint64_t block_bytes = big_endian(header + VHD_BLOCK_SIZE, 4);
    if (blocks > VHD_MOST_BLOCKS || block_bytes < SECTOR || blocks * block_bytes < disk->size_bytes)
        return false;
    unsigned char *table = xcalloc(blocks, 4);
    bool ok = read_at(file, big_endian(header + VHD_TABLE_OFFSET, 8), table, blocks * 4);
    if (ok)
        disk->content = compose_blocks(file, table, blocks, block_bytes, disk->size_bytes);
    free(table);
    return ok;
}

static bool read_vhd(struct content *file, struct ec2_disk *disk, const char **why)
{
    unsigned char footer[SECTOR];
    uint64_t length = content_size(file);
    *why = UNSUPPORTED;
    if (length <= SECTOR || !read_at(file, length - SECTOR, footer, SECTOR) ||
        memcmp(footer, "conectix", 8) != 0)
        return false;
    disk->size_bytes = big_endian(footer + VHD_CURRENT_SIZE, 8);
    uint64_t type = big_endian(footer + VHD_DISK_TYPE, 4);
    if (type == VHD_DYNAMIC)
        return read_dynamic_vhd(file, footer, disk, why);
    if (type != VHD_FIXED || disk->size_bytes > length - SECTOR)
        return false;
    const struct content_extent extent = {.from = file, .len = disk->size_bytes};
    disk->content = content_compose(&extent, 1, disk->size_bytes);
    return true;
}

/* Virtual Disk Format 5.0: only stream-optimized VMDKs can be imported. Their grains are deflated,
 * which this simulator does not undo: the disk's size is read and the grains are looked for, its
 * bytes stay unknown. */
enum vmdk {
    VMDK_FLAGS = 8, /* 4 bytes, little endian, as all below */
    VMDK_CAPACITY = 12,
    VMDK_GRAIN_SECTORS = 20,
    VMDK_TABLE_ENTRIES = 44,
    VMDK_DIRECTORY = 56,
    VMDK_COMPRESSION = 77,
    VMDK_COMPRESSED = 1 << 16,
    VMDK_DEFLATE = 1,
    VMDK_FOOTER_FROM_END = 2 * SECTOR,
    VMDK_MARKER = 12 /* before a grain: its place, 8 bytes, and its deflated length, 4 */
};

static const uint64_t VMDK_DIRECTORY_IN_FOOTER = UINT64_MAX;
static const uint64_t VMDK_MOST_TABLES = 1 << 20;

/* Whether every grain of a table lies within the file. */
static bool grains_there(struct content *file, uint64_t table_sector, uint64_t entries)
{
    unsigned char *table = xcalloc(entries, 4);
    bool ok = read_at(file, table_sector * SECTOR, table, entries * 4);
    for (uint64_t i = 0; ok && i < entries; i++) {
        unsigned char marker[VMDK_MARKER];
        uint64_t offset = little_endian(table + 4 * i, 4) * SECTOR;
        if (offset <= SECTOR) /* a hole, or a grain of zeros */
            continue;
        ok = read_at(file, offset, marker, VMDK_MARKER) &&
             offset + VMDK_MARKER + little_endian(marker + 8, 4) <= content_size(file);
    }
    free(table);
    return ok;
}

/* Walks the grain directory that `head`, header or footer, tells of. */
static bool directory_sound(struct content *file, const unsigned char *head, uint64_t sectors)
{
    uint64_t entries = little_endian(head + VMDK_TABLE_ENTRIES, 4);
    uint64_t covered = entries * little_endian(head + VMDK_GRAIN_SECTORS, 8);
    uint64_t tables = covered == 0 ? UINT64_MAX : (sectors + covered - 1) / covered;
    if (tables > VMDK_MOST_TABLES || entries > VMDK_MOST_TABLES)
        return false;
    unsigned char *directory = xcalloc(tables, 4);
    bool ok =
        read_at(file, little_endian(head + VMDK_DIRECTORY, 8) * SECTOR, directory, tables * 4);
    for (uint64_t i = 0; ok && i < tables; i++) {
        uint64_t table = little_endian(directory + 4 * i, 4);
        ok = table == 0 || grains_there(file, table, entries);
    }
    free(directory);
    return ok;
}

static bool read_vmdk(struct content *file, struct ec2_disk *disk, const char **why)
{
    unsigned char head[SECTOR];
    *why = UNSUPPORTED;
    if (!read_at(file, 0, head, SECTOR) || memcmp(head, "KDMV", 4) != 0 ||
        (little_endian(head + VMDK_FLAGS, 4) & VMDK_COMPRESSED) == 0 ||
        little_endian(head + VMDK_COMPRESSION, 2) != VMDK_DEFLATE)
        return false;
    uint64_t sectors = little_endian(head + VMDK_CAPACITY, 8);
    bool footer = little_endian(head + VMDK_DIRECTORY, 8) == VMDK_DIRECTORY_IN_FOOTER;
    *why = TRUNCATED;
    if (footer && (!read_at(file, content_size(file) - VMDK_FOOTER_FROM_END, head, SECTOR) ||
                   memcmp(head, "KDMV", 4) != 0))
        return false;
    disk->size_bytes = sectors * SECTOR;
    return sectors != 0 && directory_sound(file, head, sectors);
}

static const struct {
    const char *name;
    bool (*read)(struct content *file, struct ec2_disk *disk, const char **why);
} FORMATS[] = {
    {"RAW", read_raw},
    {"VHD", read_vhd},
    {"VMDK", read_vmdk},
};

bool ec2_disk_format_known(const char *format)
{
    for (size_t i = 0; i < ARRAY_LEN(FORMATS); i++) {
        if (strcasecmp(FORMATS[i].name, format) == 0)
            return true;
    }
    return false;
}

bool ec2_disk_read(struct content *file, const char *format, struct ec2_disk *disk,
                   const char **why)
{
    *disk = (struct ec2_disk){0};
    if (!content_known(file))
        return read_raw(file, disk, why);
    for (size_t i = 0; i < ARRAY_LEN(FORMATS); i++) {
        if (strcasecmp(FORMATS[i].name, format) == 0)
            return FORMATS[i].read(file, disk, why);
    }
    *why = UNSUPPORTED;
    return false;
}
