/* The image-info.json reader. */
#include "core/image_info.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "core/bytes.h"
#include "core/image_info_reader.h"

enum { JSON_BYTES_MAX = 1 << 20 };

bool info_wrong(const struct info_reader *r, const char *key, const char *must)
{
    err_set(r->err, ERR_INPUT, "%s: %s must be %s", r->path, key, must);
    return err_advise(r->err, "build the image again, or hand over the disk image itself");
}

bool info_take_text(struct info_reader *r, const cJSON *value, const char *key, char **out)
{
    if (value == NULL || cJSON_IsNull(value))
        return true;
    if (!cJSON_IsString(value))
        return info_wrong(r, key, "a string");
    free(*out);
    *out = value->valuestring[0] == '\0' ? NULL : xstrdup(value->valuestring);
    return true;
}

/* Written by jq --arg, so that a number may be a string. */
bool info_take_number(struct info_reader *r, const cJSON *value, const char *key, uint64_t *out)
{
    char *end;

    if (value == NULL || cJSON_IsNull(value))
        return true;
    if (cJSON_IsNumber(value) && value->valuedouble >= 0 && value->valuedouble < 9e15) {
        *out = (uint64_t)value->valuedouble;
        return (double)*out == value->valuedouble || info_wrong(r, key, "a whole number");
    }
    if (!cJSON_IsString(value) || value->valuestring[0] < '0' || value->valuestring[0] > '9')
        return info_wrong(r, key, "a number");
    errno = 0;
    *out = strtoull(value->valuestring, &end, 10);
    return (*end == '\0' && errno == 0) || info_wrong(r, key, "a number");
}

bool info_take_bool(struct info_reader *r, const cJSON *value, const char *key, bool *out)
{
    if (cJSON_IsBool(value))
        *out = cJSON_IsTrue(value);
    else if (cJSON_IsString(value) && strcmp(value->valuestring, "true") == 0)
        *out = true;
    else if (cJSON_IsString(value) && strcmp(value->valuestring, "false") == 0)
        *out = false;
    else if (value != NULL && !cJSON_IsNull(value))
        return info_wrong(r, key, "true or false");
    return true;
}

static bool take_format(struct info_reader *r, const cJSON *value)
{
    static const struct {
        const char *name;
        enum image_format format;
    } names[] = {{"vpc", IMAGE_VHD},   {"vhd", IMAGE_VHD},   {"raw", IMAGE_RAW},
                 {"vhdx", IMAGE_VHDX}, {"vmdk", IMAGE_VMDK}, {"qcow2", IMAGE_QCOW2}};

    if (value == NULL || cJSON_IsNull(value))
        return true;
    for (size_t i = 0; cJSON_IsString(value) && i < ARRAY_LEN(names); i++) {
        if (strcasecmp(value->valuestring, names[i].name) == 0) {
            r->info->format = names[i].format;
            return true;
        }
    }
    return info_wrong(r, "format", "vpc, VHD, raw, vhdx, vmdk or qcow2");
}

/* Where the file is; NULL when it is nowhere. */
static char *find_file(const char *json, const char *file)
{
    char *folder = xstrdup(json), *found = NULL;
    char *slash = strrchr(folder, '/');
    const char *base = strrchr(file, '/');

    if (slash != NULL)
        *slash = '\0';
    const char *dir = slash == NULL ? "." : folder;
    base = base == NULL ? file : base + 1;
    char *tries[] = {
        file[0] == '/' ? xstrdup(file) : xasprintf("%s/%s", dir, file),
        xasprintf("%s/../%s", dir, file[0] == '/' ? base : file),
        xasprintf("%s/%s", dir, base),
        xasprintf("%s/../%s", dir, base),
    };
    for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
        if (found == NULL && access(tries[i], F_OK) == 0)
            found = xstrdup(tries[i]);
        free(tries[i]);
    }
    free(folder);
    return found;
}

static bool add_disk(struct info_reader *r, const cJSON *from, const char *role)
{
    struct info_disk *disk = &r->info->disks[r->info->disk_count++];
    char *file = NULL;

    disk->role = xstrdup(role);
    bool ok = info_take_text(r, cJSON_GetObjectItemCaseSensitive(from, "file"), "file", &file) &&
              info_take_number(r, cJSON_GetObjectItemCaseSensitive(from, "logical_bytes"),
                               "logical_bytes", &disk->logical_bytes);
    if (ok && file == NULL) {
        ok = info_wrong(r, "file", "the name of a disk image");
    } else if (ok) {
        disk->path = find_file(r->path, file);
        if (disk->path == NULL) {
            ok = err_set(r->err, ERR_INPUT, "%s names %s, which is not there", r->path, file);
            err_advise(r->err, "copy it beside the JSON, or fetch the Nix store path");
        }
    }
    free(file);
    return ok;
}

static bool take_disks(struct info_reader *r, const cJSON *root)
{
    const cJSON *disks = cJSON_GetObjectItemCaseSensitive(root, "disks");

    if (!cJSON_IsObject(disks))
        return add_disk(r, root, "root");
    const cJSON *boot = cJSON_GetObjectItemCaseSensitive(disks, "boot");
    const cJSON *main_disk = cJSON_GetObjectItemCaseSensitive(disks, "root");
    if (cJSON_GetArraySize(disks) != (boot != NULL) + (main_disk != NULL))
        return info_wrong(r, "disks", "boot and root");
    return (boot == NULL || add_disk(r, boot, "boot")) &&
           (main_disk == NULL ? info_wrong(r, "disks", "boot and root")
                              : add_disk(r, main_disk, "root"));
}

static bool take_all(struct info_reader *r, const cJSON *root)
{
    struct image_info *info = r->info;

    return info_take_text(r, cJSON_GetObjectItemCaseSensitive(root, "label"), "label",
                          &info->label) &&
           info_take_text(r, cJSON_GetObjectItemCaseSensitive(root, "system"), "system",
                          &info->system) &&
           info_take_text(r, cJSON_GetObjectItemCaseSensitive(root, "boot_mode"), "boot_mode",
                          &info->boot_mode) &&
           take_format(r, cJSON_GetObjectItemCaseSensitive(root, "format")) &&
           take_disks(r, root) &&
           info_take_register_image(r, cJSON_GetObjectItemCaseSensitive(root, "registerImage"));
}

static cJSON *parse_file(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char *text = NULL;
    cJSON *root = NULL;
    size_t got = 0;

    if (fd < 0) {
        err_set_errno(err, ERR_INPUT, "cannot open %s", path);
        return NULL;
    }
    text = xmalloc(JSON_BYTES_MAX + 1);
    if (bytes_read(fd, 0, text, JSON_BYTES_MAX + 1, &got, err)) {
        root = got > JSON_BYTES_MAX ? NULL : cJSON_ParseWithLength(text, got);
        if (!cJSON_IsObject(root)) {
            cJSON_Delete(root);
            root = NULL;
            err_set(err, ERR_INPUT, "%s is not the JSON of an image", path);
        }
    }
    free(text);
    close(fd);
    return root;
}

bool image_info_find(const char *path, char **json)
{
    struct stat st;
    size_t length = strlen(path);

    *json = xasprintf("%s/nix-support/image-info.json", path);
    if (stat(*json, &st) == 0)
        return true;
    free(*json);
    *json = NULL;
    if (length > 5 && strcmp(path + length - 5, ".json") == 0 && access(path, F_OK) == 0)
        *json = xstrdup(path);
    return *json != NULL;
}

struct image_info *image_info_read(const char *json, struct err *err)
{
    struct image_info *info = xcalloc(1, sizeof *info);
    struct info_reader r = {.path = json, .info = info, .err = err};
    cJSON *root = parse_file(json, err);

    info->format = IMAGE_FORMATS;
    if (root == NULL || !take_all(&r, root)) {
        image_info_free(info);
        info = NULL;
    }
    cJSON_Delete(root);
    return info;
}

void image_info_free(struct image_info *info)
{
    if (info == NULL)
        return;
    char *texts[] = {info->label,     info->system,      info->arch,
                     info->boot_mode, info->description, info->tpm,
                     info->imds,      info->uefi_data,   info->volume_type};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        free(texts[i]);
    for (size_t i = 0; i < info->disk_count; i++) {
        free(info->disks[i].role);
        free(info->disks[i].path);
        free(info->disks[i].device);
    }
    free(info);
}
