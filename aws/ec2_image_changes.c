/* EC2: what is done to AMIs. */
#include <stdlib.h>

#include "aws/actions.h"
#include "aws/ec2_images.h"
#include "aws/ec2_send.h"
#include "base/mem.h"

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
    return ec2_send_for(c, &aws_actions[EC2_REGISTER_IMAGE], &form, "imageId", id, err);
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
    return ec2_send_for(c, &aws_actions[EC2_COPY_IMAGE], &form, "imageId", id, err);
}

void ec2_snapshot_results_free(struct ec2_snapshot_results *results)
{
    for (size_t i = 0; i < results->count; i++) {
        free(results->items[i].snapshot_id);
        free(results->items[i].code);
    }
    free(results->items);
    *results = (struct ec2_snapshot_results){0};
}

bool ec2_deregister_with_snapshots(struct call *c, const char *id, struct ec2_snapshot_results *out,
                                   struct err *err)
{
    struct buf form = BUF_INIT;
    struct xml *root = NULL;

    *out = (struct ec2_snapshot_results){0};
    query_add(&form, "ImageId", id);
    query_add_bool(&form, "DeleteAssociatedSnapshots", true);
    bool ok = ec2_send_for_tree(c, &aws_actions[EC2_DEREGISTER_IMAGE], &form, &root, err);
    const struct xml *x = xml_first(root, "deleteSnapshotResultSet/item");
    for (; x != NULL; x = xml_after(x)) {
        out->items = xrealloc(out->items, out->count + 1, sizeof *out->items);
        out->items[out->count++] =
            (struct ec2_snapshot_result){.snapshot_id = xml_dup_or_empty(x, "snapshotId"),
                                         .code = xml_dup_or_empty(x, "returnCode")};
    }
    xml_free(root);
    return ok;
}

/* An action that wants nothing but the AMI's id. */
static bool change(struct call *c, enum aws_action action, const char *id, struct err *err)
{
    struct buf form = BUF_INIT;

    query_add(&form, "ImageId", id);
    return ec2_send(c, &aws_actions[action], &form, err);
}

bool ec2_deregister_image(struct call *c, const char *id, struct err *err)
{
    return change(c, EC2_DEREGISTER_IMAGE, id, err);
}

bool ec2_disable_image(struct call *c, const char *id, struct err *err)
{
    return change(c, EC2_DISABLE_IMAGE, id, err);
}

bool ec2_deprecate_image(struct call *c, const char *id, const char *iso_time, struct err *err)
{
    struct buf form = BUF_INIT;

    query_add(&form, "ImageId", id);
    query_add(&form, "DeprecateAt", iso_time);
    return ec2_send(c, &aws_actions[EC2_ENABLE_IMAGE_DEPRECATION], &form, err);
}

bool ec2_protect_image(struct call *c, const char *id, struct err *err)
{
    return change(c, EC2_ENABLE_IMAGE_DEREGISTRATION_PROTECTION, id, err);
}

bool ec2_unprotect_image(struct call *c, const char *id, struct err *err)
{
    return change(c, EC2_DISABLE_IMAGE_DEREGISTRATION_PROTECTION, id, err);
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
    return ec2_send(c, &aws_actions[EC2_CREATE_TAGS], &form, err);
}

bool ec2_delete_tags(struct call *c, const char *const *ids, size_t id_count,
                     const char *const *keys, size_t key_count, struct err *err)
{
    struct buf form = BUF_INIT;

    for (size_t i = 0; i < id_count; i++)
        query_add_name(&form, ids[i], "ResourceId.%zu", i + 1);
    for (size_t i = 0; i < key_count; i++)
        query_add_name(&form, keys[i], "Tag.%zu.Key", i + 1);
    return ec2_send(c, &aws_actions[EC2_DELETE_TAGS], &form, err);
}
