/* VMware disks in one file: the sparse VMDK, and the stream-optimized one that VM Import takes. */
#include <string.h>

#include "core/bytes.h"
#include "core/image_probe.h"
#include "core/image_vmdk.h"

enum { TABLE_ROWS = 512, DESCRIPTOR_AT = 512 };

/* How the grains of a file lie in it. */
struct grains {
    uint64_t directory; /* sector of the grain directory */
    uint64_t tables;    /* rows of the directory */
    uint64_t sectors;   /* of one grain */
    bool packed;        /* each has its length in front */
};

/* Finds the last sector at which a grain of this table starts. */
static bool read_table(const struct image *image, uint64_t table_at, uint64_t *last, bool *whole,
                       struct err *err)
{
    unsigned char table[TABLE_ROWS * 4];

    if (!probe_read(image, table_at * PROBE_SECTOR, table, sizeof table, whole, err))
        return false;
    for (size_t i = 0; i < TABLE_ROWS; i++) {
        uint64_t grain = bytes_le32(table + i * 4);
        *last = grain > *last ? grain : *last;
    }
    return true;
}

/* Behind a packed grain's 8-byte address stands its length. */
static bool last_grain_is_there(const struct image *image, const struct grains *g, uint64_t last,
                                bool *whole, struct err *err)
{
    unsigned char raw[4];
    uint64_t end = (last + g->sectors) * PROBE_SECTOR;

    if (g->packed) {
        if (!probe_read(image, last * PROBE_SECTOR + 8, raw, sizeof raw, whole, err))
            return false;
        end = last * PROBE_SECTOR + 12 + bytes_le32(raw);
    }
    *whole = *whole && end <= image->file_bytes;
    return true;
}

/* A file that was cut lacks a table, or the end of its last grain. Grain 1 is one of zeros. */
static bool check_grains(const struct image *image, const struct grains *g, struct err *err)
{
    unsigned char raw[4];
    uint64_t last = 0;
    bool whole = g->tables <= image->file_bytes / sizeof raw;

    for (uint64_t i = 0; whole && i < g->tables; i++) {
        uint64_t row_at = g->directory * PROBE_SECTOR + i * sizeof raw;
        if (!probe_read(image, row_at, raw, sizeof raw, &whole, err))
            return false;
        uint64_t table = bytes_le32(raw);
        if (table != 0 && !read_table(image, table, &last, &whole, err))
            return false;
    }
    if (whole && last > 1 && !last_grain_is_there(image, g, last, &whole, err))
        return false;
    return whole || probe_damaged(image, "its VMDK lacks grains; it may be cut short", err);
}

/* The grain directory's place: in the header, or in a footer before the end-of-stream marker. */
static bool find_directory(const struct probe *p, uint64_t *directory, struct err *err)
{
    const struct image *image = p->image;
    unsigned char footer[PROBE_SECTOR];
    bool whole = false;

    *directory = bytes_le64(p->head + 56);
    if (*directory == UINT64_MAX) {
        memset(footer, 0, sizeof footer);
        if (image->file_bytes >= 3 * PROBE_SECTOR &&
            !probe_read(image, image->file_bytes - 2 * PROBE_SECTOR, footer, sizeof footer, &whole,
                        err))
            return false;
        if (!whole || memcmp(footer, "KDMV", 4) != 0)
            return probe_damaged(image, "its VMDK footer is missing; it may be cut short", err);
        *directory = bytes_le64(footer + 56);
    }
    return (*directory != 0 && *directory < image->file_bytes / PROBE_SECTOR) ||
           probe_damaged(image, "its VMDK grain directory is not in the file; it may be cut short",
                         err);
}

/* qemu looks for a parent's name in the description behind the header, wherever that ends. */
static bool has_no_parent(const struct image *image, struct err *err)
{
    unsigned char text[20 * PROBE_SECTOR];
    bool whole;

    if (!probe_read(image, DESCRIPTOR_AT, text, sizeof text, &whole, err))
        return false;
    return vmdk_text_has_no_parent(image, (const char *)text, sizeof text, err);
}

/* Virtual Disk Format 5.0: flag bits 16 and 17 (compressed grains, markers) make a stream. */
bool image_open_vmdk(struct probe *p, struct err *err)
{
    const uint32_t stream = 3u << 16;
    struct image *image = p->image;
    uint64_t sectors = bytes_le64(p->head + 12);
    struct grains g = {
        .sectors = bytes_le64(p->head + 20),
        .packed = (bytes_le32(p->head + 8) & stream) == stream && bytes_le16(p->head + 77) == 1,
    };

    if (sectors == 0 || sectors > PROBE_DISK_BYTES_MAX / PROBE_SECTOR || g.sectors == 0 ||
        g.sectors > sectors + 128 || bytes_le32(p->head + 44) != TABLE_ROWS)
        return probe_damaged(image, "its VMDK header holds no sizes that fit", err);
    image->format = IMAGE_VMDK;
    image->foreign = g.packed ? NULL : "a VMDK that is not stream-optimized";
    uint64_t per_table = g.sectors * TABLE_ROWS;
    g.tables = (sectors + per_table - 1) / per_table;
    return probe_take_size(image, sectors * PROBE_SECTOR, err) && has_no_parent(image, err) &&
           find_directory(p, &g.directory, err) && check_grains(image, &g, err);
}
