/* EC2: AMIs, as they are read back. */
#include "aws/ec2_images.h"

#include <stdlib.h>
#include <string.h>

#include "aws/actions.h"
#include "aws/ec2_fields.h"
#include "aws/ec2_list.h"
#include "aws/tags.h"
#include "base/mem.h"

static const struct state_row {
    const char *text;
    enum ec2_image_state state;
} states[] = {
    {"pending", EC2_IMAGE_PENDING},   {"available", EC2_IMAGE_AVAILABLE},
    {"failed", EC2_IMAGE_FAILED},     {"error", EC2_IMAGE_FAILED},
    {"invalid", EC2_IMAGE_FAILED},    {"deregistered", EC2_IMAGE_GONE},
    {"disabled", EC2_IMAGE_DISABLED}, {"transient", EC2_IMAGE_TRANSIENT},
};

static const struct ec2_field fields[] = {
    {"imageId", offsetof(struct ec2_image, id)},
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
    {"deregistrationProtection", offsetof(struct ec2_image, protection)},
    {"lastLaunchedTime", offsetof(struct ec2_image, last_launched)},
    {"sourceImageId", offsetof(struct ec2_image, source_id)},
    {"sourceImageRegion", offsetof(struct ec2_image, source_region)},
};

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

/* One AMI after the other in the same place; what it points at stands in the item's document. */
struct image_reader {
    struct ec2_image image;
    size_t device_room, tag_room;
    void (*each)(void *arg, const struct ec2_image *image);
    void *arg;
};

static void read_device(struct image_reader *r, const struct xml *x)
{
    struct ec2_image *image = &r->image;
    const struct xml *ebs = xml_find(x, "ebs");

    if (ebs == NULL)
        return;
    if (image->device_count == r->device_room) {
        r->device_room = r->device_room == 0 ? 8 : r->device_room * 2;
        image->devices = xrealloc(image->devices, r->device_room, sizeof *image->devices);
    }
    image->devices[image->device_count++] =
        (struct ec2_device){.name = ec2_text(x, "deviceName"),
                            .virtual_name = ec2_text(x, "virtualName"),
                            .snapshot_id = ec2_text(ebs, "snapshotId"),
                            .volume_gib = (int)xml_int(ebs, "volumeSize", 0),
                            .volume_type = ec2_text(ebs, "volumeType"),
                            .delete_on_termination = xml_bool(ebs, "deleteOnTermination", false),
                            .encrypted = xml_bool(ebs, "encrypted", false)};
}

static void read_image(void *arg, const struct xml *item)
{
    struct image_reader *r = arg;
    struct ec2_image *image = &r->image;

    ec2_fields_read(fields, ARRAY_LEN(fields), item, image);
    image->protected_from_deregistration =
        image->protection != NULL && strncmp(image->protection, "enabled", strlen("enabled")) == 0;
    image->state = state_of(image->state_text);
    image->ena = xml_bool(item, "enaSupport", false);
    image->is_public = xml_bool(item, "isPublic", false);
    image->device_count = 0;
    const struct xml *x = xml_first(item, "blockDeviceMapping/item");
    for (; x != NULL; x = xml_after(x))
        read_device(r, x);
    tags_borrow(item, "tagSet/item", "key", "value", &image->tags, &r->tag_room, &image->tag_count);
    r->each(r->arg, image);
}

static void end_reader(struct image_reader *r)
{
    free(r->image.devices);
    free(r->image.tags);
}

/* Fills `to` with strings and lists of its own. */
static void copy_image(struct ec2_image *to, const struct ec2_image *from)
{
    *to = *from;
    ec2_fields_own(fields, ARRAY_LEN(fields), to);
    to->devices = xcalloc(from->device_count, sizeof *to->devices);
    for (size_t i = 0; i < from->device_count; i++) {
        const struct ec2_device *device = &from->devices[i];
        to->devices[i] = *device;
        to->devices[i].name = xstrdup_or_null(device->name);
        to->devices[i].snapshot_id = xstrdup_or_null(device->snapshot_id);
        to->devices[i].volume_type = xstrdup_or_null(device->volume_type);
        to->devices[i].virtual_name = xstrdup_or_null(device->virtual_name);
    }
    to->tags = tags_copy(from->tags, from->tag_count);
}

static void free_image(struct ec2_image *image)
{
    ec2_fields_free(fields, ARRAY_LEN(fields), image);
    for (size_t i = 0; i < image->device_count; i++) {
        free(image->devices[i].name);
        free(image->devices[i].snapshot_id);
        free(image->devices[i].volume_type);
        free(image->devices[i].virtual_name);
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

bool ec2_image_is_guarded(const struct ec2_image *image)
{
    return image->protection != NULL && image->protection[0] != '\0' &&
           strcmp(image->protection, "disabled") != 0;
}

static void add_filters(struct buf *form, const struct ec2_image_filter *filter)
{
    const struct {
        const char *name, *value;
    } simple[] = {{"source-image-id", filter->source_id},
                  {"block-device-mapping.snapshot-id", filter->snapshot_id},
                  {"state", filter->state}};
    int n = 0;

    if (filter->name_count > 0)
        query_add_filter_any(form, "Filter", ++n, "name", filter->names, filter->name_count);
    for (size_t i = 0; i < ARRAY_LEN(simple); i++)
        if (simple[i].value != NULL)
            query_add_filter(form, "Filter", ++n, simple[i].name, simple[i].value);
    if (filter->tag_key != NULL) {
        char *name = xasprintf("tag:%s", filter->tag_key);
        query_add_filter(form, "Filter", ++n, name, filter->tag_value);
        free(name);
    }
}

static void make_form(struct buf *form, const struct ec2_image_filter *filter)
{
    query_add(form, "IncludeDeprecated", "true");
    query_add(form, "IncludeDisabled", "true");
    query_add(form, "Owner.1", "self");
    query_add(form, "ImageId.1", filter->id);
    add_filters(form, filter);
    /* EC2 wants no page size beside a list of ids. */
    if (filter->id == NULL)
        query_add(form, "MaxResults", "1000");
}

bool ec2_each_image(struct call *c, const struct ec2_image_filter *filter,
                    void (*each)(void *arg, const struct ec2_image *image), void *arg,
                    struct err *err)
{
    struct image_reader reader = {.each = each, .arg = arg};
    const struct call_items items = {.each = read_image, .arg = &reader};
    struct buf form = BUF_INIT;

    make_form(&form, filter);
    bool ok = call_query_pages(c, &aws_actions[EC2_DESCRIBE_IMAGES], &form, &items, err);
    buf_free(&form);
    end_reader(&reader);
    return ok;
}

static void add_copy(void *arg, const struct ec2_image *image)
{
    copy_image(ec2_list_add(arg), image);
}

static void free_item(void *item)
{
    free_image(item);
}

bool ec2_describe_images(struct call *c, const struct ec2_image_filter *filter,
                         struct ec2_images *out, struct err *err)
{
    struct ec2_list list = {.item_size = sizeof *out->items, .free_item = free_item};
    struct image_reader reader = {.each = add_copy, .arg = &list};
    struct buf form = BUF_INIT;

    make_form(&form, filter);
    bool ok = ec2_list_pages(c, &aws_actions[EC2_DESCRIBE_IMAGES], &form, &list, read_image,
                             &reader, err);
    *out = (struct ec2_images){.items = list.items, .count = list.count};
    end_reader(&reader);
    return ok;
}
