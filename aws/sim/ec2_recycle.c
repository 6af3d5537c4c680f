/* The Recycle Bin as EC2 shows it: listed, and restored from. */
#include <string.h>

#include "aws/sim/ec2.h"
#include "aws/sim/ec2_bin.h"
#include "aws/sim/ec2_call.h"
#include "aws/sim/ec2_page.h"
#include "aws/sim/ec2_schema.h"

enum { IMAGES_MOST = 20 };

/* clang-format off: one row a line */
static const struct ec2_field IMAGE_FIELDS[] = {
    {"imageId", NULL, &EC2_TEXT, offsetof(struct ec2_image, head.id), NULL},
    {"name", NULL, &EC2_TEXT, offsetof(struct ec2_image, name), NULL},
    {"description", NULL, &EC2_TEXT, offsetof(struct ec2_image, description), NULL},
    {"recycleBinEnterTime", NULL, &EC2_TIME, offsetof(struct ec2_image, head.bin_enter_ms), NULL},
    {"recycleBinExitTime", NULL, &EC2_TIME, offsetof(struct ec2_image, head.bin_exit_ms), NULL},
    {0},
};

static const struct ec2_field SNAPSHOT_FIELDS[] = {
    {"snapshotId", NULL, &EC2_TEXT, offsetof(struct ec2_snapshot, head.id), NULL},
    {"description", NULL, &EC2_STRING, offsetof(struct ec2_snapshot, description), NULL},
    {"volumeId", NULL, &EC2_TEXT, offsetof(struct ec2_snapshot, volume_id), NULL},
    {"recycleBinEnterTime", NULL, &EC2_TIME, offsetof(struct ec2_snapshot, head.bin_enter_ms),
     NULL},
    {"recycleBinExitTime", NULL, &EC2_TIME, offsetof(struct ec2_snapshot, head.bin_exit_ms), NULL},
    {0},
};

static const char *const RECOVERING[] = {"recovering", NULL}, *const WHOLE[] = {"100%", NULL};
static const struct ec2_field RESTORED_FIELDS[] = {
    {"snapshotId", NULL, &EC2_TEXT, offsetof(struct ec2_snapshot, head.id), NULL},
    {"description", NULL, &EC2_STRING, offsetof(struct ec2_snapshot, description), NULL},
    {"encrypted", NULL, &EC2_BOOL, offsetof(struct ec2_snapshot, encrypted), NULL},
    {"ownerId", NULL, &EC2_TEXT, offsetof(struct ec2_snapshot, head.account), NULL},
    {"progress", NULL, &EC2_CONSTANT, 0, WHOLE},
    {"startTime", NULL, &EC2_TIME, offsetof(struct ec2_snapshot, head.created_ms), NULL},
    {"status", NULL, &EC2_CONSTANT, 0, RECOVERING},
    {"volumeId", NULL, &EC2_TEXT, offsetof(struct ec2_snapshot, volume_id), NULL},
    {"volumeSize", NULL, &EC2_INT, offsetof(struct ec2_snapshot, volume_size_gib), NULL},
    {0},
};
/* clang-format on */

/* The resource that an action restores: the caller's, and in the bin; NULL after answering an
 * error.
 */
static struct ec2_resource *binned(struct request *request, struct reply *reply, enum ec2_type type,
                                   const char *id)
{
    if (!ec2_id_check(request, reply, type, id))
        return NULL;
    struct ec2_resource *r = ec2_bin_find(type, request->region->name, id);
    if (r != NULL && ec2_owns(request, r))
        return r;
    ec2_not_found(request, reply, type, id);
    return NULL;
}

static bool ids_check(struct request *request, struct reply *reply, enum ec2_type type,
                      const char *prefix)
{
    const char *id;
    for (int i = 1; (id = params_getf(&request->params, "%s.%d", prefix, i)) != NULL; i++) {
        if (binned(request, reply, type, id) == NULL)
            return false;
    }
    return true;
}

static void list(struct request *request, struct reply *reply, struct ec2_page *page,
                 enum ec2_type type, const char *prefix)
{
    const struct ec2_field *fields = type == EC2_IMAGE ? IMAGE_FIELDS : SNAPSHOT_FIELDS;
    const char *set = type == EC2_IMAGE ? "imageSet" : "snapshotSet";
    bool named = params_has(&request->params, prefix);
    size_t place = region_index(request->region);
    reply_open(request, reply);
    xml_open(&reply->body, set);
    struct ec2_resource *r;
    for (uint64_t after = page->after; (r = ec2_bin_next(type, place, after)) != NULL;
         after = r->sequence) {
        if (!ec2_owns(request, r) || (named && !ec2_list_has(request, prefix, r->id)))
            continue;
        if (!ec2_page_take(page, r->sequence))
            break;
        xml_open(&reply->body, "item");
        ec2_write_fields(&reply->body, fields, r);
        xml_close(&reply->body, "item");
    }
    xml_close(&reply->body, set);
    ec2_page_end(request, reply, page);
    reply_close(request, reply);
}

void ec2_list_images_in_recycle_bin(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"ImageId.N", "MaxResults", "NextToken", NULL};
    struct ec2_page page;
    if (!ec2_accept(request, reply, KNOWN) ||
        !ec2_page_begin(request, reply, &page, 1, "ImageId") ||
        !ids_check(request, reply, EC2_IMAGE, "ImageId"))
        return;
    if (params_count(&request->params, "ImageId") > IMAGES_MOST)
        reply_error(request, reply, 400, "InvalidParameterValue",
                    "No more than %d image IDs can be specified in one request", IMAGES_MOST);
    else
        list(request, reply, &page, EC2_IMAGE, "ImageId");
}

void ec2_list_snapshots_in_recycle_bin(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"SnapshotId.N", "MaxResults", "NextToken", NULL};
    struct ec2_page page;
    if (ec2_accept(request, reply, KNOWN) &&
        ec2_page_begin(request, reply, &page, 5, "SnapshotId") &&
        ids_check(request, reply, EC2_SNAPSHOT, "SnapshotId"))
        list(request, reply, &page, EC2_SNAPSHOT, "SnapshotId");
}

/* An image comes back only on snapshots that are there. */
static bool snapshots_check(struct request *request, struct reply *reply,
                            const struct ec2_image *image)
{
    for (size_t i = 0; i < image->device_count; i++) {
        const char *id = image->devices[i].snapshot_id;
        if (id == NULL || ec2_store_find(EC2_SNAPSHOT, image->head.region, id) != NULL)
            continue;
        ec2_not_found(request, reply, EC2_SNAPSHOT, id);
        return false;
    }
    return true;
}

void ec2_restore_image_from_recycle_bin(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"*ImageId", NULL};
    struct ec2_resource *r;
    if (!ec2_accept(request, reply, KNOWN) ||
        (r = binned(request, reply, EC2_IMAGE, params_get(&request->params, "ImageId"))) == NULL ||
        !snapshots_check(request, reply, (const struct ec2_image *)r))
        return;
    if (fault_of(request, FAULT_NO_EFFECT) == NULL)
        ec2_bin_restore(r);
    reply_true(request, reply);
}

static void on_recovered(void *arg)
{
    ((struct ec2_snapshot *)arg)->state = EC2_SNAPSHOT_COMPLETED;
}

void ec2_restore_snapshot_from_recycle_bin(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"*SnapshotId", NULL};
    const char *id = params_get(&request->params, "SnapshotId");
    struct ec2_resource *r;
    if (!ec2_accept(request, reply, KNOWN) ||
        (r = binned(request, reply, EC2_SNAPSHOT, id)) == NULL)
        return;
    struct ec2_snapshot *snapshot = (struct ec2_snapshot *)r;
    if (fault_of(request, FAULT_NO_EFFECT) == NULL) {
        ec2_bin_restore(r);
        snapshot->state = EC2_SNAPSHOT_RECOVERING;
        ec2_at(r, ec2_now_ms(request) + ec2_draw_ms(r, "recovering", id, 2, 10), on_recovered);
    }
    reply_open(request, reply);
    ec2_write_fields(&reply->body, RESTORED_FIELDS, snapshot);
    reply_close(request, reply);
}
