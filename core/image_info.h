/* What a Nix build says about its image: nix-support/image-info.json. */
#ifndef CORE_IMAGE_INFO_H
#define CORE_IMAGE_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "core/image.h"

#define INFO_DISKS_MAX 2

struct info_disk {
    char *role;             /* "root"; "boot" and "root" of a ZFS image */
    char *path;             /* of a file that exists */
    uint64_t logical_bytes; /* 0 when it is not said */
    char *device;           /* of registerImage; NULL when it is not said */
};

/* Text that is not said is NULL. */
struct image_info {
    char *label, *system;
    char *arch, *boot_mode; /* "x86_64"; "uefi" */
    char *description, *tpm, *imds, *uefi_data, *volume_type;
    bool no_ena, no_sriov;    /* registerImage asks for them to be off */
    int volume_gib;           /* 0 when it is not said */
    enum image_format format; /* IMAGE_FORMATS when it is not said */
    struct info_disk disks[INFO_DISKS_MAX];
    size_t disk_count;
};

/* True when the path is a folder that holds nix-support/image-info.json, or a file whose name ends
 * in .json; *json is then the path of the JSON, malloc'd. Thread: main or worker. */
bool image_info_find(const char *path, char **json);

/* Reads the JSON. Numbers may be strings. A file's name may be absolute, or relative to the JSON or
 * to the folder above nix-support; where an absolute one does not exist here (a result that was
 * copied from another machine), the same base name in those folders counts. The proposed object
 * "registerImage" holds RegisterImage's own parameters and wins over the other keys; one that
 * would not be honoured is refused. ERR_INPUT with advice. NULL on failure; free with
 * image_info_free(). Thread: main or worker. */
struct image_info *image_info_read(const char *json, struct err *err);
void image_info_free(struct image_info *info);

#endif
