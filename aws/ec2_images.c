/* EC2: AMIs, as they are read back. */
#include "aws/ec2_images.h"

#include <stdlib.h>
#include <string.h>

#include "aws/ec2_send.h"
#include "aws/tags.h"
#include "base/mem.h"

static const struct call_action describe_images = {.service = "ec2",
                                                   .name = "DescribeImages",
                                                   .version = EC2_VERSION,
                                                   .items = "imagesSet/item",
                                                   .token = "nextToken"};

static const struct state_row {
    const char *text;
    enum ec2_image_state state;
} states[] = {
    {"pending", EC2_IMAGE_PENDING},   {"available", EC2_IMAGE_AVAILABLE},
    {"failed", EC2_IMAGE_FAILED},     {"error", EC2_IMAGE_FAILED},
    {"invalid", EC2_IMAGE_FAILED},    {"deregistered", EC2_IMAGE_GONE},
    {"disabled", EC2_IMAGE_DISABLED}, {"transient", EC2_IMAGE_TRANSIENT},
};

/* Elements that are copied as they stand. */
static const struct field {
    const char *path;
    size_t offset;
} fields[] = {
    {"name", offsetof(struct ec2_image, name)},
    {"description", offsetof(struct ec2_image, description)},
    {"imageState", offsetof(struct ec2_image, state_text)},
    {"stateReason/code", offsetof(struct ec2_image, state_code)},
    {"stateReason/message", offsetof(struct ec2_image, state_reason)},
    {"imageOwnerId", offsetof(struct ec2_image, owner)},
    {"architecture", offsetof(struct ec2_image, architecture)},
    {"bootMode", offsetof(struct ec2_image, boot_mode)},
    {"virtualizationType", offsetof(struct ec2_image, virtualization)},
    {"tpmSupport", offsetof(struct ec2_image, tpm)},
    {"imdsSupport", offsetof(struct ec2_image, imds)},
    {"sriovNetSupport", offsetof(struct ec2_image, sriov)},
    {"rootDeviceName", offsetof(struct ec2_image, root_device)},
    {"creationDate", offsetof(struct ec2_image, creation_date)},
    {"deprecationTime", offsetof(struct ec2_image, deprecation_time)},
    {"lastLaunchedTime", offsetof(struct ec2_image, last_launched)},
    {"sourceImageId", offsetof(struct ec2_image, source_id)},
    {"sourceImageRegion", offsetof(struct ec2_image, source_region)},
};

static char **field_of(struct ec2_image *image, const struct field *field)
{
    return (char **)((char *)image + field->offset);
}

/* A state that EC2 does not say yet is pending; a word that nobody here knows is unknown. */
static enum ec2_image_state state_of(const char *text)
{
    if (text == NULL || text[0] == '\0')
        return EC2_IMAGE_PENDING;
    for (size_t i = 0; i < ARRAY_LEN(states); i++)
        if (strcmp(states[i].text, text) == 0)
            return states[i].state;
    return EC2_IMAGE_UNKNOWN;
}

static void decode_devices(const struct xml *item, struct ec2_image *image)
{
    const struct xml *x = xml_first(item, "blockDeviceMapping/item");

    for (; x != NULL; x = xml_after(x)) {
        if (xml_find(x, "ebs") == NULL)
            continue;
        image->devices = xrealloc(image->devices, image->device_count + 1, sizeof *image->devices);
        image->devices[image->device_count++] = (struct ec2_device){
            .name = xml_dup(x, "deviceName"),
            .snapshot_id = xml_dup(x, "ebs/snapshotId"),
            .volume_gib = (int)xml_int(x, "ebs/volumeSize", 0),
            .volume_type = xml_dup(x, "ebs/volumeType"),
            .delete_on_termination = xml_bool(x, "ebs/deleteOnTermination", false),
            .encrypted = xml_bool(x, "ebs/encrypted", false)};
    }
}

static void decode_image(void *arg, const struct xml *item)
{
    struct ec2_images *out = arg;

    out->items = xrealloc(out->items, out->count + 1, sizeof *out->items);
    struct ec2_image *image = &out->items[out->count++];
    *image = (struct ec2_image){.id = xml_dup_or_empty(item, "imageId")};
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        *field_of(image, &fields[i]) = xml_dup(item, fields[i].path);
    /* "enabled", "enabled-with-cooldown" or "disabled" */
    const char *protection = xml_text(item, "deregistrationProtection");
    image->protected_from_deregistration =
        protection != NULL && strncmp(protection, "enabled", strlen("enabled")) == 0;
    image->state = state_of(image->state_text);
    image->ena = xml_bool(item, "enaSupport", false);
    image->is_public = xml_bool(item, "isPublic", false);
    decode_devices(item, image);
    tags_decode(item, "tagSet/item", "key", "value", &image->tags, &image->tag_count);
}

static void free_image(struct ec2_image *image)
{
    free(image->id);
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        free(*field_of(image, &fields[i]));
    for (size_t i = 0; i < image->device_count; i++) {
        free(image->devices[i].name);
        free(image->devices[i].snapshot_id);
        free(image->devices[i].volume_type);
    }
    free(image->devices);
    tags_free(image->tags, image->tag_count);
}

void ec2_images_free(struct ec2_images *images)
{
    for (size_t i = 0; i < images->count; i++)
        free_image(&images->items[i]);
    free(images->items);
    *images = (struct ec2_images){0};
}

const char *ec2_image_tag(const struct ec2_image *image, const char *key)
{
    return tags_find(image->tags, image->tag_count, key);
}

bool ec2_describe_images(struct call *c, const struct ec2_image_filter *filter,
                         struct ec2_images *out, struct err *err)
{
    struct buf form = BUF_INIT;
    int n = 0;

    *out = (struct ec2_images){0};
    query_add(&form, "IncludeDeprecated", "true");
    query_add(&form, "IncludeDisabled", "true");
    query_add(&form, "Owner.1", "self");
    query_add(&form, "ImageId.1", filter->id);
    if (filter->name_count > 0)
        query_add_filter_any(&form, "Filter", ++n, "name", filter->names, filter->name_count);
    if (filter->source_id != NULL)
        query_add_filter(&form, "Filter", ++n, "source-image-id", filter->source_id);
    if (filter->tag_key != NULL) {
        char *name = xasprintf("tag:%s", filter->tag_key);
        query_add_filter(&form, "Filter", ++n, name, filter->tag_value);
        free(name);
    }
    /* EC2 wants no page size beside a list of ids. */
    if (filter->id == NULL)
        query_add(&form, "MaxResults", "1000");
    bool ok = call_query_pages(c, &describe_images, &form, decode_image, out, err);
    buf_free(&form);
    if (!ok)
        ec2_images_free(out);
    return ok;
}
