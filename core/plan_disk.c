/* One disk of a plan: what its file is, and whether it is what it should be. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "core/interrupt.h"
#include "core/pipe_in.h"
#include "core/plan_build.h"
#include "core/source_open.h"
#include "core/sums.h"

/* Under 1 MiB there is no room for a boot loader and a partition. */
enum { RAW_BYTES_MIN = 1 << 20, SECTOR_BYTES = 512 };

#define GIB              (UINT64_C(1) << 30)
#define VOLUME_BYTES_MAX (UINT64_C(64) << 40)

static bool is_no_folder(const char *path, struct err *err)
{
    struct stat st;

    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
        return true;
    err_set(err, ERR_INPUT, "%s is a folder without nix-support/image-info.json", path);
    return err_advise(err, "name the disk image in it, or the result of a Nix image build");
}

/* A raw image has no magic, so that every file would be one. */
static bool is_disk(const struct image *file, struct err *err)
{
    bool packed = file->packing != PACKING_NONE || file->is_pipe;
    uint64_t bytes = packed ? file->logical_bytes : file->file_bytes;

    if (file->format != IMAGE_RAW || !file->size_known ||
        (bytes >= RAW_BYTES_MIN && bytes % SECTOR_BYTES == 0))
        return true;
    err_set(err, ERR_INPUT, "%s is no disk image: it has %llu bytes and no format that is known",
            file->path, (unsigned long long)bytes);
    return err_advise(err, "a raw disk image has at least 1 MiB, in whole sectors of %d bytes",
                      SECTOR_BYTES);
}

static bool has_size(struct plan_disk *disk, const struct image *file, int volume_gib,
                     struct err *err)
{
    if (file->size_known || volume_gib > 0)
        return true;
    if (file->said_bytes > 0 && file->said_bytes <= VOLUME_BYTES_MAX) {
        disk->volume_gib = (int)((file->said_bytes + GIB - 1) / GIB);
        return true;
    }
    err_set(err, ERR_USAGE, "nothing says how large the disk is that comes from %s",
            file->is_pipe ? "standard input" : file->path);
    return err_advise(err, "name the volume's size: --volume-size GIB, or \",volume-size=...\" "
                           "behind the path");
}

/* VM Import reads the disk itself: what cannot be looked into here may well be imported. */
static bool look(const struct image *file, enum plan_via via, struct image_layout *layout,
                 struct err *err)
{
    struct err problem = ERR_INIT;
    struct source *source = source_look(file, &problem);
    bool ok = image_layout(source, layout, &problem);

    ok = ok && (source != NULL || via == VIA_IMPORT);
    if (!ok && err != NULL)
        *err = problem;
    source_close(source);
    return ok;
}

/* A pass of its own, before anything else is done with the file. */
static bool sum(struct plan_disk *disk, const struct image *file, const struct settings *settings,
                struct err *err)
{
    bool has_list = plan_has(settings->sha256sums);
    struct interrupt *interrupt = NULL;
    char hex[SUMS_HEX_SIZE];

    if (!settings->sha256 && !has_list)
        return true;
    if (file->is_pipe) {
        err_set(err, ERR_USAGE,
                "standard input is read once, and a SHA-256 takes a pass of its "
                "own");
        return err_advise(err, "hand over a file, or leave out --sha256 and --sha256sums");
    }
    interrupt = interrupt_start();
    bool ok =
        sums_file(disk->path, interrupt_flag(interrupt), hex, err) && image_unchanged(file, err);
    interrupt_end(interrupt);
    if (!ok)
        return false;
    disk->sha256 = xstrdup(hex);
    disk->summed = file->mark;
    return !has_list || sums_agree(settings->sha256sums, disk->path, hex, err);
}

bool plan_disk_open(struct plan_disk *disk, const char *path, const struct settings *settings,
                    int volume_gib, struct image_layout *layout, struct err *err)
{
    enum plan_via via = plan_via_of(settings);
    bool ok = false;

    if (strcmp(path, IMAGE_STDIN) == 0)
        pipe_in_claim();
    struct image *file = is_no_folder(path, err) ? image_open(path, err) : NULL;
    if (file == NULL)
        return false;
    disk->path = file->is_pipe ? xstrdup(path) : realpath(path, NULL);
    disk->format = file->format;
    disk->file_bytes = file->file_bytes;
    disk->logical_bytes = file->logical_bytes;
    if (disk->path == NULL)
        err_set_errno(err, ERR_INPUT, "cannot open %s", path);
    else
        ok = (via == VIA_DIRECT || image_importable(file, err)) && is_disk(file, err) &&
             has_size(disk, file, volume_gib, err) && sum(disk, file, settings, err) &&
             look(file, via, layout, err);
    image_close(file);
    return ok;
}

bool plan_disk_check(const struct plan_disk *disk, const struct info_disk *said,
                     enum image_format format, struct err *err)
{
    if (format != IMAGE_FORMATS && format != disk->format) {
        err_set(err, ERR_INPUT, "%s should be %s by its image-info.json, but looks like %s",
                disk->path, image_format_name(format), image_format_name(disk->format));
        return err_advise(err, "it may be cut short; fetch or build it again");
    }
    if (disk->format == IMAGE_RAW && disk->logical_bytes > 0 &&
        said->logical_bytes > disk->logical_bytes) {
        err_set(err, ERR_INPUT, "%s is shorter than its image-info.json says", disk->path);
        return err_advise(err, "it may be cut short; fetch or build it again");
    }
    return true;
}
