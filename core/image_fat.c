/* A read-only FAT12, FAT16 and FAT32 reader (Microsoft "FAT: General Overview of On-Disk Format"
 * 1.03), for one path. Every number in it may be hostile: nothing is read outside the partition,
 * and every chain ends. */
#include "core/image_fat.h"

#include <string.h>

#include "core/bytes.h"

enum {
    SECTOR = 512,
    ENTRY_BYTES = 32,
    ATTRIBUTE_DIRECTORY = 0x10,
    ATTRIBUTE_LABEL = 0x08,
    CHAIN_MAX = 4096 /* sectors of one directory that are looked at */
};

struct fat {
    struct source *source;
    uint64_t start, length; /* of the partition, in bytes */
    uint32_t bits;          /* 12, 16 or 32 */
    uint32_t cluster_sectors, cluster_count, root_cluster;
    uint64_t table_at, root_at, data_at; /* bytes from start */
    uint32_t root_sectors;               /* of FAT12 and FAT16 */
};

/* Where a directory goes on: a sector, and the cluster that it is in (0: the fixed root). */
struct place {
    uint32_t cluster, sector;
};

/* What a name leads to. */
struct entry {
    bool found, directory;
    uint32_t cluster;
};

static bool read_part(const struct fat *f, uint64_t at, void *out, size_t length, bool *whole,
                      struct err *err)
{
    *whole = at <= f->length && f->length - at >= length;
    memset(out, 0, length);
    return !*whole || source_read(f->source, f->start + at, out, length, err);
}

/* Takes the BIOS parameter block apart; *ok is false when it makes no sense. */
static void read_parameters(struct fat *f, const unsigned char *boot, bool *ok)
{
    uint32_t sector = bytes_le16(boot + 11), reserved = bytes_le16(boot + 14), tables = boot[16];
    uint32_t root_entries = bytes_le16(boot + 17), total = bytes_le16(boot + 19);
    uint32_t table_sectors = bytes_le16(boot + 22);

    *ok = false;
    f->cluster_sectors = boot[13];
    if (total == 0)
        total = bytes_le32(boot + 32);
    if (table_sectors == 0)
        table_sectors = bytes_le32(boot + 36);
    if (sector != SECTOR || f->cluster_sectors == 0 || reserved == 0 || tables == 0 || total == 0)
        return;
    f->root_sectors = (root_entries * ENTRY_BYTES + SECTOR - 1) / SECTOR;
    uint64_t data = reserved + (uint64_t)tables * table_sectors + f->root_sectors;
    if (data >= total)
        return;
    f->cluster_count = (uint32_t)((total - data) / f->cluster_sectors);
    f->bits = f->cluster_count < 4085 ? 12 : f->cluster_count < 65525 ? 16 : 32;
    f->table_at = (uint64_t)reserved * SECTOR;
    f->root_at = (data - f->root_sectors) * SECTOR;
    f->data_at = data * SECTOR;
    f->root_cluster = f->bits == 32 ? bytes_le32(boot + 44) & 0x0fffffff : 0;
    *ok = true;
}

/* The cluster behind this one, 0 at the end of the chain or when it is broken. */
static bool next_cluster(const struct fat *f, uint32_t cluster, uint32_t *next, struct err *err)
{
    unsigned char raw[4];
    uint64_t at = f->table_at + (uint64_t)cluster * f->bits / 8;
    bool whole;

    if (!read_part(f, at, raw, f->bits == 32 ? 4 : 2, &whole, err))
        return false;
    uint32_t value = f->bits == 32 ? bytes_le32(raw) & 0x0fffffff : bytes_le16(raw);
    if (f->bits == 12)
        value = cluster % 2 == 1 ? value >> 4 : value & 0xfff;
    *next = whole && value >= 2 && value - 2 < f->cluster_count ? value : 0;
    return true;
}

/* The sector's place in the partition; false when the directory has ended. */
static bool locate(const struct fat *f, const struct place *p, uint64_t *at)
{
    if (p->cluster == 0) {
        *at = f->root_at + (uint64_t)p->sector * SECTOR;
        return f->bits != 32 && p->sector < f->root_sectors;
    }
    if (p->cluster < 2 || p->cluster - 2 >= f->cluster_count)
        return false;
    *at = f->data_at + ((uint64_t)(p->cluster - 2) * f->cluster_sectors + p->sector) * SECTOR;
    return true;
}

static bool advance(const struct fat *f, struct place *p, bool *more, struct err *err)
{
    *more = true;
    p->sector++;
    if (p->cluster == 0 || p->sector < f->cluster_sectors)
        return true;
    p->sector = 0;
    if (!next_cluster(f, p->cluster, &p->cluster, err))
        return false;
    *more = p->cluster != 0;
    return true;
}

/* Finds an 8.3 name (11 bytes, padded) in the directory that starts at this cluster. */
static bool find(const struct fat *f, uint32_t directory, const char *name, struct entry *out,
                 struct err *err)
{
    struct place p = {.cluster = directory};
    unsigned char sector[SECTOR];
    uint64_t at;
    bool more = true, whole;

    *out = (struct entry){0};
    for (int i = 0; more && i < CHAIN_MAX && locate(f, &p, &at); i++) {
        if (!read_part(f, at, sector, sizeof sector, &whole, err))
            return false;
        for (const unsigned char *e = sector; whole && e < sector + SECTOR; e += ENTRY_BYTES) {
            if (e[0] == 0)
                return true;
            if ((e[11] & ATTRIBUTE_LABEL) != 0 || memcmp(e, name, 11) != 0)
                continue;
            out->found = true;
            out->directory = (e[11] & ATTRIBUTE_DIRECTORY) != 0;
            out->cluster = bytes_le16(e + 26);
            if (f->bits == 32)
                out->cluster |= (uint32_t)bytes_le16(e + 20) << 16;
            return true;
        }
        if (!advance(f, &p, &more, err))
            return false;
    }
    return true;
}

bool image_fat_loader(struct source *source, uint64_t start, uint64_t length, enum image_arch *arch,
                      struct err *err)
{
    struct fat f = {.source = source, .start = start, .length = length};
    struct entry folder = {.directory = true}, x64, aa64;
    static const char *const folders[] = {"EFI        ", "BOOT       "};
    unsigned char boot[SECTOR];
    bool ok;

    *arch = ARCH_UNKNOWN;
    if (!read_part(&f, 0, boot, sizeof boot, &ok, err))
        return false;
    if (ok)
        read_parameters(&f, boot, &ok);
    if (!ok)
        return true;
    folder.cluster = f.root_cluster;
    for (int i = 0; i < 2; i++) {
        if (!find(&f, folder.cluster, folders[i], &folder, err))
            return false;
        if (!folder.found || !folder.directory || folder.cluster == 0)
            return true;
    }
    if (!find(&f, folder.cluster, "BOOTX64 EFI", &x64, err) ||
        !find(&f, folder.cluster, "BOOTAA64EFI", &aa64, err))
        return false;
    if (x64.found != aa64.found)
        *arch = x64.found ? ARCH_X86_64 : ARCH_ARM64;
    return true;
}
