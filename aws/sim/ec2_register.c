/* RegisterImage: an AMI made of snapshots. */
#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2.h"
#include "aws/sim/ec2_call.h"
#include "aws/sim/ec2_images.h"
#include "aws/sim/ec2_snapshots.h"
#include "aws/sim/ec2_tags.h"
#include "aws/sim/mem.h"

enum { DESCRIPTION_MOST = 255, UEFI_DATA_MOST = 64000 };

/* clang-format off: one row a line */
static const char *const ARCHITECTURES[] = {"i386",       "x86_64",    "arm64",
                                            "x86_64_mac", "arm64_mac", NULL};
static const char *const VIRTUALIZATIONS[] = {"hvm", "paravirtual", NULL};
static const char *const BOOT_MODES[] = {"legacy-bios", "uefi", "uefi-preferred", NULL};
static const char *const VERSION_2[] = {"v2.0", NULL};
static const char *const SIMPLE[] = {"simple", NULL};

/* Parameters with a text of the image behind them, their allowed values, and what they are by
 * default. */
static const struct {
    const char *parameter;
    size_t offset;
    const char *const *values; /* NULL: anything */
    const char *by_default;    /* NULL: absent */
} TEXTS[] = {
    {"Name", offsetof(struct ec2_image, name), NULL, NULL},
    {"Description", offsetof(struct ec2_image, description), NULL, NULL},
    {"ImageLocation", offsetof(struct ec2_image, location), NULL, NULL},
    {"Architecture", offsetof(struct ec2_image, architecture), ARCHITECTURES, "i386"},
    {"VirtualizationType", offsetof(struct ec2_image, virtualization_type), VIRTUALIZATIONS,
     "paravirtual"},
    {"RootDeviceName", offsetof(struct ec2_image, root_device_name), NULL, NULL},
    {"SriovNetSupport", offsetof(struct ec2_image, sriov_net_support), SIMPLE, NULL},
    {"BootMode", offsetof(struct ec2_image, boot_mode), BOOT_MODES, NULL},
    {"TpmSupport", offsetof(struct ec2_image, tpm_support), VERSION_2, NULL},
    {"ImdsSupport", offsetof(struct ec2_image, imds_support), VERSION_2, NULL},
    {"UefiData", offsetof(struct ec2_image, uefi_data), NULL, NULL},
    {"KernelId", offsetof(struct ec2_image, kernel_id), NULL, NULL},
    {"RamdiskId", offsetof(struct ec2_image, ramdisk_id), NULL, NULL},
};
/* clang-format on */

static bool is_one_of(const char *const *values, const char *value)
{
    for (; *values != NULL; values++) {
        if (strcmp(*values, value) == 0)
            return true;
    }
    return false;
}

static bool values_check(struct request *request, struct reply *reply)
{
    for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++) {
        const char *value = params_get(&request->params, TEXTS[i].parameter);
        if (value != NULL && TEXTS[i].values != NULL && !is_one_of(TEXTS[i].values, value)) {
            reply_error(request, reply, 400, "InvalidParameterValue",
                        "Value (%s) for parameter %s is invalid.", value, TEXTS[i].parameter);
            return false;
        }
    }
    return true;
}

/* A duplicate counts as long as the old image is still listed after it was deregistered. */
static bool name_is_free(struct request *request, struct reply *reply, const char *name)
{
    int64_t now_ms = ec2_now_ms(request);
    const struct ec2_resource *r;
    EC2_EACH_IN(EC2_IMAGE, region_index(request->region), r)
    {
        const struct ec2_image *image = (const struct ec2_image *)r;
        bool gone = image->state == EC2_IMAGE_DEREGISTERED && now_ms >= image->listed_until_ms;
        if (gone || image->state == EC2_IMAGE_FAILED || !ec2_owns(request, r) ||
            strcmp(image->name, name) != 0)
            continue;
        reply_error(request, reply, 400, "InvalidAMIName.Duplicate",
                    "AMI name %s is already in use by AMI %s", name, r->id);
        return false;
    }
    return true;
}

/* Base64 of at most 64,000 characters. */
static bool is_uefi_data(const char *text)
{
    static const char BASE64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t length = strlen(text);
    size_t digits = strspn(text, BASE64);
    return length <= UEFI_DATA_MOST && length % 4 == 0 && digits + 2 >= length &&
           strspn(text + digits, "=") == length - digits;
}

/* What goes together and what does not. */
static bool combination_check(struct request *request, struct reply *reply)
{
    const struct params *params = &request->params;
    const char *boot_mode = params_get(params, "BootMode");
    const char *description = params_get(params, "Description");
    const char *uefi_data = params_get(params, "UefiData");
    bool uefi = boot_mode != NULL && strncmp(boot_mode, "uefi", 4) == 0;
    const char *virtualization = params_get(params, "VirtualizationType");
    bool hvm = virtualization != NULL && strcmp(virtualization, "hvm") == 0;
    if (description != NULL && strlen(description) > DESCRIPTION_MOST)
        reply_error(request, reply, 400, "InvalidParameterValue",
                    "Description exceeds the maximum length of %d characters", DESCRIPTION_MOST);
    else if (params_get(params, "TpmSupport") != NULL &&
             (boot_mode == NULL || strcmp(boot_mode, "uefi") != 0))
        reply_error(request, reply, 400, "InvalidParameterCombination",
                    "TpmSupport requires boot mode 'uefi'");
    else if (uefi_data != NULL && !is_uefi_data(uefi_data))
        reply_error(request, reply, 400, "InvalidParameterValue",
                    "The value for UefiData is not valid");
    else if (uefi && !hvm)
        reply_error(request, reply, 400, "InvalidParameterCombination",
                    "Boot mode '%s' requires virtualization type 'hvm'", boot_mode);
    else if (params_true(params, "EnaSupport") && !hvm)
        reply_error(request, reply, 400, "InvalidParameterCombination",
                    "EnaSupport requires virtualization type 'hvm'");
    else
        return true;
    return false;
}

static const char *device_param(const struct request *request, int i, const char *member)
{
    return params_getf(&request->params, "BlockDeviceMapping.%d.%s", i, member);
}

static int device_int(const struct request *request, int i, const char *member)
{
    const char *text = device_param(request, i, member);
    return text == NULL ? 0 : atoi(text);
}

/* A snapshot that a device names must be there, readable and completed. */
static bool device_snapshot_check(struct request *request, struct reply *reply, const char *id,
                                  int size_gib)
{
    if (!ec2_id_check(request, reply, EC2_SNAPSHOT, id))
        return false;
    const struct ec2_snapshot *snapshot =
        (const struct ec2_snapshot *)ec2_store_find(EC2_SNAPSHOT, request->region->name, id);
    if (snapshot == NULL || !ec2_snapshot_readable(snapshot, request->account) ||
        ec2_now_ms(request) < snapshot->head.visible_ms) {
        ec2_not_found(request, reply, EC2_SNAPSHOT, id);
        return false;
    }
    if (snapshot->state != EC2_SNAPSHOT_COMPLETED) {
        reply_error(request, reply, 400, "IncorrectState", "Snapshot '%s' is not 'completed'.", id);
        return false;
    }
    if (size_gib != 0 && size_gib < snapshot->volume_size_gib) {
        reply_error(request, reply, 400, "InvalidBlockDeviceMapping",
                    "Volume of size %dGB is smaller than snapshot '%s', expect size >= %dGB",
                    size_gib, id, snapshot->volume_size_gib);
        return false;
    }
    return true;
}

static bool device_check(struct request *request, struct reply *reply, int i)
{
    static const char *const VOLUME_TYPES[] = {"standard", "io1", "io2", "gp2",
                                               "gp3",      "st1", "sc1", NULL};
    const char *name = device_param(request, i, "DeviceName");
    const char *snapshot = device_param(request, i, "Ebs.SnapshotId");
    const char *type = device_param(request, i, "Ebs.VolumeType");
    int size_gib = device_int(request, i, "Ebs.VolumeSize");
    if (name == NULL) {
        reply_error(request, reply, 400, "MissingParameter",
                    "The request must contain the parameter BlockDeviceMapping.%d.DeviceName", i);
        return false;
    }
    if (device_param(request, i, "VirtualName") != NULL || device_param(request, i, "NoDevice"))
        return true;
    if (snapshot == NULL && size_gib == 0) {
        reply_error(request, reply, 400, "InvalidBlockDeviceMapping",
                    "Either snapshot ID or volume size must be provided for: %s", name);
        return false;
    }
    if (type != NULL && !is_one_of(VOLUME_TYPES, type)) {
        reply_error(request, reply, 400, "InvalidParameterValue",
                    "Invalid value '%s' for VolumeType.", type);
        return false;
    }
    if (device_param(request, i, "Ebs.Encrypted") != NULL && snapshot != NULL) {
        reply_error(request, reply, 400, "InvalidBlockDeviceMapping",
                    "the encrypted flag cannot be specified since device %s has a snapshot "
                    "specified.",
                    name);
        return false;
    }
    return snapshot == NULL || device_snapshot_check(request, reply, snapshot, size_gib);
}

/* The root device must be one of the devices, and come from a snapshot. */
static bool devices_check(struct request *request, struct reply *reply)
{
    const char *root = params_get(&request->params, "RootDeviceName");
    int count = params_count(&request->params, "BlockDeviceMapping");
    bool rooted = false;
    if (root == NULL) {
        reply_error(request, reply, 400, "MissingParameter",
                    "The request must contain the parameter rootDeviceName");
        return false;
    }
    for (int i = 1; i <= count; i++) {
        if (!device_check(request, reply, i))
            return false;
        rooted = rooted || (strcmp(device_param(request, i, "DeviceName"), root) == 0 &&
                            device_param(request, i, "Ebs.SnapshotId") != NULL);
    }
    if (!rooted)
        reply_error(request, reply, 400, "InvalidBlockDeviceMapping",
                    "A block device mapping with a snapshot must be given for the root device %s",
                    root);
    return rooted;
}

static void add_device(const struct request *request, struct ec2_image *image, int i)
{
    if (device_param(request, i, "NoDevice") != NULL)
        return;
    struct ec2_device *device = ec2_image_add_device(image);
    ec2_text_set(&device->device_name, device_param(request, i, "DeviceName"));
    ec2_text_set(&device->virtual_name, device_param(request, i, "VirtualName"));
    device->ebs = device->virtual_name == NULL;
    if (!device->ebs)
        return;
    const char *id = device_param(request, i, "Ebs.SnapshotId");
    const char *type = device_param(request, i, "Ebs.VolumeType");
    const char *delete = device_param(request, i, "Ebs.DeleteOnTermination");
    ec2_text_set(&device->snapshot_id, id);
    ec2_text_set(&device->volume_type, type == NULL ? "gp2" : type);
    device->delete_on_termination = delete == NULL || strcasecmp(delete, "true") == 0;
    device->volume_size_gib = device_int(request, i, "Ebs.VolumeSize");
    device->iops = device_int(request, i, "Ebs.Iops");
    device->throughput = device_int(request, i, "Ebs.Throughput");
    device->initialization_rate = device_int(request, i, "Ebs.VolumeInitializationRate");
    if (id == NULL)
        return;
    const struct ec2_snapshot *snapshot =
        (const struct ec2_snapshot *)ec2_store_find(EC2_SNAPSHOT, request->region->name, id);
    device->encrypted = snapshot->encrypted;
    if (device->volume_size_gib == 0)
        device->volume_size_gib = snapshot->volume_size_gib;
}

static struct ec2_image *create_image(struct request *request)
{
    struct ec2_image *image = (struct ec2_image *)ec2_store_add(
        request->world, EC2_IMAGE, NULL, request->region->name, request->account->id);
    for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++) {
        const char *value = params_get(&request->params, TEXTS[i].parameter);
        ec2_text_set((char **)(void *)((char *)image + TEXTS[i].offset),
                     value == NULL ? TEXTS[i].by_default : value);
    }
    if (image->location == NULL)
        image->location = xasprintf("%s/%s", request->account->id, image->name);
    image->ena_support = params_true(&request->params, "EnaSupport");
    int count = params_count(&request->params, "BlockDeviceMapping");
    for (int i = 1; i <= count; i++)
        add_device(request, image, i);
    ec2_tag_specs_read(request, "image", &image->head.tags);
    ec2_settle(&image->head, image->name);
    ec2_image_schedule(image, ec2_now_ms(request) +
                                  ec2_draw_ms(&image->head, "register", image->name, 2, 20));
    ec2_image_faults(request, image);
    return image;
}

void ec2_register_image(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"*Name",
                                        "Description",
                                        "Architecture",
                                        "VirtualizationType",
                                        "RootDeviceName",
                                        "EnaSupport",
                                        "SriovNetSupport",
                                        "BootMode",
                                        "TpmSupport",
                                        "UefiData",
                                        "ImdsSupport",
                                        "ImageLocation",
                                        "KernelId",
                                        "RamdiskId",
                                        "BillingProduct.N",
                                        "TagSpecification.N.ResourceType",
                                        "TagSpecification.N.Tag.N.Key",
                                        "TagSpecification.N.Tag.N.Value",
                                        "BlockDeviceMapping.N.DeviceName",
                                        "BlockDeviceMapping.N.VirtualName",
                                        "BlockDeviceMapping.N.NoDevice",
                                        "BlockDeviceMapping.N.Ebs.SnapshotId",
                                        "BlockDeviceMapping.N.Ebs.VolumeSize",
                                        "BlockDeviceMapping.N.Ebs.VolumeType",
                                        "BlockDeviceMapping.N.Ebs.Iops",
                                        "BlockDeviceMapping.N.Ebs.Throughput",
                                        "BlockDeviceMapping.N.Ebs.DeleteOnTermination",
                                        "BlockDeviceMapping.N.Ebs.Encrypted",
                                        "BlockDeviceMapping.N.Ebs.VolumeInitializationRate",
                                        NULL};
    static const char *const TYPES[] = {"image", NULL};
    if (!ec2_accept(request, reply, KNOWN) || !ec2_tag_specs_check(request, reply, TYPES))
        return;
    const char *name = params_get(&request->params, "Name");
    if (!ec2_image_name_check(request, reply, name) || !values_check(request, reply) ||
        !combination_check(request, reply) || !name_is_free(request, reply, name) ||
        !devices_check(request, reply))
        return;
    const struct ec2_image *image = create_image(request);
    reply_open(request, reply);
    xml_text(&reply->body, "imageId", image->head.id);
    reply_close(request, reply);
}
