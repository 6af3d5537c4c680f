/* VMDK as VM Import reads it: stream-optimized, its grains looked for but not unpacked. */
#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2_disk_format.h"
#include "aws/sim/mem.h"

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
    VMDK_FOOTER_FROM_END = 2 * EC2_SECTOR,
    VMDK_MARKER = 12 /* before a grain: its place, 8 bytes, and its deflated length, 4 */
};

static const uint64_t VMDK_DIRECTORY_IN_FOOTER = UINT64_MAX;
static const uint64_t VMDK_MOST_TABLES = 1 << 20;

/* Whether every grain of a table lies within the file. */
static bool grains_there(struct content *file, uint64_t table_sector, uint64_t entries)
{
    unsigned char *table = xcalloc(entries, 4);
    bool ok = ec2_disk_bytes(file, table_sector * EC2_SECTOR, table, entries * 4);
    for (uint64_t i = 0; ok && i < entries; i++) {
        unsigned char marker[VMDK_MARKER];
        uint64_t offset = ec2_little_endian(table + 4 * i, 4) * EC2_SECTOR;
        if (offset <= EC2_SECTOR) /* a hole, or a grain of zeros */
            continue;
        ok = ec2_disk_bytes(file, offset, marker, VMDK_MARKER) &&
             offset + VMDK_MARKER + ec2_little_endian(marker + 8, 4) <= content_size(file);
    }
    free(table);
    return ok;
}

/* Walks the grain directory that `head`, header or footer, tells of. */
static bool directory_sound(struct content *file, const unsigned char *head, uint64_t sectors)
{
    uint64_t entries = ec2_little_endian(head + VMDK_TABLE_ENTRIES, 4);
    uint64_t covered = entries * ec2_little_endian(head + VMDK_GRAIN_SECTORS, 8);
    uint64_t tables = covered == 0 ? UINT64_MAX : (sectors + covered - 1) / covered;
    if (tables > VMDK_MOST_TABLES || entries > VMDK_MOST_TABLES)
        return false;
    unsigned char *directory = xcalloc(tables, 4);
    bool ok = ec2_disk_bytes(file, ec2_little_endian(head + VMDK_DIRECTORY, 8) * EC2_SECTOR,
                             directory, tables * 4);
    for (uint64_t i = 0; ok && i < tables; i++) {
        uint64_t table = ec2_little_endian(directory + 4 * i, 4);
        ok = table == 0 || grains_there(file, table, entries);
    }
    free(directory);
    return ok;
}

bool ec2_disk_read_vmdk(struct content *file, struct ec2_disk *disk, const char **why)
{
    unsigned char head[EC2_SECTOR];
    *why = EC2_DISK_UNSUPPORTED;
    if (!ec2_disk_bytes(file, 0, head, EC2_SECTOR) || memcmp(head, "KDMV", 4) != 0 ||
        (ec2_little_endian(head + VMDK_FLAGS, 4) & VMDK_COMPRESSED) == 0 ||
        ec2_little_endian(head + VMDK_COMPRESSION, 2) != VMDK_DEFLATE)
        return false;
    uint64_t sectors = ec2_little_endian(head + VMDK_CAPACITY, 8);
    bool footer = ec2_little_endian(head + VMDK_DIRECTORY, 8) == VMDK_DIRECTORY_IN_FOOTER;
    *why = EC2_DISK_TRUNCATED;
    if (footer &&
        (!ec2_disk_bytes(file, content_size(file) - VMDK_FOOTER_FROM_END, head, EC2_SECTOR) ||
         memcmp(head, "KDMV", 4) != 0))
        return false;
    disk->size_bytes = sectors * EC2_SECTOR;
    return sectors != 0 && directory_sound(file, head, sectors);
}
