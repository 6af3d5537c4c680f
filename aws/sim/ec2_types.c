/* The types of resources as rows: their size, the texts that they own, what else is freed. */
#include "aws/sim/ec2_types.h"

#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2_instances.h"
#include "aws/sim/ec2_references.h"
#include "aws/sim/ec2_reports.h"
#include "aws/sim/ec2_templates.h"
#include "aws/sim/mem.h"

static const size_t IMAGE_TEXTS[] = {
    offsetof(struct ec2_image, name),
    offsetof(struct ec2_image, description),
    offsetof(struct ec2_image, location),
    offsetof(struct ec2_image, architecture),
    offsetof(struct ec2_image, virtualization_type),
    offsetof(struct ec2_image, root_device_name),
    offsetof(struct ec2_image, sriov_net_support),
    offsetof(struct ec2_image, boot_mode),
    offsetof(struct ec2_image, tpm_support),
    offsetof(struct ec2_image, imds_support),
    offsetof(struct ec2_image, uefi_data),
    offsetof(struct ec2_image, kernel_id),
    offsetof(struct ec2_image, ramdisk_id),
    offsetof(struct ec2_image, source_image_id),
    offsetof(struct ec2_image, source_image_region),
    offsetof(struct ec2_image, reason_code),
    offsetof(struct ec2_image, reason_message),
    offsetof(struct ec2_image, doom),
    offsetof(struct ec2_image, relapse),
};

static const size_t SNAPSHOT_TEXTS[] = {
    offsetof(struct ec2_snapshot, status_message), offsetof(struct ec2_snapshot, description),
    offsetof(struct ec2_snapshot, volume_id),      offsetof(struct ec2_snapshot, kms_key_id),
    offsetof(struct ec2_snapshot, transfer_type),  offsetof(struct ec2_snapshot, source_id),
    offsetof(struct ec2_snapshot, doom),           offsetof(struct ec2_snapshot, storage_tier),
};

static const size_t IMPORT_TEXTS[] = {
    offsetof(struct ec2_import, description),    offsetof(struct ec2_import, disk_description),
    offsetof(struct ec2_import, format),         offsetof(struct ec2_import, url),
    offsetof(struct ec2_import, bucket),         offsetof(struct ec2_import, key),
    offsetof(struct ec2_import, role),           offsetof(struct ec2_import, kms_key_id),
    offsetof(struct ec2_import, status_message), offsetof(struct ec2_import, snapshot_id),
    offsetof(struct ec2_import, doom),
};

static const size_t INSTANCE_TEXTS[] = {
    offsetof(struct ec2_instance, image_id),
    offsetof(struct ec2_instance, instance_type),
    offsetof(struct ec2_instance, client_token),
    offsetof(struct ec2_instance, template_id),
};

static const size_t TEMPLATE_TEXTS[] = {offsetof(struct ec2_template, name)};

static const size_t RECIPE_TEXTS[] = {
    offsetof(struct ec2_recipe, name),
    offsetof(struct ec2_recipe, version),
    offsetof(struct ec2_recipe, image_id),
};

static const size_t REPORT_TEXTS[] = {
    offsetof(struct ec2_report, image_id),
    offsetof(struct ec2_report, reason),
};

static void device_clear(struct ec2_device *device)
{
    free(device->device_name);
    free(device->virtual_name);
    free(device->snapshot_id);
    free(device->volume_type);
}

static void image_clear(struct ec2_resource *r)
{
    struct ec2_image *image = (struct ec2_image *)r;
    ec2_grants_clear(&image->grants);
    for (size_t i = 0; i < image->device_count; i++)
        device_clear(&image->devices[i]);
    free(image->devices);
    free(image->launches);
}

static void snapshot_clear(struct ec2_resource *r)
{
    struct ec2_snapshot *snapshot = (struct ec2_snapshot *)r;
    ec2_grants_clear(&snapshot->grants);
    content_unref(snapshot->content);
}

static void import_clear(struct ec2_resource *r)
{
    struct ec2_import *import = (struct ec2_import *)r;
    content_unref(import->source);
    content_unref(import->disk);
}

const struct ec2_type_row ec2_type_rows[EC2_TYPES] = {
    [EC2_IMAGE] = {"ami-", sizeof(struct ec2_image), IMAGE_TEXTS, ARRAY_LEN(IMAGE_TEXTS),
                   image_clear},
    [EC2_SNAPSHOT] = {"snap-", sizeof(struct ec2_snapshot), SNAPSHOT_TEXTS,
                      ARRAY_LEN(SNAPSHOT_TEXTS), snapshot_clear},
    [EC2_IMPORT] = {"import-snap-", sizeof(struct ec2_import), IMPORT_TEXTS,
                    ARRAY_LEN(IMPORT_TEXTS), import_clear},
    [EC2_INSTANCE] = {"i-", sizeof(struct ec2_instance), INSTANCE_TEXTS, ARRAY_LEN(INSTANCE_TEXTS),
                      NULL},
    [EC2_TEMPLATE] = {"lt-", sizeof(struct ec2_template), TEMPLATE_TEXTS, ARRAY_LEN(TEMPLATE_TEXTS),
                      ec2_template_clear},
    [EC2_RECIPE] = {"recipe-", sizeof(struct ec2_recipe), RECIPE_TEXTS, ARRAY_LEN(RECIPE_TEXTS),
                    NULL},
    [EC2_REPORT] = {"amiur-", sizeof(struct ec2_report), REPORT_TEXTS, ARRAY_LEN(REPORT_TEXTS),
                    ec2_report_clear},
};

struct ec2_device *ec2_image_add_device(struct ec2_image *image)
{
    image->devices = xrealloc(image->devices, image->device_count + 1, sizeof *image->devices);
    struct ec2_device *device = &image->devices[image->device_count++];
    *device = (struct ec2_device){0};
    return device;
}

void ec2_image_remove_device(struct ec2_image *image, size_t i)
{
    device_clear(&image->devices[i]);
    memmove(&image->devices[i], &image->devices[i + 1],
            (image->device_count - i - 1) * sizeof *image->devices);
    image->device_count--;
}
