/* The life of snapshots in simulated time: made by an import, or pending while they are copied. */
#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2_access.h"
#include "aws/sim/ec2_call.h"
#include "aws/sim/ec2_snapshots.h"
#include "aws/sim/mem.h"

static const uint64_t GIB = UINT64_C(1) << 30;
static const char NO_VOLUME[] = "vol-ffffffff";

enum { COPIES_AT_ONCE = 20 };

static int64_t now_ms(const struct ec2_snapshot *snapshot)
{
    return clock_now_ms(snapshot->head.world->clock);
}

/* Counted once, since the content of a completed snapshot stays as it is. */
static void measure(struct ec2_snapshot *snapshot)
{
    const struct content *content = snapshot->content;
    if (snapshot->state == EC2_SNAPSHOT_PENDING || snapshot->state == EC2_SNAPSHOT_ERROR ||
        content == NULL || snapshot->full_bytes != 0)
        return;
    uint64_t blocks = content_blocks(content);
    for (uint64_t i = content_next_written(content, 0); i < blocks;
         i = content_next_written(content, i + 1))
        snapshot->full_bytes += CONTENT_BLOCK;
}

void ec2_snapshot_refresh(struct ec2_snapshot *snapshot)
{
    measure(snapshot);
    if (snapshot->state != EC2_SNAPSHOT_PENDING || snapshot->end_ms <= snapshot->begin_ms)
        return;
    int64_t done_ms = now_ms(snapshot) - snapshot->begin_ms;
    int64_t all_ms = snapshot->end_ms - snapshot->begin_ms;
    snapshot->progress = done_ms <= 0 ? 0 : (int)(99 * done_ms / all_ms);
}

struct ec2_snapshot *ec2_snapshot_from_import(const struct ec2_import *import)
{
    struct ec2_snapshot *snapshot = (struct ec2_snapshot *)ec2_store_add(
        import->head.world, EC2_SNAPSHOT, NULL, import->head.region, import->head.account);
    snapshot->description = xasprintf("Created by AWS-VMImport service for %s", import->head.id);
    ec2_text_set(&snapshot->volume_id, NO_VOLUME);
    ec2_text_set(&snapshot->kms_key_id, import->kms_key_id);
    snapshot->encrypted = import->encrypted;
    snapshot->volume_size_gib = (int)((import->disk_bytes + GIB - 1) / GIB);
    snapshot->content = import->disk == NULL ? NULL : content_ref(import->disk);
    snapshot->state = EC2_SNAPSHOT_COMPLETED;
    snapshot->progress = 100;
    snapshot->completed_ms = snapshot->head.created_ms;
    ec2_settle(&snapshot->head, import->key);
    return snapshot;
}

/* Whether `snapshot` is on its way into `region` for `account`. */
static bool is_copying(const struct ec2_snapshot *snapshot, const char *region, const char *account)
{
    return snapshot->state == EC2_SNAPSHOT_PENDING && snapshot->source_id != NULL &&
           strcmp(snapshot->head.region, region) == 0 &&
           strcmp(snapshot->head.account, account) == 0;
}

bool ec2_snapshot_copies_check(struct request *request, struct reply *reply, int wanted)
{
    const struct ec2_resource *r;
    EC2_EACH_IN(EC2_SNAPSHOT, region_index(request->region), r)
    {
        wanted +=
            is_copying((const struct ec2_snapshot *)r, request->region->name, request->account->id);
    }
    if (wanted > COPIES_AT_ONCE)
        reply_error(request, reply, 400, "ResourceLimitExceeded",
                    "Too many snapshot copies in progress. The limit is %d for this destination "
                    "region.",
                    COPIES_AT_ONCE);
    return wanted <= COPIES_AT_ONCE;
}

static void on_copied(void *arg)
{
    struct ec2_snapshot *snapshot = arg;
    if (snapshot->doom != NULL) {
        snapshot->state = EC2_SNAPSHOT_ERROR;
        ec2_text_set(&snapshot->status_message, snapshot->doom);
        return;
    }
    snapshot->state = EC2_SNAPSHOT_COMPLETED;
    snapshot->progress = 100;
    snapshot->completed_ms = now_ms(snapshot);
}

/* A second copy of the same snapshot into a region waits for the first. */
static int64_t begin_of_copy(const struct ec2_snapshot *snapshot)
{
    int64_t begin_ms = now_ms(snapshot);
    const struct ec2_resource *r;
    EC2_EACH_IN(EC2_SNAPSHOT, snapshot->head.place, r)
    {
        const struct ec2_snapshot *other = (const struct ec2_snapshot *)r;
        if (other != snapshot && is_copying(other, snapshot->head.region, snapshot->head.account) &&
            strcmp(other->source_id, snapshot->source_id) == 0 && other->end_ms > begin_ms)
            begin_ms = other->end_ms;
    }
    return begin_ms;
}

static void schedule(struct ec2_snapshot *snapshot, const char *name)
{
    const struct ec2_resource *head = &snapshot->head;
    int64_t work_ms = ec2_draw_ms(head, "copy-base", name, 240, 720) +
                      ec2_draw_ms(head, "copy-gib", name, 2, 12) * snapshot->volume_size_gib;
    if (snapshot->completion_minutes != 0)
        work_ms = ec2_draw_ms(head, "copy-timed", name, 42, 59) * snapshot->completion_minutes;
    snapshot->begin_ms = begin_of_copy(snapshot);
    snapshot->end_ms = snapshot->begin_ms + work_ms;
    ec2_at(&snapshot->head, snapshot->end_ms, on_copied);
}

/* The account's key for EBS in a region; keys are no resources here. */
static char *default_key(const struct ec2_snapshot_copy *copy)
{
    return xasprintf("arn:aws:kms:%s:%s:key/00000000-0000-4000-8000-%s", copy->region,
                     copy->account, copy->account);
}

/* A key lives in one region; that another one cannot be used shows only later. */
static void encrypt(struct ec2_snapshot *snapshot, const struct ec2_snapshot_copy *copy)
{
    static const char ARN[] = "arn:aws:kms:";
    snapshot->encrypted = true;
    if (copy->key == NULL || strcmp(copy->key, "alias/aws/ebs") == 0) {
        snapshot->kms_key_id = default_key(copy);
        return;
    }
    ec2_text_set(&snapshot->kms_key_id, copy->key);
    const char *region = copy->key + strlen(ARN);
    if (strncmp(copy->key, ARN, strlen(ARN)) == 0 &&
        (strncmp(region, copy->region, strlen(copy->region)) != 0 ||
         region[strlen(copy->region)] != ':'))
        ec2_text_set(&snapshot->doom, "Given key ID is not accessible");
}

struct ec2_snapshot *ec2_snapshot_copy(struct world *w, const struct ec2_snapshot_copy *copy)
{
    const struct ec2_snapshot *source = copy->source;
    struct ec2_snapshot *snapshot =
        (struct ec2_snapshot *)ec2_store_add(w, EC2_SNAPSHOT, NULL, copy->region, copy->account);
    ec2_text_set(&snapshot->volume_id, NO_VOLUME);
    ec2_text_set(&snapshot->source_id, source->head.id);
    snapshot->volume_size_gib = source->volume_size_gib;
    snapshot->completion_minutes = copy->minutes;
    ec2_text_set(&snapshot->transfer_type, copy->minutes == 0 ? "standard" : "time-based");
    if (source->encrypted || copy->encrypted)
        encrypt(snapshot, copy);
    snapshot->content = source->content == NULL ? NULL : content_ref(source->content);
    schedule(snapshot, copy->name);
    ec2_settle(&snapshot->head, copy->name);
    return snapshot;
}

const struct ec2_image *ec2_snapshot_user(const struct ec2_snapshot *snapshot)
{
    const struct ec2_resource *r;
    EC2_EACH_IN(EC2_IMAGE, snapshot->head.place, r)
    {
        const struct ec2_image *image = (const struct ec2_image *)r;
        if (image->state == EC2_IMAGE_DEREGISTERED)
            continue;
        for (size_t i = 0; i < image->device_count; i++) {
            const char *id = image->devices[i].snapshot_id;
            if (id != NULL && strcmp(id, snapshot->head.id) == 0)
                return image;
        }
    }
    return NULL;
}

bool ec2_snapshot_readable(const struct ec2_snapshot *snapshot, const struct account *account)
{
    return strcmp(snapshot->head.account, account->id) == 0 ||
           (ec2_grants_public(&snapshot->grants) && !ec2_access_hides(snapshot)) ||
           ec2_grants_has(&snapshot->grants, EC2_GRANT_USER, account->id);
}
