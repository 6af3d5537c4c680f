/* The partition table of a disk image (UEFI specification 2.10, chapter 5). Every number in it may
 * be hostile; what makes no sense stays unknown. */
#include <string.h>

#include "core/bytes.h"
#include "core/image.h"
#include "core/image_fat.h"
#include "core/source.h"

enum {
    SECTOR = 512,
    MBR_CODE_BYTES = 440,
    MBR_ENTRIES_AT = 446,
    MBR_ENTRY_BYTES = 16,
    MBR_ENTRIES = 4,
    MBR_PROTECTIVE = 0xee,
    MBR_ESP = 0xef,
    GPT_ENTRIES_MAX = 1024,
    GPT_ENTRY_MAX = 4096
};

/* What is being filled in, and where from. */
struct scan {
    struct source *source;
    struct image_layout *out;
};

static bool read_sector(const struct scan *s, uint64_t lba, unsigned char *out, bool *whole,
                        struct err *err)
{
    *whole = lba < s->source->size_bytes / SECTOR;
    memset(out, 0, SECTOR);
    return !*whole || source_read(s->source, lba * SECTOR, out, SECTOR, err);
}

static bool look_into_esp(const struct scan *s, uint64_t first, uint64_t last, struct err *err)
{
    uint64_t sectors = s->source->size_bytes / SECTOR;
    enum image_arch arch;

    s->out->has_esp = true;
    if (first == 0 || first > last || last >= sectors)
        return true;
    if (!image_fat_loader(s->source, first * SECTOR, (last - first + 1) * SECTOR, &arch, err))
        return false;
    if (arch != ARCH_UNKNOWN)
        s->out->efi = arch;
    return true;
}

static bool read_gpt_entry(const struct scan *s, const unsigned char *entry, struct err *err)
{
    static const unsigned char esp[16] = {0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11,
                                          0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b};

    if (memcmp(entry, "Hah!IdontNeedEFI", 16) == 0)
        s->out->has_bios_boot = true;
    if (memcmp(entry, esp, 16) == 0)
        return look_into_esp(s, bytes_le64(entry + 32), bytes_le64(entry + 40), err);
    return true;
}

/* The header at this sector; *found is false when there is none or it makes no sense. */
static bool read_gpt(const struct scan *s, uint64_t lba, bool *found, struct err *err)
{
    unsigned char header[SECTOR], sector[SECTOR];
    bool whole;

    *found = false;
    if (!read_sector(s, lba, header, &whole, err))
        return false;
    uint64_t entries_at = bytes_le64(header + 72);
    uint32_t count = bytes_le32(header + 80), size = bytes_le32(header + 84);
    if (!whole || memcmp(header, "EFI PART", 8) != 0 || bytes_le64(header + 24) != lba ||
        size < 128 || size > GPT_ENTRY_MAX || (size & (size - 1)) != 0 || count > GPT_ENTRIES_MAX ||
        entries_at >= s->source->size_bytes / SECTOR)
        return true;
    *found = true;
    s->out->has_table = true;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t at = (uint64_t)i * size;
        if (!read_sector(s, entries_at + at / SECTOR, sector, &whole, err))
            return false;
        if (!whole)
            return true;
        if (!read_gpt_entry(s, sector + at % SECTOR, err))
            return false;
    }
    return true;
}

static bool has_code(const unsigned char *mbr)
{
    for (int i = 0; i < MBR_CODE_BYTES; i++) {
        if (mbr[i] != 0)
            return true;
    }
    return false;
}

/* False when an entry makes no sense: a boot sector of a file system ends in 55 AA too. */
static bool mbr_makes_sense(const struct scan *s, const unsigned char *mbr, bool *protective)
{
    bool any = false;

    *protective = false;
    if (mbr[510] != 0x55 || mbr[511] != 0xaa)
        return false;
    for (int i = 0; i < MBR_ENTRIES; i++) {
        const unsigned char *e = mbr + MBR_ENTRIES_AT + i * MBR_ENTRY_BYTES;
        uint64_t first = bytes_le32(e + 8), count = bytes_le32(e + 12);
        if (e[4] == 0)
            continue;
        if ((e[0] != 0 && e[0] != 0x80) || first == 0 || count == 0 ||
            first >= s->source->size_bytes / SECTOR)
            return false;
        any = true;
        *protective = *protective || e[4] == MBR_PROTECTIVE;
    }
    return any;
}

static bool read_mbr_entries(const struct scan *s, const unsigned char *mbr, struct err *err)
{
    for (int i = 0; i < MBR_ENTRIES; i++) {
        const unsigned char *e = mbr + MBR_ENTRIES_AT + i * MBR_ENTRY_BYTES;
        uint64_t first = bytes_le32(e + 8), count = bytes_le32(e + 12);
        if (e[4] == MBR_ESP && !look_into_esp(s, first, first + count - 1, err))
            return false;
    }
    return true;
}

bool image_layout(struct source *source, struct image_layout *out, struct err *err)
{
    const struct scan s = {.source = source, .out = out};
    unsigned char mbr[SECTOR];
    bool whole, protective, found = false;

    *out = (struct image_layout){.looked_into = source != NULL};
    if (!out->looked_into || !read_sector(&s, 0, mbr, &whole, err))
        return !out->looked_into;
    if (!whole || !mbr_makes_sense(&s, mbr, &protective))
        return true;
    out->has_table = true;
    out->has_bios_boot = has_code(mbr);
    if (!protective)
        return read_mbr_entries(&s, mbr, err);
    if (!read_gpt(&s, 1, &found, err))
        return false;
    return found || read_gpt(&s, source->size_bytes / SECTOR - 1, &found, err);
}
