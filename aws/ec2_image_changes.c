/* EC2: what is done to AMIs. */
#include "aws/ec2_images.h"
#include "aws/ec2_send.h"

#define CHANGE(action) .service = "ec2", .name = action, .version = EC2_VERSION, .mutating = true

static const struct call_action register_image = {CHANGE("RegisterImage"), .once = true};
static const struct call_action copy_image = {CHANGE("CopyImage")};
static const struct call_action deregister_image = {CHANGE("DeregisterImage")};
static const struct call_action deprecate_image = {CHANGE("EnableImageDeprecation")};
static const struct call_action protect_image = {CHANGE("EnableImageDeregistrationProtection")};
static const struct call_action unprotect_image = {CHANGE("DisableImageDeregistrationProtection")};
static const struct call_action create_tags = {CHANGE("CreateTags")};

static void add_device(struct buf *form, int n, const struct ec2_device *device)
{
    query_add_name(form, device->name, "BlockDeviceMapping.%d.DeviceName", n);
    query_add_name(form, device->snapshot_id, "BlockDeviceMapping.%d.Ebs.SnapshotId", n);
    if (device->volume_gib > 0) {
        struct buf size = BUF_INIT;
        buf_add_fmt(&size, "%d", device->volume_gib);
        query_add_name(form, buf_str(&size), "BlockDeviceMapping.%d.Ebs.VolumeSize", n);
        buf_free(&size);
    }
    query_add_name(form, device->volume_type, "BlockDeviceMapping.%d.Ebs.VolumeType", n);
    query_add_name(form, device->delete_on_termination ? "true" : "false",
                   "BlockDeviceMapping.%d.Ebs.DeleteOnTermination", n);
}

bool ec2_register_image(struct call *c, const struct ec2_register *r, char **id, struct err *err)
{
    struct buf form = BUF_INIT;

    query_add(&form, "Name", r->name);
    query_add(&form, "Description", r->description);
    query_add(&form, "Architecture", r->architecture);
    query_add(&form, "VirtualizationType", "hvm");
    query_add(&form, "RootDeviceName", r->root_device);
    query_add(&form, "BootMode", r->boot_mode);
    query_add(&form, "TpmSupport", r->tpm);
    query_add(&form, "ImdsSupport", r->imds);
    query_add(&form, "UefiData", r->uefi_data);
    if (r->ena)
        query_add_bool(&form, "EnaSupport", true);
    if (r->sriov)
        query_add(&form, "SriovNetSupport", "simple");
    for (size_t i = 0; i < r->device_count; i++)
        add_device(&form, (int)i + 1, &r->devices[i]);
    query_add_tags(&form, 1, "image", r->tags, (int)r->tag_count);
    return ec2_send_for(c, &register_image, &form, "imageId", id, err);
}

bool ec2_copy_image(struct call *c, const struct ec2_copy *copy, char **id, struct err *err)
{
    struct buf form = BUF_INIT;
    int specification = 0;

    query_add(&form, "Name", copy->name);
    query_add(&form, "Description", copy->description);
    query_add(&form, "SourceImageId", copy->source_id);
    query_add(&form, "SourceRegion", copy->source_region);
    query_add(&form, "ClientToken", copy->token);
    if (copy->kms_key_id != NULL) {
        query_add_bool(&form, "Encrypted", true);
        query_add(&form, "KmsKeyId", copy->kms_key_id);
    }
    if (copy->image_tag_count > 0)
        query_add_tags(&form, ++specification, "image", copy->image_tags,
                       (int)copy->image_tag_count);
    if (copy->snapshot_tag_count > 0)
        query_add_tags(&form, ++specification, "snapshot", copy->snapshot_tags,
                       (int)copy->snapshot_tag_count);
    return ec2_send_for(c, &copy_image, &form, "imageId", id, err);
}

bool ec2_deregister_image(struct call *c, const char *id, bool with_snapshots, struct err *err)
{
    struct buf form = BUF_INIT;

    query_add(&form, "ImageId", id);
    if (with_snapshots)
        query_add_bool(&form, "DeleteAssociatedSnapshots", true);
    return ec2_send(c, &deregister_image, &form, err);
}

bool ec2_deprecate_image(struct call *c, const char *id, const char *iso_time, struct err *err)
{
    struct buf form = BUF_INIT;

    query_add(&form, "ImageId", id);
    query_add(&form, "DeprecateAt", iso_time);
    return ec2_send(c, &deprecate_image, &form, err);
}

bool ec2_protect_image(struct call *c, const char *id, struct err *err)
{
    struct buf form = BUF_INIT;

    query_add(&form, "ImageId", id);
    return ec2_send(c, &protect_image, &form, err);
}

bool ec2_unprotect_image(struct call *c, const char *id, struct err *err)
{
    struct buf form = BUF_INIT;

    query_add(&form, "ImageId", id);
    return ec2_send(c, &unprotect_image, &form, err);
}

bool ec2_create_tags(struct call *c, const char *const *ids, size_t id_count,
                     const struct tag *tags, size_t tag_count, struct err *err)
{
    struct buf form = BUF_INIT;

    for (size_t i = 0; i < id_count; i++)
        query_add_name(&form, ids[i], "ResourceId.%zu", i + 1);
    for (size_t i = 0; i < tag_count; i++) {
        query_add_name(&form, tags[i].key, "Tag.%zu.Key", i + 1);
        query_add_name(&form, tags[i].value, "Tag.%zu.Value", i + 1);
    }
    return ec2_send(c, &create_tags, &form, err);
}
