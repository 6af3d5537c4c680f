/* The members of resources as tables, and what can be filtered by. */
#include "aws/sim/ec2_schema.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2_instances.h"
#include "aws/sim/ec2_references.h"
#include "aws/sim/ec2_reports.h"
#include "aws/sim/ec2_templates.h"
#include "aws/sim/mem.h"
#include "aws/sim/xml.h"

#define IMAGE(member)    offsetof(struct ec2_image, member)
#define DEVICE(member)   offsetof(struct ec2_device, member)
#define SNAPSHOT(member) offsetof(struct ec2_snapshot, member)
#define IMPORT(member)   offsetof(struct ec2_import, member)

static const char *grants_get(const void *resource, const struct ec2_field *field, char *scratch)
{
    (void)scratch;
    const struct ec2_grants *grants = (const void *)((const char *)resource + field->offset);
    return ec2_grants_public(grants) ? "true" : "false";
}

static const struct ec2_kind IS_PUBLIC = {grants_get, NULL, EC2_JSON_BOOL};

static const char *const PROTECTIONS[] = {
    [EC2_PROTECTION_OFF] = "disabled",
    [EC2_PROTECTION_ON] = "enabled-without-cooldown",
    [EC2_PROTECTION_ON_COOLDOWN] = "enabled-with-cooldown",
};

static const char *protection_get(const void *resource, const struct ec2_field *field,
                                  char *scratch)
{
    (void)field;
    (void)scratch;
    const struct ec2_image *image = resource;
    bool cooling = image->protection == EC2_PROTECTION_OFF &&
                   clock_now_ms(image->head.world->clock) < image->cooldown_until_ms;
    return cooling ? "disabled-with-cooldown" : PROTECTIONS[image->protection];
}

static bool protection_set(void *resource, const struct ec2_field *field, const char *text)
{
    (void)field;
    for (size_t i = 0; i < ARRAY_LEN(PROTECTIONS); i++) {
        if (strcmp(PROTECTIONS[i], text) == 0) {
            ((struct ec2_image *)resource)->protection = (enum ec2_protection)i;
            return true;
        }
    }
    return false;
}

static const struct ec2_kind PROTECTION = {protection_get, protection_set, EC2_JSON_STRING};

static const char *percent_get(const void *resource, const struct ec2_field *field, char *scratch)
{
    (void)field;
    const struct ec2_snapshot *snapshot = resource;
    snprintf(scratch, EC2_SCRATCH_BYTES, "%d%%", snapshot->progress);
    return scratch;
}

static const struct ec2_kind PERCENT = {percent_get, NULL, EC2_JSON_STRING};

static const char *double_get(const void *resource, const struct ec2_field *field, char *scratch)
{
    snprintf(scratch, EC2_SCRATCH_BYTES, "%.1f",
             *(const double *)(const void *)((const char *)resource + field->offset));
    return scratch;
}

static const struct ec2_kind DOUBLE = {double_get, NULL, EC2_JSON_NUMBER};

/* EC2 knows of a launch a day late. */
static const char *launched_get(const void *resource, const struct ec2_field *field, char *scratch)
{
    static const int64_t DAY_MS = INT64_C(24) * 3600 * 1000;
    (void)field;
    const struct ec2_image *image = resource;
    int64_t shown_ms = image->last_launched_ms;
    int64_t latest_ms = clock_now_ms(image->head.world->clock) - DAY_MS;
    for (size_t i = 0; i < image->launch_count; i++) {
        if (image->launches[i] <= latest_ms && image->launches[i] > shown_ms)
            shown_ms = image->launches[i];
    }
    return shown_ms == 0 ? NULL : time_text(shown_ms, scratch);
}

static bool launched_set(void *resource, const struct ec2_field *field, const char *text)
{
    return EC2_TIME.set(resource, field, text);
}

static const struct ec2_kind LAUNCHED = {launched_get, launched_set, EC2_JSON_STRING};

/* Bytes of all blocks that were written; without content the volume counts as full. */
static const char *full_size_get(const void *resource, const struct ec2_field *field, char *scratch)
{
    (void)field;
    const struct ec2_snapshot *snapshot = resource;
    if (snapshot->state == EC2_SNAPSHOT_PENDING || snapshot->state == EC2_SNAPSHOT_ERROR)
        return NULL;
    int64_t full_volume = (int64_t)snapshot->volume_size_gib << 30;
    snprintf(scratch, EC2_SCRATCH_BYTES, "%" PRId64,
             snapshot->content == NULL && snapshot->full_bytes == 0 ? full_volume
                                                                    : snapshot->full_bytes);
    return scratch;
}

static bool full_size_set(void *resource, const struct ec2_field *field, const char *text)
{
    (void)field;
    ((struct ec2_snapshot *)resource)->full_bytes = strtoll(text, NULL, 10);
    return true;
}

static const struct ec2_kind FULL_SIZE = {full_size_get, full_size_set, EC2_JSON_NUMBER};

static const char *tier_get(const void *resource, const struct ec2_field *field, char *scratch)
{
    const char *tier = EC2_TEXT.get(resource, field, scratch);
    return tier == NULL ? "standard" : tier;
}

static bool tier_set(void *resource, const struct ec2_field *field, const char *text)
{
    return EC2_TEXT.set(resource, field, text);
}

static const struct ec2_kind TIER = {tier_get, tier_set, EC2_JSON_STRING};

const char *const EC2_IMAGE_STATES[] = {"pending",   "available",    "failed",
                                        "disabled",  "deregistered", "invalid",
                                        "transient", "error",        NULL};
static const char *const SNAPSHOT_STATES[] = {"pending",     "completed",  "error",
                                              "recoverable", "recovering", NULL};
static const char *const IMPORT_STATES[] = {"pending",  "active",  "completed",
                                            "deleting", "deleted", NULL};
static const char *const MACHINE[] = {"machine", NULL};
static const char *const XEN[] = {"xen", NULL};
static const char *const EBS[] = {"ebs", NULL};
static const char *const LINUX[] = {"Linux/UNIX", NULL};
static const char *const RUN_INSTANCES[] = {"RunInstances", NULL};

/* clang-format off: one row a line */
const struct ec2_field EC2_IMAGE_FIELDS[] = {
    {"imageId", "image-id", &EC2_TEXT, IMAGE(head.id), NULL},
    {"imageLocation", "manifest-location", &EC2_TEXT, IMAGE(location), NULL},
    {"imageState", "state", &EC2_ENUM, IMAGE(state), EC2_IMAGE_STATES},
    {"imageOwnerId", "owner-id", &EC2_TEXT, IMAGE(head.account), NULL},
    {"creationDate", "creation-date", &EC2_TIME, IMAGE(head.created_ms), NULL},
    {"isPublic", "is-public", &IS_PUBLIC, IMAGE(grants), NULL},
    {"architecture", "architecture", &EC2_TEXT, IMAGE(architecture), NULL},
    {"imageType", "image-type", &EC2_CONSTANT, 0, MACHINE},
    {"kernelId", "kernel-id", &EC2_TEXT, IMAGE(kernel_id), NULL},
    {"ramdiskId", "ramdisk-id", &EC2_TEXT, IMAGE(ramdisk_id), NULL},
    {"name", "name", &EC2_TEXT, IMAGE(name), NULL},
    {"description", "description", &EC2_TEXT, IMAGE(description), NULL},
    {"rootDeviceType", "root-device-type", &EC2_CONSTANT, 0, EBS},
    {"rootDeviceName", "root-device-name", &EC2_TEXT, IMAGE(root_device_name), NULL},
    {"virtualizationType", "virtualization-type", &EC2_TEXT, IMAGE(virtualization_type), NULL},
    {"hypervisor", "hypervisor", &EC2_CONSTANT, 0, XEN},
    {"enaSupport", "ena-support", &EC2_BOOL_TRUE, IMAGE(ena_support), NULL},
    {"sriovNetSupport", "sriov-net-support", &EC2_TEXT, IMAGE(sriov_net_support), NULL},
    {"bootMode", "boot-mode", &EC2_TEXT, IMAGE(boot_mode), NULL},
    {"tpmSupport", "tpm-support", &EC2_TEXT, IMAGE(tpm_support), NULL},
    {"imdsSupport", "imds-support", &EC2_TEXT, IMAGE(imds_support), NULL},
    {"platformDetails", "platform-details", &EC2_CONSTANT, 0, LINUX},
    {"usageOperation", "usage-operation", &EC2_CONSTANT, 0, RUN_INSTANCES},
    {"deprecationTime", "deprecation-time", &EC2_TIME, IMAGE(deprecation_ms), NULL},
    {"deregistrationProtection", NULL, &PROTECTION, 0, NULL},
    {"lastLaunchedTime", NULL, &LAUNCHED, IMAGE(last_launched_ms), NULL},
    {"sourceImageId", "source-image-id", &EC2_TEXT, IMAGE(source_image_id), NULL},
    {"sourceImageRegion", "source-image-region", &EC2_TEXT, IMAGE(source_image_region), NULL},
    {0},
};

const struct ec2_field EC2_IMAGE_REASON_FIELDS[] = {
    {"code", "state-reason-code", &EC2_TEXT, IMAGE(reason_code), NULL},
    {"message", "state-reason-message", &EC2_TEXT, IMAGE(reason_message), NULL},
    {0},
};

const struct ec2_field EC2_DEVICE_FIELDS[] = {
    {"deviceName", "block-device-mapping.device-name", &EC2_TEXT, DEVICE(device_name), NULL},
    {"virtualName", NULL, &EC2_TEXT, DEVICE(virtual_name), NULL},
    {0},
};

const struct ec2_field EC2_EBS_FIELDS[] = {
    {"deleteOnTermination", "block-device-mapping.delete-on-termination", &EC2_BOOL,
     DEVICE(delete_on_termination), NULL},
    {"iops", NULL, &EC2_INT, DEVICE(iops), NULL},
    {"snapshotId", "block-device-mapping.snapshot-id", &EC2_TEXT, DEVICE(snapshot_id), NULL},
    {"volumeSize", "block-device-mapping.volume-size", &EC2_INT, DEVICE(volume_size_gib), NULL},
    {"volumeType", "block-device-mapping.volume-type", &EC2_TEXT, DEVICE(volume_type), NULL},
    {"throughput", NULL, &EC2_INT, DEVICE(throughput), NULL},
    {"encrypted", "block-device-mapping.encrypted", &EC2_BOOL, DEVICE(encrypted), NULL},
    {"volumeInitializationRate", NULL, &EC2_INT, DEVICE(initialization_rate), NULL},
    {0},
};

const struct ec2_field EC2_SNAPSHOT_FIELDS[] = {
    {"snapshotId", "snapshot-id", &EC2_TEXT, SNAPSHOT(head.id), NULL},
    {"volumeId", "volume-id", &EC2_TEXT, SNAPSHOT(volume_id), NULL},
    {"status", "status", &EC2_ENUM, SNAPSHOT(state), SNAPSHOT_STATES},
    {"statusMessage", NULL, &EC2_TEXT, SNAPSHOT(status_message), NULL},
    {"startTime", "start-time", &EC2_TIME, SNAPSHOT(head.created_ms), NULL},
    {"completionTime", NULL, &EC2_TIME, SNAPSHOT(completed_ms), NULL},
    {"progress", "progress", &PERCENT, 0, NULL},
    {"ownerId", "owner-id", &EC2_TEXT, SNAPSHOT(head.account), NULL},
    {"volumeSize", "volume-size", &EC2_INT, SNAPSHOT(volume_size_gib), NULL},
    {"description", "description", &EC2_STRING, SNAPSHOT(description), NULL},
    {"encrypted", "encrypted", &EC2_BOOL, SNAPSHOT(encrypted), NULL},
    {"kmsKeyId", NULL, &EC2_TEXT, SNAPSHOT(kms_key_id), NULL},
    {"storageTier", "storage-tier", &TIER, SNAPSHOT(storage_tier), NULL},
    {"fullSnapshotSizeInBytes", NULL, &FULL_SIZE, 0, NULL},
    {"transferType", "transfer-type", &EC2_TEXT, SNAPSHOT(transfer_type), NULL},
    {"completionDurationMinutes", NULL, &EC2_INT, SNAPSHOT(completion_minutes), NULL},
    {0},
};

const struct ec2_field EC2_IMPORT_FIELDS[] = {
    {"importTaskId", NULL, &EC2_TEXT, IMPORT(head.id), NULL},
    {"description", NULL, &EC2_STRING, IMPORT(description), NULL},
    {0},
};

const struct ec2_field EC2_IMPORT_DETAIL_FIELDS[] = {
    {"description", NULL, &EC2_TEXT, IMPORT(disk_description), NULL},
    {"diskImageSize", NULL, &DOUBLE, IMPORT(disk_image_size_bytes), NULL},
    {"encrypted", NULL, &EC2_BOOL, IMPORT(encrypted), NULL},
    {"format", NULL, &EC2_TEXT, IMPORT(format), NULL},
    {"kmsKeyId", NULL, &EC2_TEXT, IMPORT(kms_key_id), NULL},
    {"progress", NULL, &EC2_INT, IMPORT(progress), NULL},
    {"snapshotId", NULL, &EC2_TEXT, IMPORT(snapshot_id), NULL},
    {"status", "task-state", &EC2_ENUM, IMPORT(state), IMPORT_STATES},
    {"statusMessage", NULL, &EC2_TEXT, IMPORT(status_message), NULL},
    {"url", NULL, &EC2_TEXT, IMPORT(url), NULL},
    {0},
};

const struct ec2_field EC2_IMPORT_BUCKET_FIELDS[] = {
    {"s3Bucket", NULL, &EC2_TEXT, IMPORT(bucket), NULL},
    {"s3Key", NULL, &EC2_TEXT, IMPORT(key), NULL},
    {0},
};
/* clang-format on */

const void *ec2_self(const void *resource, size_t i)
{
    return i == 0 ? resource : NULL;
}

static const void *device_item(const void *resource, size_t i)
{
    const struct ec2_image *image = resource;
    return i < image->device_count && !image->mapping_hidden ? &image->devices[i] : NULL;
}

const struct ec2_schema EC2_SCHEMAS[EC2_TYPES] = {
    [EC2_IMAGE] = {.groups = {{EC2_IMAGE_FIELDS, ec2_self},
                              {EC2_IMAGE_REASON_FIELDS, ec2_self},
                              {EC2_DEVICE_FIELDS, device_item},
                              {EC2_EBS_FIELDS, device_item}},
                   .tagged = true},
    [EC2_SNAPSHOT] = {.groups = {{EC2_SNAPSHOT_FIELDS, ec2_self}}, .tagged = true},
    [EC2_IMPORT] = {.groups = {{EC2_IMPORT_FIELDS, ec2_self},
                               {EC2_IMPORT_DETAIL_FIELDS, ec2_self}}},
    [EC2_INSTANCE] = {.groups = {{EC2_INSTANCE_FIELDS, ec2_self}}, .tagged = true},
    [EC2_TEMPLATE] = {.groups = {{EC2_TEMPLATE_FIELDS, ec2_self}}, .tagged = true},
    [EC2_RECIPE] = {.groups = {{EC2_RECIPE_FIELDS, ec2_self}}},
    [EC2_REPORT] = {.groups = {{EC2_REPORT_FIELDS, ec2_self}}, .tagged = true},
};

void ec2_write_fields(struct str *out, const struct ec2_field *fields, const void *thing)
{
    char scratch[EC2_SCRATCH_BYTES];
    for (const struct ec2_field *field = fields; field->kind != NULL; field++) {
        if (field->element != NULL)
            xml_text(out, field->element, ec2_field_get(thing, field, scratch));
    }
}

void ec2_write_tags(struct str *out, const struct params *tags)
{
    if (tags->count == 0)
        return;
    xml_open(out, "tagSet");
    for (size_t i = 0; i < tags->count; i++) {
        xml_open(out, "item");
        xml_text(out, "key", tags->list[i].name);
        xml_text(out, "value", tags->list[i].value);
        xml_close(out, "item");
    }
    xml_close(out, "tagSet");
}

void ec2_write_devices(struct str *out, const struct ec2_image *image)
{
    xml_open(out, "blockDeviceMapping");
    const struct ec2_device *device;
    for (size_t i = 0; (device = device_item(image, i)) != NULL; i++) {
        xml_open(out, "item");
        ec2_write_fields(out, EC2_DEVICE_FIELDS, device);
        if (device->ebs) {
            xml_open(out, "ebs");
            ec2_write_fields(out, EC2_EBS_FIELDS, device);
            xml_close(out, "ebs");
        }
        xml_close(out, "item");
    }
    xml_close(out, "blockDeviceMapping");
}

void ec2_write_image(struct str *out, const struct ec2_image *image)
{
    ec2_write_fields(out, EC2_IMAGE_FIELDS, image);
    if (image->reason_code != NULL) {
        xml_open(out, "stateReason");
        ec2_write_fields(out, EC2_IMAGE_REASON_FIELDS, image);
        xml_close(out, "stateReason");
    }
    ec2_write_devices(out, image);
    ec2_write_tags(out, &image->head.tags);
}

void ec2_write_snapshot(struct str *out, const struct ec2_snapshot *snapshot)
{
    ec2_write_fields(out, EC2_SNAPSHOT_FIELDS, snapshot);
    ec2_write_tags(out, &snapshot->head.tags);
}

void ec2_write_import(struct str *out, const struct ec2_import *import)
{
    ec2_write_fields(out, EC2_IMPORT_FIELDS, import);
    xml_open(out, "snapshotTaskDetail");
    ec2_write_fields(out, EC2_IMPORT_DETAIL_FIELDS, import);
    if (import->bucket != NULL) {
        xml_open(out, "userBucket");
        ec2_write_fields(out, EC2_IMPORT_BUCKET_FIELDS, import);
        xml_close(out, "userBucket");
    }
    xml_close(out, "snapshotTaskDetail");
    ec2_write_tags(out, &import->head.tags);
}
