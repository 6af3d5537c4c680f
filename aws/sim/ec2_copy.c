/* CopyImage: an AMI of another region, with snapshots of its own, pending for minutes. */
#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2.h"
#include "aws/sim/ec2_call.h"
#include "aws/sim/ec2_images.h"
#include "aws/sim/ec2_snapshots.h"
#include "aws/sim/ec2_tags.h"
#include "aws/sim/mem.h"

enum { COPIES_AT_ONCE = 100 };

/* What a copy takes over from its source as it is. */
static const size_t CARRIED[] = {
    offsetof(struct ec2_image, architecture),     offsetof(struct ec2_image, virtualization_type),
    offsetof(struct ec2_image, root_device_name), offsetof(struct ec2_image, sriov_net_support),
    offsetof(struct ec2_image, boot_mode),        offsetof(struct ec2_image, tpm_support),
    offsetof(struct ec2_image, imds_support),     offsetof(struct ec2_image, uefi_data),
};

static bool snapshots_readable(struct request *request, struct reply *reply,
                               const struct ec2_image *source)
{
    for (size_t i = 0; i < source->device_count; i++) {
        const char *id = source->devices[i].snapshot_id;
        if (id == NULL)
            continue;
        const struct ec2_snapshot *snapshot =
            (const struct ec2_snapshot *)ec2_store_find(EC2_SNAPSHOT, source->head.region, id);
        if (snapshot == NULL || !ec2_snapshot_readable(snapshot, request->account)) {
            reply_error(request, reply, 400, "InvalidRequest",
                        "You do not have permission to access the storage of this ami");
            return false;
        }
    }
    return true;
}

/* The source as the caller may see it from where it lies. */
static const struct ec2_image *copy_source(struct request *request, struct reply *reply)
{
    const char *id = params_get(&request->params, "SourceImageId");
    const char *region = params_get(&request->params, "SourceRegion");
    if (!ec2_id_check(request, reply, EC2_IMAGE, id))
        return NULL;
    const struct ec2_image *source =
        (const struct ec2_image *)ec2_store_find(EC2_IMAGE, region, id);
    if (source == NULL || source->state == EC2_IMAGE_DEREGISTERED ||
        !ec2_image_launchable(source, request->account) ||
        ec2_now_ms(request) < source->head.visible_ms) {
        ec2_not_found(request, reply, EC2_IMAGE, id);
        return NULL;
    }
    if (!ec2_image_state_check(request, reply, source, false) ||
        !snapshots_readable(request, reply, source))
        return NULL;
    return source;
}

static int snapshot_count(const struct ec2_image *image)
{
    int count = 0;
    for (size_t i = 0; i < image->device_count; i++)
        count += image->devices[i].snapshot_id != NULL;
    return count;
}

static bool image_copies_check(struct request *request, struct reply *reply)
{
    int running = 0;
    const struct ec2_resource *r;
    EC2_EACH_IN(EC2_IMAGE, region_index(request->region), r)
    {
        const struct ec2_image *image = (const struct ec2_image *)r;
        running += image->state == EC2_IMAGE_PENDING && image->source_image_id != NULL &&
                   ec2_owns(request, r);
    }
    if (running >= COPIES_AT_ONCE)
        reply_error(request, reply, 400, "ResourceLimitExceeded",
                    "Too many AMI copies in progress. The limit is %d for this destination region.",
                    COPIES_AT_ONCE);
    return running < COPIES_AT_ONCE;
}

/* The snapshots are there, so the image shows them. */
static void on_mapped(void *arg)
{
    struct ec2_image *image = arg;
    image->mapping_hidden = false;
    ec2_image_schedule(image, image->ready_ms);
}

/* Time since the epoch in milliseconds as AWS writes it there: 1,736,863,352,510. */
static char *grouped(int64_t ms)
{
    return xasprintf("%d,%03d,%03d,%03d,%03d", (int)(ms / 1000000000000),
                     (int)(ms / 1000000000 % 1000), (int)(ms / 1000000 % 1000),
                     (int)(ms / 1000 % 1000), (int)(ms % 1000));
}

/* Copies the snapshot of a device; the image is ready no earlier than its last one. */
static void copy_device_snapshot(struct request *request, const struct ec2_image *source,
                                 struct ec2_image *image, struct ec2_device *device,
                                 struct ec2_snapshot_copy *copy)
{
    copy->source = (const struct ec2_snapshot *)ec2_store_find(EC2_SNAPSHOT, source->head.region,
                                                               device->snapshot_id);
    char *chance = xasprintf("%s %s", image->name, device->device_name);
    char *when = grouped(ec2_now_ms(request));
    copy->name = chance;
    struct ec2_snapshot *snapshot = ec2_snapshot_copy(request->world, copy);
    snapshot->description =
        xasprintf("Copied for DestinationAmi %s from SourceAmi %s for SourceSnapshot %s. Task "
                  "created on %s.",
                  image->head.id, source->head.id, copy->source->head.id, when);
    free(chance);
    free(when);
    ec2_text_set(&device->snapshot_id, snapshot->head.id);
    device->encrypted = snapshot->encrypted;
    ec2_tag_specs_read(request, "snapshot", &snapshot->head.tags);
    ec2_snapshot_copy_faults(request, snapshot);
    snapshot->head.visible_ms =
        ec2_now_ms(request) + ec2_draw_ms(&image->head, "copy-mapped", image->name, 5, 30);
    if (snapshot->doom != NULL)
        ec2_text_set(&image->doom, snapshot->doom);
    if (snapshot->end_ms > image->ready_ms)
        image->ready_ms = snapshot->end_ms;
}

static void copy_devices(struct request *request, const struct ec2_image *source,
                         struct ec2_image *image, int minutes)
{
    struct ec2_snapshot_copy copy = {
        .region = request->region->name,
        .account = request->account->id,
        .encrypted = params_true(&request->params, "Encrypted"),
        .key = params_get(&request->params, "KmsKeyId"),
        .minutes = minutes,
    };
    for (size_t i = 0; i < source->device_count; i++) {
        const struct ec2_device *from = &source->devices[i];
        struct ec2_device *device = ec2_image_add_device(image);
        *device = *from;
        device->device_name = xstrdup_or_null(from->device_name);
        device->virtual_name = xstrdup_or_null(from->virtual_name);
        device->volume_type = xstrdup_or_null(from->volume_type);
        device->snapshot_id = xstrdup_or_null(from->snapshot_id);
        if (device->snapshot_id != NULL)
            copy_device_snapshot(request, source, image, device, &copy);
    }
}

static struct ec2_image *create_copy(struct request *request, const struct ec2_image *source,
                                     int minutes)
{
    const struct params *params = &request->params;
    struct ec2_image *image = (struct ec2_image *)ec2_store_add(
        request->world, EC2_IMAGE, NULL, request->region->name, request->account->id);
    for (size_t i = 0; i < ARRAY_LEN(CARRIED); i++)
        ec2_text_set((char **)(void *)((char *)image + CARRIED[i]),
                     *(char *const *)(const void *)((const char *)source + CARRIED[i]));
    image->ena_support = source->ena_support;
    ec2_text_set(&image->name, params_get(params, "Name"));
    ec2_text_set(&image->description, params_get(params, "Description"));
    image->location = xasprintf("%s/%s", request->account->id, image->name);
    ec2_text_set(&image->source_image_id, source->head.id);
    ec2_text_set(&image->source_image_region, source->head.region);
    if (params_true(params, "CopyImageTags") && ec2_owns(request, &source->head))
        params_copy(&image->head.tags, &source->head.tags);
    ec2_tag_specs_read(request, "image", &image->head.tags);
    ec2_settle(&image->head, image->name);
    image->ready_ms = ec2_now_ms(request);
    if (fault_of(request, FAULT_STANDS_STILL) != NULL)
        minutes = 30 * 24 * 60;
    copy_devices(request, source, image, minutes);
    image->ready_ms += ec2_draw_ms(&image->head, "copy-ready", image->name, 15, 60);
    image->mapping_hidden = true;
    ec2_at(&image->head,
           ec2_now_ms(request) + ec2_draw_ms(&image->head, "copy-mapped", image->name, 5, 30),
           on_mapped);
    ec2_image_faults(request, image);
    return image;
}

static void answer(struct request *request, struct reply *reply, const char *id)
{
    reply_open(request, reply);
    xml_text(&reply->body, "imageId", id);
    reply_close(request, reply);
}

void ec2_copy_image(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"*Name",
                                        "*SourceImageId",
                                        "*SourceRegion",
                                        "ClientToken",
                                        "Description",
                                        "Encrypted",
                                        "KmsKeyId",
                                        "CopyImageTags",
                                        "SnapshotCopyCompletionDurationMinutes",
                                        "TagSpecification.N.ResourceType",
                                        "TagSpecification.N.Tag.N.Key",
                                        "TagSpecification.N.Tag.N.Value",
                                        NULL};
    static const char *const TYPES[] = {"image", "snapshot", NULL};
    const char *earlier = NULL;
    int minutes = 0;
    if (!ec2_accept(request, reply, KNOWN) || !ec2_tag_specs_check(request, reply, TYPES) ||
        !ec2_token_replay(request, reply, &earlier))
        return;
    if (earlier != NULL) {
        answer(request, reply, earlier);
        return;
    }
    if (!ec2_image_name_check(request, reply, params_get(&request->params, "Name")) ||
        !ec2_source_region_check(request, reply) ||
        !ec2_timed_copy_check(request, reply, "SnapshotCopyCompletionDurationMinutes", &minutes))
        return;
    const struct ec2_image *source = copy_source(request, reply);
    if (source == NULL || !image_copies_check(request, reply) ||
        !ec2_snapshot_copies_check(request, reply, snapshot_count(source)))
        return;
    const struct ec2_image *image = create_copy(request, source, minutes);
    ec2_token_keep(request, image->head.id);
    answer(request, reply, image->head.id);
}
