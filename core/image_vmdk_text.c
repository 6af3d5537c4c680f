/* A VMDK whose disk lies in other files: they must lie beside it, or a hostile description could
 * have any file of this machine read. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "core/bytes.h"
#include "core/image_file.h"
#include "core/image_probe.h"
#include "core/image_vmdk.h"

enum { TEXT_BYTES_MAX = 1 << 20, PARTS_MAX = 4096, LINE_MAX_BYTES = 1024 };

/* What qemu reads of a type: a file, at a place in it, with tables of its own. */
static const struct extent_type {
    const char *name;
    bool has_file, is_flat;
} extent_types[] = {
    {"FLAT", true, true},
    {"VMFS", true, true},
    {"SPARSE", true, false},
    {"ZERO", false, false},
};

bool vmdk_text_has_no_parent(const struct image *image, const char *text, size_t length,
                             struct err *err)
{
    static const char hint[] = "parentFileNameHint";

    if (memmem(text, length, hint, sizeof hint - 1) == NULL)
        return true;
    return probe_refuse(image, "a VMDK that keeps a part of its disk in a parent's file",
                        "merge it with its parent first", err);
}

static bool is_setting(const char *line)
{
    const char *equals = strchr(line, '=');
    const char *quote = strchr(line, '"');

    return equals != NULL && equals != line && (quote == NULL || equals < quote);
}

bool vmdk_text_line(const char *line, size_t length, struct vmdk_extent *extent, bool *is_extent)
{
    char text[LINE_MAX_BYTES], access[6];
    long long sectors, offset = 0;

    *is_extent = false;
    while (length > 0 && isspace((unsigned char)line[length - 1]))
        length--;
    if (length >= sizeof text || memchr(line, 0, length) != NULL)
        return false;
    memcpy(text, line, length);
    text[length] = '\0';
    if (length == 0 || text[0] == '#' || is_setting(text))
        return true;
    *extent = (struct vmdk_extent){0};
    int found = sscanf(text, "%5s %lld %15s \"%511[^\n\r\"]\" %lld", access, &sectors, extent->type,
                       extent->file, &offset);
    *is_extent = found >= 3 && strcmp(access, "RW") == 0 && sectors > 0 && offset >= 0 &&
                 (uint64_t)sectors <= PROBE_DISK_BYTES_MAX / PROBE_SECTOR &&
                 (uint64_t)offset <= PROBE_DISK_BYTES_MAX / PROBE_SECTOR;
    extent->sectors = *is_extent ? (uint64_t)sectors : 0;
    extent->offset = *is_extent ? (uint64_t)offset : 0;
    return *is_extent;
}

static const struct extent_type *find_type(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(extent_types); i++) {
        if (strcmp(extent_types[i].name, name) == 0)
            return &extent_types[i];
    }
    return NULL;
}

/* A slash leads elsewhere, and qemu takes what stands before a colon for a protocol. */
static bool is_plain_name(const char *name)
{
    return name[0] != '\0' && strpbrk(name, "/:") == NULL && strcmp(name, ".") != 0 &&
           strcmp(name, "..") != 0;
}

/* A sparse extent without a size has qemu read a second description in it. */
static bool check_sparse(const struct image *image, const char *path, uint64_t sectors,
                         struct err *err)
{
    unsigned char head[20] = {0};
    FILE *file = fopen(path, "re");
    bool whole = file != NULL && fread(head, 1, sizeof head, file) == sizeof head;

    if (file != NULL)
        fclose(file);
    return (whole && memcmp(head, "KDMV", 4) == 0 && bytes_le64(head + 12) >= sectors) ||
           probe_damaged(image, "a file that it names is no part of a sparse VMDK", err);
}

/* Takes the file of an extent in, when it lies beside the description. */
static bool add_part(struct image *image, const struct vmdk_extent *extent, bool is_flat,
                     struct err *err)
{
    char *here = realpath(image->path, NULL);
    char *slash = here == NULL ? NULL : strrchr(here, '/');
    struct stat st;
    bool ok = false;

    if (slash == NULL || !is_plain_name(extent->file)) {
        ok = probe_refuse(image, "a VMDK whose disk is in another folder",
                          "all its files must lie beside it", err);
        goto out;
    }
    struct image_part *part = &image->parts[image->part_count++];
    part->path = xasprintf("%.*s/%s", (int)(slash - here), here, extent->file);
    /* A link beside it may lead anywhere. */
    if (lstat(part->path, &st) != 0 || !S_ISREG(st.st_mode)) {
        err_set(err, ERR_INPUT, "%s names %s, which is no file beside it", image->path,
                extent->file);
        err_advise(err, "copy all files of the VMDK into one folder");
        goto out;
    }
    image_mark_take(&part->mark, &st);
    if (is_flat && part->mark.bytes / PROBE_SECTOR < extent->offset + extent->sectors)
        ok = probe_damaged(image, "a file that it names is shorter than it says", err);
    else
        ok = is_flat || check_sparse(image, part->path, extent->sectors, err);
out:
    free(here);
    return ok;
}

static bool take_extent(struct image *image, const struct vmdk_extent *extent, struct err *err)
{
    const struct extent_type *type = find_type(extent->type);

    if (type == NULL)
        return probe_refuse(image, "a VMDK of a kind that is not read", "convert it to raw first",
                            err);
    image->logical_bytes += extent->sectors * PROBE_SECTOR;
    if (image->logical_bytes > PROBE_DISK_BYTES_MAX || image->part_count >= PARTS_MAX)
        return probe_damaged(image, "it names more than a volume holds", err);
    return !type->has_file || add_part(image, extent, type->is_flat, err);
}

static bool take_lines(struct image *image, const char *text, struct err *err)
{
    struct vmdk_extent extent;
    bool is_extent;

    for (const char *line = text; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        if (!vmdk_text_line(line, length, &extent, &is_extent))
            return probe_damaged(image, "its description has a line that makes no sense", err);
        if (is_extent && !take_extent(image, &extent, err))
            return false;
        line += length + (line[length] == '\n');
    }
    return probe_take_size(image, image->logical_bytes, err);
}

bool image_open_vmdk_text(struct probe *p, struct err *err)
{
    struct image *image = p->image;
    bool whole = false, ok = false;

    image->format = IMAGE_VMDK;
    image->foreign = "the description of a VMDK whose disk is in another file";
    if (image->file_bytes > TEXT_BYTES_MAX)
        return probe_damaged(image, "its description is too long", err);
    char *text = xcalloc(image->file_bytes + 1, 1);
    image->parts = xcalloc(PARTS_MAX, sizeof *image->parts);
    if (probe_read(image, 0, text, image->file_bytes, &whole, err))
        ok = vmdk_text_has_no_parent(image, text, image->file_bytes, err) &&
             take_lines(image, text, err);
    free(text);
    return ok;
}
