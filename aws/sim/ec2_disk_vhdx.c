/* VHDX as VM Import reads it: the payload blocks that its allocation table names. */
#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2_disk_format.h"
#include "aws/sim/mem.h"

/* MS-VHDX 2.2 to 2.6: a table of regions at 192 KiB tells where the metadata (sizes) and the block
 * allocation table are; a log that was not replayed is not looked at. All numbers are little
 * endian. */
enum vhdx {
    REGION_TABLE = 192 * 1024,
    REGION_TABLE_BYTES = 64 * 1024,
    REGION_COUNT = 8, /* 4 bytes */
    REGION_FIRST = 16,
    REGION_BYTES = 32, /* guid, offset in the file (8), length (4) */
    METADATA_TABLE_BYTES = 64 * 1024,
    METADATA_COUNT = 10, /* 2 bytes */
    METADATA_FIRST = 32,
    METADATA_BYTES = 32, /* guid, offset in the region (4), length (4) */
    GUID_BYTES = 16,
    ENTRY_BYTES = 8,
    ENTRY_STATE = 7, /* its lowest bits */
    STATE_FULL = 6
};

static const uint64_t MIB = UINT64_C(1) << 20;
static const uint64_t SECTORS_PER_CHUNK = UINT64_C(1) << 23;
static const uint64_t MOST_BLOCKS = UINT64_C(1) << 24;

static const unsigned char REGION_BAT[GUID_BYTES] = {
    0x66, 0x77, 0xC2, 0x2D, 0x23, 0xF6, 0x00, 0x42, 0x9D, 0x64, 0x11, 0x5E, 0x9B, 0xFD, 0x4A, 0x08};
static const unsigned char REGION_METADATA[GUID_BYTES] = {
    0x06, 0xA2, 0x7C, 0x8B, 0x90, 0x47, 0x9A, 0x4B, 0xB8, 0xFE, 0x57, 0x5F, 0x05, 0x0F, 0x88, 0x6E};
static const unsigned char FILE_PARAMETERS[GUID_BYTES] = {
    0x37, 0x67, 0xA1, 0xCA, 0x36, 0xFA, 0x43, 0x4D, 0xB3, 0xB6, 0x33, 0xF0, 0xAA, 0x44, 0xE7, 0x6B};
static const unsigned char DISK_SIZE[GUID_BYTES] = {0x24, 0x42, 0xA5, 0x2F, 0x1B, 0xCD, 0x76, 0x48,
                                                    0xB2, 0x11, 0x5D, 0xBE, 0xD8, 0x3B, 0xF4, 0xB8};
static const unsigned char SECTOR_SIZE[GUID_BYTES] = {
    0x1D, 0xBF, 0x41, 0x81, 0x6F, 0xA9, 0x09, 0x47, 0xBA, 0x47, 0xF2, 0x33, 0xA8, 0xFA, 0xAB, 0x5F};

struct layout {
    uint64_t table;    /* of block allocation, in the file */
    uint64_t metadata; /* in the file */
    uint64_t block_bytes;
    uint64_t sector_bytes;
    uint64_t size_bytes;
};

static bool read_regions(struct content *file, struct layout *vhdx)
{
    unsigned char *table = xcalloc(1, REGION_TABLE_BYTES);
    bool ok = ec2_disk_bytes(file, REGION_TABLE, table, REGION_TABLE_BYTES) &&
              memcmp(table, "regi", 4) == 0;
    uint64_t count = ok ? ec2_little_endian(table + REGION_COUNT, 4) : 0;
    for (uint64_t i = 0; i < count && REGION_FIRST + (i + 1) * REGION_BYTES <= REGION_TABLE_BYTES;
         i++) {
        const unsigned char *entry = table + REGION_FIRST + i * REGION_BYTES;
        uint64_t offset = ec2_little_endian(entry + GUID_BYTES, 8);
        if (memcmp(entry, REGION_BAT, GUID_BYTES) == 0)
            vhdx->table = offset;
        if (memcmp(entry, REGION_METADATA, GUID_BYTES) == 0)
            vhdx->metadata = offset;
    }
    free(table);
    return vhdx->table != 0 && vhdx->metadata != 0;
}

static bool read_metadata(struct content *file, struct layout *vhdx)
{
    const struct {
        const unsigned char *guid;
        uint64_t *value;
        int bytes;
    } items[] = {
        {FILE_PARAMETERS, &vhdx->block_bytes, 4},
        {DISK_SIZE, &vhdx->size_bytes, 8},
        {SECTOR_SIZE, &vhdx->sector_bytes, 4},
    };
    unsigned char *table = xcalloc(1, METADATA_TABLE_BYTES);
    bool ok = ec2_disk_bytes(file, vhdx->metadata, table, METADATA_TABLE_BYTES) &&
              memcmp(table, "metadata", 8) == 0;
    uint64_t count = ok ? ec2_little_endian(table + METADATA_COUNT, 2) : 0;
    for (uint64_t i = 0;
         ok && i < count && METADATA_FIRST + (i + 1) * METADATA_BYTES <= METADATA_TABLE_BYTES;
         i++) {
        const unsigned char *entry = table + METADATA_FIRST + i * METADATA_BYTES;
        uint64_t offset = vhdx->metadata + ec2_little_endian(entry + GUID_BYTES, 4);
        unsigned char value[8];
        for (size_t j = 0; j < ARRAY_LEN(items); j++) {
            if (memcmp(entry, items[j].guid, GUID_BYTES) != 0)
                continue;
            ok = ec2_disk_bytes(file, offset, value, (size_t)items[j].bytes);
            *items[j].value = ok ? ec2_little_endian(value, items[j].bytes) : 0;
        }
    }
    free(table);
    return ok && vhdx->block_bytes >= MIB && vhdx->sector_bytes != 0 && vhdx->size_bytes != 0;
}

/* After each chunk's payload blocks comes one entry of a sector bitmap, which a disk without parent
 * does not use. */
static struct content *compose(struct content *file, const struct layout *vhdx, uint64_t blocks,
                               uint64_t chunk)
{
    struct content_extent *extents = xcalloc(blocks + 1, sizeof *extents);
    struct content *disk = NULL;
    size_t count = 0;
    bool ok = true;
    for (uint64_t i = 0; ok && i < blocks; i++) {
        unsigned char entry[ENTRY_BYTES];
        ok = ec2_disk_bytes(file, vhdx->table + (i + i / chunk) * ENTRY_BYTES, entry, ENTRY_BYTES);
        if (!ok || (entry[0] & ENTRY_STATE) != STATE_FULL)
            continue;
        uint64_t rest = vhdx->size_bytes - i * vhdx->block_bytes;
        struct content_extent *extent = &extents[count++];
        *extent = (struct content_extent){
            .offset = i * vhdx->block_bytes,
            .from = file,
            .from_offset = ec2_little_endian(entry, ENTRY_BYTES) / MIB * MIB,
            .len = rest < vhdx->block_bytes ? rest : vhdx->block_bytes,
        };
        ok = ec2_disk_holds(file, extent);
    }
    if (ok)
        disk = content_compose(extents, count, vhdx->size_bytes);
    free(extents);
    return disk;
}

bool ec2_disk_read_vhdx(struct content *file, struct ec2_disk *disk, const char **why)
{
    unsigned char magic[8];
    struct layout vhdx = {0};
    *why = EC2_DISK_UNSUPPORTED;
    if (!ec2_disk_bytes(file, 0, magic, sizeof magic) || memcmp(magic, "vhdxfile", 8) != 0 ||
        !read_regions(file, &vhdx) || !read_metadata(file, &vhdx))
        return false;
    uint64_t blocks = (vhdx.size_bytes - 1) / vhdx.block_bytes + 1;
    uint64_t chunk = SECTORS_PER_CHUNK * vhdx.sector_bytes / vhdx.block_bytes;
    if (blocks > MOST_BLOCKS || chunk == 0)
        return false;
    disk->size_bytes = vhdx.size_bytes;
    disk->content = compose(file, &vhdx, blocks, chunk);
    return disk->content != NULL;
}
