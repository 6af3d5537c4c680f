/* Formats that VM Import does not take and qemu reads. Their headers are looked at first: one that
 * names a further file, which could be any of this machine, is refused. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/bytes.h"
#include "core/image_map.h"
#include "core/image_probe.h"

static bool rests_on_another(const struct image *image, const char *what, struct err *err)
{
    char *why = xasprintf("%s that keeps a part of its disk in another file", what);
    probe_refuse(image, why, "where you trust it: qemu-img convert makes one that stands alone",
                 err);
    free(why);
    return false;
}

static bool has_no_sizes(const struct image *image, struct err *err)
{
    return probe_damaged(image, "its header holds no sizes that fit", err);
}

/* A whole cluster stands at the entry's place; the lowest places are marks. */
static void plain_range(const struct map *map, uint64_t entry, uint64_t wanted, uint64_t *at,
                        uint64_t *length)
{
    *at = entry & ~(uint64_t)(PROBE_SECTOR - 1);
    *length = *at < map->cluster_bytes ? 0 : wanted;
}

/* qcow2.txt, "L2 table entry": bits 9 to 55 of a cluster; with bit 62 the place of compressed bytes
 * and how many further sectors they reach into, the last of which need not be whole. */
static void qcow2_range(const struct map *map, uint64_t entry, uint64_t wanted, uint64_t *at,
                        uint64_t *length)
{
    const uint64_t compressed = UINT64_C(1) << 62;

    if ((entry & compressed) == 0) {
        plain_range(map, entry & UINT64_C(0x00fffffffffffe00), wanted, at, length);
        return;
    }
    uint32_t shift = 62 - (map->cluster_bits - 8);
    *at = entry & ((UINT64_C(1) << shift) - 1);
    *length = ((entry & (compressed - 1)) >> shift) * PROBE_SECTOR + 1;
}

/* With bit 63: compressed, so many bytes. */
static void qcow_range(const struct map *map, uint64_t entry, uint64_t wanted, uint64_t *at,
                       uint64_t *length)
{
    const uint64_t compressed = UINT64_C(1) << 63;

    if ((entry & compressed) == 0) {
        plain_range(map, entry, wanted, at, length);
        return;
    }
    uint32_t shift = 63 - map->cluster_bits;
    *at = entry & ((UINT64_C(1) << shift) - 1);
    *length = (entry >> shift) & (map->cluster_bytes - 1);
}

static bool check_qcow2(const struct probe *p, uint64_t features, struct err *err)
{
    enum { EXTENDED_ENTRIES = 1 << 4 };
    uint32_t bits = bytes_be32(p->head + 20);

    if (bits < 9 || bits > 21)
        return has_no_sizes(p->image, err);
    struct map map = {
        .at = bytes_be64(p->head + 40),
        .rows = bytes_be32(p->head + 36),
        .inner_mask = UINT64_C(0x00fffffffffffe00),
        .row_bytes = 8,
        .is_big_endian = true,
        .cluster_bytes = UINT64_C(1) << bits,
        .cluster_bits = bits,
        .range = qcow2_range,
    };
    map.inner_rows = map.cluster_bytes / 8;
    map.inner_row_bytes = 8;
    if ((features & EXTENDED_ENTRIES) != 0) {
        map.inner_rows /= 2;
        map.inner_row_bytes = 16;
    }
    return map_check(p->image, &map, err);
}

static bool check_qcow(const struct probe *p, struct err *err)
{
    uint32_t bits = p->head[32], inner_bits = p->head[33];

    if (bits < 9 || bits > 16 || inner_bits < 6 || inner_bits > 13)
        return has_no_sizes(p->image, err);
    uint64_t step = UINT64_C(1) << (bits + inner_bits);
    const struct map map = {
        .at = bytes_be64(p->head + 40),
        .rows = (p->image->logical_bytes + step - 1) / step,
        .inner_rows = UINT64_C(1) << inner_bits,
        .inner_mask = UINT64_MAX,
        .row_bytes = 8,
        .inner_row_bytes = 8,
        .is_big_endian = true,
        .cluster_bytes = UINT64_C(1) << bits,
        .cluster_bits = bits,
        .range = qcow_range,
    };
    return map_check(p->image, &map, err);
}

/* QEMU's docs/interop/qcow2.txt; version 1 is the older qcow. */
bool image_open_qcow(struct probe *p, struct err *err)
{
    enum { CORRUPT = 1 << 1, EXTERNAL_DATA = 1 << 2 };
    struct image *image = p->image;
    uint32_t version = bytes_be32(p->head + 4);
    bool old = version == 1;

    image->format = old ? IMAGE_QCOW : IMAGE_QCOW2;
    image->foreign = old ? "a qcow image" : "a qcow2 image";
    if (version < 1 || version > 3)
        return probe_damaged(image, "its qcow2 header is of no version that is known", err);
    if (bytes_be64(p->head + 8) != 0)
        return rests_on_another(image, image->foreign, err);
    if (bytes_be32(p->head + (old ? 36 : 32)) != 0)
        return probe_refuse(image, "encrypted",
                            "decrypt it first: an AMI's volumes are encrypted with --kms-key", err);
    uint64_t features = version == 3 ? bytes_be64(p->head + 72) : 0;
    if ((features & EXTERNAL_DATA) != 0)
        return rests_on_another(image, image->foreign, err);
    if ((features & CORRUPT) != 0)
        return probe_damaged(image, "it is marked as corrupt", err);
    return probe_take_size(image, bytes_be64(p->head + 24), err) &&
           (old ? check_qcow(p, err) : check_qcow2(p, features, err));
}

/* QEMU's docs/interop/qed_spec.rst. */
bool image_open_qed(struct probe *p, struct err *err)
{
    enum { HAS_BACKING = 1 };
    struct image *image = p->image;
    uint64_t cluster = bytes_le32(p->head + 4), table = bytes_le32(p->head + 8);

    image->format = IMAGE_QED;
    image->foreign = "a QED image";
    if ((bytes_le64(p->head + 16) & HAS_BACKING) != 0)
        return rests_on_another(image, image->foreign, err);
    if (!probe_take_size(image, bytes_le64(p->head + 48), err))
        return false;
    if (cluster < 4096 || cluster > 64 << 20 || (cluster & (cluster - 1)) != 0 || table == 0 ||
        table > 16)
        return has_no_sizes(image, err);
    const struct map map = {
        .at = bytes_le64(p->head + 40),
        .rows = table * cluster / 8,
        .inner_rows = table * cluster / 8,
        .inner_mask = UINT64_MAX,
        .row_bytes = 8,
        .inner_row_bytes = 8,
        .cluster_bytes = cluster,
        .range = plain_range,
    };
    return map_check(image, &map, err);
}

/* A number of a block; the two highest are blocks of zeros. */
static void vdi_range(const struct map *map, uint64_t entry, uint64_t wanted, uint64_t *at,
                      uint64_t *length)
{
    *at = map->base + entry * map->cluster_bytes;
    *length = entry >= UINT32_MAX - 1 ? 0 : wanted;
}

/* VirtualBox's VDICore.h: types 1 and 2 stand alone, the others differ from a parent. */
bool image_open_vdi(struct probe *p, struct err *err)
{
    struct image *image = p->image;
    uint32_t type = bytes_le32(p->head + 76), block = bytes_le32(p->head + 376);

    image->format = IMAGE_VDI;
    image->foreign = "a VirtualBox VDI image";
    if (type != 1 && type != 2)
        return rests_on_another(image, image->foreign, err);
    if (!probe_take_size(image, bytes_le64(p->head + 368), err))
        return false;
    if (block < PROBE_SECTOR || (block & (block - 1)) != 0)
        return has_no_sizes(image, err);
    const struct map map = {
        .at = bytes_le32(p->head + 340),
        .rows = bytes_le32(p->head + 384),
        .row_bytes = 4,
        .cluster_bytes = block,
        .base = bytes_le32(p->head + 344),
        .range = vdi_range,
    };
    return map_check(image, &map, err);
}

/* A sector, or with the newer magic (base 1) a number of a cluster. */
static void parallels_range(const struct map *map, uint64_t entry, uint64_t wanted, uint64_t *at,
                            uint64_t *length)
{
    *at = entry * (map->base == 0 ? PROBE_SECTOR : map->cluster_bytes);
    *length = entry == 0 ? 0 : wanted;
}

/* QEMU's docs/interop/parallels.txt. */
bool image_open_parallels(struct probe *p, struct err *err)
{
    enum { HEADER_BYTES = 64, CLUSTER_SECTORS_MAX = 1 << 20 };
    struct image *image = p->image;
    bool old = memcmp(p->head, "WithoutFreeSpace", 16) == 0;
    uint64_t sectors = old ? bytes_le32(p->head + 36) : bytes_le64(p->head + 36);
    uint32_t cluster = bytes_le32(p->head + 28);

    image->format = IMAGE_PARALLELS;
    image->foreign = "a Parallels image";
    if (sectors > PROBE_DISK_BYTES_MAX / PROBE_SECTOR || cluster == 0 ||
        cluster > CLUSTER_SECTORS_MAX)
        return has_no_sizes(image, err);
    if (!probe_take_size(image, sectors * PROBE_SECTOR, err))
        return false;
    const struct map map = {
        .at = HEADER_BYTES,
        .rows = bytes_le32(p->head + 32),
        .row_bytes = 4,
        .cluster_bytes = (uint64_t)cluster * PROBE_SECTOR,
        .base = old ? 0 : 1,
        .range = parallels_range,
    };
    return map_check(image, &map, err);
}
