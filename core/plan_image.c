/* One image of a plan: what its files say, what was asked, and what follows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/image_info.h"
#include "core/image_name.h"
#include "core/plan_build.h"

#define GIB 1073741824u

enum { VOLUME_GIB_MAX = 65536, DESCRIPTION_MAX = 255, UEFI_DATA_MAX = 64000 };

/* One image while it is settled. */
struct work {
    struct plan_image *image;
    struct image_settings said;
    struct image_info *info;    /* NULL for bare disk images */
    struct image_layout layout; /* of the first disk that has a partition table */
    const struct settings *settings;
};

static bool open_disks(struct work *w, const struct plan_source *source, struct err *err)
{
    static const char *const devices[] = {"/dev/xvda", "/dev/xvdb"};
    static const char *const two[] = {"boot", "root"};
    size_t count = w->info != NULL ? w->info->disk_count : source->path_count;

    w->image->disks = xcalloc(count, sizeof *w->image->disks);
    for (size_t i = 0; i < count; i++) {
        const struct info_disk *said = w->info != NULL ? &w->info->disks[i] : NULL;
        const char *role = said != NULL ? said->role : count == 2 ? two[i] : "root";
        struct plan_disk *disk = &w->image->disks[w->image->disk_count++];
        struct image_layout layout = {0};
        const char *path = said != NULL ? said->path : source->paths[i];
        disk->role = xstrdup(role);
        disk->device = xstrdup(said != NULL && said->device != NULL ? said->device : devices[i]);
        if (!plan_disk_open(disk, path, w->settings, w->said.volume_gib, &layout, err) ||
            (said != NULL && !plan_disk_check(disk, said, w->info->format, err)))
            return false;
        if (!w->layout.has_table)
            w->layout = layout;
    }
    return true;
}

/* What the build says, where nobody said otherwise; checked like the command line. */
static bool take_info(struct work *w, struct err *err)
{
    const struct image_info *info = w->info;
    const struct {
        const char *key, *value;
        const char *said;
    } rows[] = {
        {"arch", info->arch, w->said.arch},
        {"boot-mode", info->boot_mode, w->said.boot_mode},
        {"description", info->description, w->said.description},
        {"imds", info->imds, w->said.imds},
        {"volume-type", info->volume_type, w->said.volume_type},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].value == NULL || plan_has(rows[i].said) ||
            settings_set_image(&w->said, rows[i].key, rows[i].value, err))
            continue;
        if (err != NULL)
            err->kind = ERR_INPUT;
        return err_advise(err, "this is what image-info.json says; --%s overrides it", rows[i].key);
    }
    if (info->tpm != NULL && strcmp(info->tpm, "v2.0") != 0)
        return err_set(err, ERR_INPUT, "image-info.json: TpmSupport must be \"v2.0\" or null");
    if (w->said.tpm == SAID_NOTHING && info->tpm != NULL)
        w->said.tpm = SAID_YES;
    if (w->said.volume_gib == 0)
        w->said.volume_gib = info->volume_gib;
    return true;
}

/* A BIOS boot loader is x86 code. */
static enum image_arch arch_of_layout(const struct image_layout *layout)
{
    return layout->efi == ARCH_UNKNOWN && layout->has_bios_boot ? ARCH_X86_64 : layout->efi;
}

static bool settle_arch(struct work *w, struct err *err)
{
    enum image_arch arch = image_arch_from_name(w->said.arch);
    const char *system = w->info != NULL ? w->info->system : NULL;

    if (arch == ARCH_UNKNOWN && system != NULL) {
        arch = image_arch_from_name(system);
        if (arch == ARCH_UNKNOWN)
            return err_set(err, ERR_INPUT, "%s is for \"%s\", which EC2 does not have",
                           w->image->disks[0].path, system);
    }
    if (arch == ARCH_UNKNOWN)
        arch = arch_of_layout(&w->layout);
    if (arch == ARCH_UNKNOWN) {
        const char *path = w->image->disks[0].path;
        err_set(err, ERR_USAGE, "nothing says for which architecture %s is",
                strcmp(path, IMAGE_STDIN) == 0 ? "standard input" : path);
        return err_advise(err, "name it: --arch x86_64 or --arch arm64, or \",arch=...\" behind "
                               "the path");
    }
    w->image->arch = arch;
    w->image->system = xstrdup(arch == ARCH_ARM64 ? "aarch64-linux" : "x86_64-linux");
    return true;
}

/* What the partitions allow. Where they say nothing it is what EC2 takes by default. */
static const char *mode_of_layout(const struct image_layout *layout, enum image_arch arch)
{
    if (arch == ARCH_ARM64)
        return "uefi";
    if (layout->has_esp)
        return layout->has_bios_boot ? "uefi-preferred" : "uefi";
    return "legacy-bios";
}

static bool settle_boot(struct work *w, struct err *err)
{
    struct plan_image *image = w->image;

    image->boot_mode = xstrdup(
        plan_has(w->said.boot_mode) ? w->said.boot_mode : mode_of_layout(&w->layout, image->arch));
    if (image->arch == ARCH_ARM64 && strcmp(image->boot_mode, "uefi") != 0)
        return err_set(err, ERR_USAGE, "an arm64 image boots by uefi only, not %s",
                       image->boot_mode);
    if (w->said.tpm == SAID_YES) {
        if (strcmp(image->boot_mode, "uefi") != 0) {
            err_set(err, ERR_USAGE, "a TPM needs boot mode uefi, not %s", image->boot_mode);
            return err_advise(err, "name --boot-mode uefi or --no-tpm");
        }
        image->tpm = xstrdup("v2.0");
    }
    if (!plan_has(w->said.imds) || strcmp(w->said.imds, "off") != 0)
        image->imds = xstrdup("v2.0");
    return true;
}

/* The text without white space when it is base64, else NULL. */
static char *as_base64(const unsigned char *raw, size_t length)
{
    struct buf text = BUF_INIT;
    unsigned char *decoded = NULL;
    size_t bytes;
    bool ok = memchr(raw, 0, length) == NULL;

    for (size_t i = 0; i < length; i++) {
        if (strchr(" \t\r\n", raw[i]) == NULL)
            buf_add_char(&text, (char)raw[i]);
    }
    ok = ok && text.length > 0 && base64_decode(buf_str(&text), &decoded, &bytes);
    free(decoded);
    if (ok)
        return buf_take(&text);
    buf_free(&text);
    return NULL;
}

/* The file may hold base64 already, as python-uefivars writes it. */
static bool read_uefi_data(const char *path, char **out, struct err *err)
{
    unsigned char raw[2 * UEFI_DATA_MAX];
    FILE *file = fopen(path, "re");

    if (file == NULL)
        return err_set_errno(err, ERR_INPUT, "cannot open %s", path);
    size_t got = fread(raw, 1, sizeof raw, file);
    bool ok = ferror(file) == 0 || err_set_errno(err, ERR_IO, "cannot read %s", path);
    fclose(file);
    if (!ok)
        return false;
    *out = as_base64(raw, got);
    if (*out == NULL) {
        struct buf encoded = BUF_INIT;
        buf_add_base64(&encoded, raw, got);
        *out = buf_take(&encoded);
    }
    if (got == 0 || strlen(*out) > UEFI_DATA_MAX)
        return err_set(err, ERR_INPUT, "%s must hold 1 to %d characters of base64", path,
                       UEFI_DATA_MAX);
    return true;
}

static bool settle_uefi_data(struct work *w, struct err *err)
{
    if (plan_has(w->said.uefi_data)) {
        if (!read_uefi_data(w->said.uefi_data, &w->image->uefi_data, err))
            return false;
    } else if (w->info != NULL) {
        w->image->uefi_data = xstrdup_or_null(w->info->uefi_data);
    }
    if (w->image->uefi_data != NULL && strcmp(w->image->boot_mode, "legacy-bios") == 0)
        return err_set(err, ERR_USAGE, "--uefi-data needs boot mode uefi or uefi-preferred");
    return true;
}

static bool settle_volumes(struct work *w, struct err *err)
{
    struct plan_image *image = w->image;
    uint64_t first = (image->disks[0].logical_bytes + GIB - 1) / GIB;

    image->volume_type = xstrdup(plan_has(w->said.volume_type) ? w->said.volume_type : "gp3");
    for (size_t i = 0; i < image->disk_count; i++) {
        struct plan_disk *disk = &image->disks[i];
        uint64_t own = disk->logical_bytes / GIB + (disk->logical_bytes % GIB != 0);
        /* Both volumes have the boot disk's size, as create-amis.sh has it; but EC2 takes none
         * that is smaller than its snapshot. */
        uint64_t gib = own > first ? own : first;
        if (gib == 0)
            gib = (uint64_t)disk->volume_gib; /* of a stream, by what its beginning says */
        if (w->said.volume_gib > 0) {
            gib = (uint64_t)w->said.volume_gib;
            if (gib < own)
                return err_set(err, ERR_USAGE, "a volume of %d GiB is smaller than %s, %llu GiB",
                               w->said.volume_gib, disk->path, (unsigned long long)own);
        }
        if (gib > VOLUME_GIB_MAX)
            return err_set(err, ERR_INPUT, "%s is larger than a volume can be, %d GiB", disk->path,
                           VOLUME_GIB_MAX);
        disk->volume_gib = (int)gib;
    }
    return true;
}

/* create-amis.sh puts -ZFS behind the label of an image with a boot and a root disk. */
static char *settle_label(const struct work *w, const char *given_path)
{
    static const char suffix[] = "-ZFS";
    char *label;

    if (plan_has(w->said.label))
        label = xstrdup(w->said.label);
    else if (w->info != NULL && w->info->label != NULL)
        label = xstrdup(w->info->label);
    else
        label = image_name_label(w->info != NULL ? w->image->disks[0].path : given_path);
    size_t length = strlen(label), tail = sizeof suffix - 1;
    bool has_suffix = length >= tail && strcmp(label + length - tail, suffix) == 0;
    if (w->info == NULL || w->info->disk_count < 2 || has_suffix)
        return label;
    char *longer = xasprintf("%s%s", label, suffix);
    free(label);
    return longer;
}

static bool settle_words(struct work *w, const char *given_path, struct err *err)
{
    struct plan_image *image = w->image;
    const struct settings *s = w->settings;

    if (w->info == NULL && !plan_has(w->said.label) && strcmp(given_path, IMAGE_STDIN) == 0) {
        err_set(err, ERR_USAGE, "standard input has no name that could be a label");
        return err_advise(err, "name it: --label, or \",label=...\" behind the dash");
    }
    image->label = settle_label(w, given_path);
    image->name =
        plan_expand_name(w->said.name, s->prefix, image->label, image->system, s->run_id, err);
    if (image->name == NULL || !plan_check_name(image->name, 3, "AMI", err))
        return false;
    image->base = plan_has(w->said.base) ? xstrdup(w->said.base) : NULL;
    image->ena = w->info == NULL || !w->info->no_ena;
    image->sriov = w->info == NULL || !w->info->no_sriov;
    if (!plan_has(w->said.description))
        return true;
    image->description = xstrdup(w->said.description);
    return strlen(image->description) <= DESCRIPTION_MAX ||
           err_set(err, ERR_USAGE, "the description of %s is longer than %d bytes", image->name,
                   DESCRIPTION_MAX);
}

bool plan_image_make(struct plan_image *image, const struct plan_source *source,
                     const struct settings *settings, struct err *err)
{
    struct work w = {.image = image, .settings = settings};
    char *json = NULL;
    bool ok = true;

    *image = (struct plan_image){0};
    image_settings_copy(&w.said, &source->said);
    if (source->path_count == 1 && image_info_find(source->paths[0], &json)) {
        w.info = image_info_read(json, err);
        ok = w.info != NULL && take_info(&w, err);
    }
    ok = ok && open_disks(&w, source, err) && settle_arch(&w, err) && settle_boot(&w, err) &&
         settle_uefi_data(&w, err) && settle_volumes(&w, err) &&
         settle_words(&w, source->paths[0], err);
    image_info_free(w.info);
    image_settings_free(&w.said);
    free(json);
    if (!ok)
        plan_image_free(image);
    return ok;
}

void plan_image_free(struct plan_image *image)
{
    char *texts[] = {image->name,        image->label, image->system,    image->boot_mode,
                     image->tpm,         image->imds,  image->uefi_data, image->description,
                     image->volume_type, image->base};

    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        free(texts[i]);
    for (size_t i = 0; i < image->disk_count; i++) {
        free(image->disks[i].role);
        free(image->disks[i].path);
        free(image->disks[i].device);
        free(image->disks[i].key);
        free(image->disks[i].parent);
        free(image->disks[i].sha256);
    }
    free(image->disks);
    *image = (struct plan_image){0};
}
