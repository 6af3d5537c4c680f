/* The object "registerImage" of image-info.json: RegisterImage's own parameters. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/image_info_reader.h"

static bool take_arch(struct info_reader *r, const cJSON *value)
{
    return info_take_text(r, value, "Architecture", &r->info->arch);
}

static bool take_boot_mode(struct info_reader *r, const cJSON *value)
{
    return info_take_text(r, value, "BootMode", &r->info->boot_mode);
}

static bool take_imds(struct info_reader *r, const cJSON *value)
{
    if (cJSON_IsNull(value)) {
        free(r->info->imds);
        r->info->imds = xstrdup("off");
        return true;
    }
    return info_take_text(r, value, "ImdsSupport", &r->info->imds);
}

static bool take_tpm(struct info_reader *r, const cJSON *value)
{
    return info_take_text(r, value, "TpmSupport", &r->info->tpm);
}

static bool take_uefi_data(struct info_reader *r, const cJSON *value)
{
    return info_take_text(r, value, "UefiData", &r->info->uefi_data);
}

static bool take_description(struct info_reader *r, const cJSON *value)
{
    return info_take_text(r, value, "Description", &r->info->description);
}

static bool take_ena(struct info_reader *r, const cJSON *value)
{
    bool ena = true;
    bool ok = info_take_bool(r, value, "EnaSupport", &ena);
    r->info->no_ena = !ena;
    return ok;
}

static bool take_sriov(struct info_reader *r, const cJSON *value)
{
    r->info->no_sriov = cJSON_IsNull(value);
    return r->info->no_sriov ||
           (cJSON_IsString(value) && strcmp(value->valuestring, "simple") == 0) ||
           info_wrong(r, "SriovNetSupport", "\"simple\" or null");
}

static bool take_virtualization(struct info_reader *r, const cJSON *value)
{
    return (cJSON_IsString(value) && strcmp(value->valuestring, "hvm") == 0) ||
           info_wrong(r, "VirtualizationType", "\"hvm\"");
}

static bool take_root_device(struct info_reader *r, const cJSON *value)
{
    return info_take_text(r, value, "RootDeviceName", &r->info->disks[0].device);
}

static bool take_ebs(struct info_reader *r, const cJSON *ebs)
{
    bool deleted = true;
    uint64_t gib = 0;

    for (const cJSON *v = ebs == NULL ? NULL : ebs->child; v != NULL; v = v->next) {
        bool ok = false;
        if (strcmp(v->string, "VolumeType") == 0)
            ok = info_take_text(r, v, "VolumeType", &r->info->volume_type);
        else if (strcmp(v->string, "VolumeSize") == 0)
            ok = info_take_number(r, v, "VolumeSize", &gib);
        else if (strcmp(v->string, "DeleteOnTermination") == 0)
            ok = info_take_bool(r, v, "DeleteOnTermination", &deleted);
        else
            info_wrong(r, v->string, "left to tatami");
        if (!ok)
            return false;
    }
    if (!deleted || gib > 65536)
        return info_wrong(r, deleted ? "VolumeSize" : "DeleteOnTermination",
                          deleted ? "65536 at most" : "true");
    if (gib > 0)
        r->info->volume_gib = (int)gib;
    return true;
}

static bool take_mappings(struct info_reader *r, const cJSON *value)
{
    if (cJSON_GetArraySize(value) != (int)r->info->disk_count)
        return info_wrong(r, "BlockDeviceMappings", "one for each disk");
    for (size_t i = 0; i < r->info->disk_count; i++) {
        const cJSON *row = cJSON_GetArrayItem(value, (int)i);
        char **device = &r->info->disks[i].device;
        char *named = NULL;
        bool ok = info_take_text(r, cJSON_GetObjectItemCaseSensitive(row, "DeviceName"),
                                 "DeviceName", &named) &&
                  take_ebs(r, cJSON_GetObjectItemCaseSensitive(row, "Ebs"));
        if (ok && *device != NULL && named != NULL && strcmp(*device, named) != 0)
            ok = info_wrong(r, "RootDeviceName", "the first mapping's DeviceName");
        if (!ok || named == NULL) {
            free(named);
            return !ok ? false : info_wrong(r, "DeviceName", "a device");
        }
        free(*device);
        *device = named;
    }
    return true;
}

/* In this order: the mappings are compared with the root device. */
static const struct {
    const char *key;
    bool (*take)(struct info_reader *r, const cJSON *value);
} parameters[] = {
    {"Architecture", take_arch},
    {"BootMode", take_boot_mode},
    {"ImdsSupport", take_imds},
    {"TpmSupport", take_tpm},
    {"UefiData", take_uefi_data},
    {"Description", take_description},
    {"EnaSupport", take_ena},
    {"SriovNetSupport", take_sriov},
    {"VirtualizationType", take_virtualization},
    {"RootDeviceName", take_root_device},
    {"BlockDeviceMappings", take_mappings},
};

bool info_take_register_image(struct info_reader *r, const cJSON *object)
{
    int taken = 0;

    if (object == NULL || cJSON_IsNull(object))
        return true;
    if (!cJSON_IsObject(object))
        return info_wrong(r, "registerImage", "an object");
    for (size_t i = 0; i < ARRAY_LEN(parameters); i++) {
        const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, parameters[i].key);
        taken += value != NULL;
        if (value != NULL && !parameters[i].take(r, value))
            return false;
    }
    for (const cJSON *v = object->child; taken < cJSON_GetArraySize(object); v = v->next) {
        bool known = false;
        for (size_t i = 0; i < ARRAY_LEN(parameters); i++)
            known = known || strcmp(v->string, parameters[i].key) == 0;
        if (!known || v->next == NULL)
            return info_wrong(r, v->string, "left to tatami");
    }
    return true;
}
