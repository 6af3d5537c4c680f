/* The life of a snapshot that EBS direct started. */
#include "aws/sim/ebs_life.h"

#include "aws/sim/ec2_call.h"
#include "aws/sim/mem.h"
#include "aws/sim/rng.h"

enum { WINDOW_ONE_IN = 3, WINDOW_MIN_S = 1, WINDOW_MAX_S = 4, SEAL_MIN_S = 8, SEAL_MAX_S = 40 };

/* Seconds more that a GiB of written blocks takes to seal. */
enum { SEAL_GIB_S = 6 };

static void fail(struct ec2_snapshot *snapshot, const char *why)
{
    snapshot->state = EC2_SNAPSHOT_ERROR;
    ec2_text_set(&snapshot->status_message, why);
}

static void on_silence(void *arg)
{
    struct ec2_snapshot *snapshot = arg;
    struct ebs_upload *upload = ebs_store_find(snapshot->head.id);
    int64_t end_ms = upload->touched_ms + upload->timeout_ms;
    if (end_ms > clock_now_ms(snapshot->head.world->clock)) {
        ec2_at(&snapshot->head, end_ms, on_silence);
        return;
    }
    upload->stage = EBS_EXPIRED;
    ebs_upload_drop(upload);
    fail(snapshot, "The snapshot timed out before it was completed.");
}

void ebs_open(struct ebs_upload *upload, struct ec2_snapshot *snapshot)
{
    struct world *w = snapshot->head.world;
    upload->touched_ms = upload->writable_ms = clock_now_ms(w->clock);
    uint64_t draw = rng_draw(w->seed, "ebs-window", upload->region, snapshot->description, 0);
    if (draw % WINDOW_ONE_IN == 0) {
        upload->writable_ms += ec2_draw_ms(&snapshot->head, "ebs-unknown", snapshot->description,
                                           WINDOW_MIN_S, WINDOW_MAX_S);
        clock_at(w->clock, upload->writable_ms, NULL, NULL);
    }
    ec2_at(&snapshot->head, upload->touched_ms + upload->timeout_ms, on_silence);
}

static void on_sealed(void *arg)
{
    struct ec2_snapshot *snapshot = arg;
    if (snapshot->doom != NULL) {
        fail(snapshot, snapshot->doom);
        return;
    }
    snapshot->state = EC2_SNAPSHOT_COMPLETED;
    snapshot->progress = 100;
    snapshot->completed_ms = clock_now_ms(snapshot->head.world->clock);
}

void ebs_seal(struct ebs_upload *upload, struct ec2_snapshot *snapshot)
{
    uint64_t size = upload->block_count * CONTENT_BLOCK;
    int gibs = (int)(upload->blocks.count * CONTENT_BLOCK >> 30);
    snapshot->content = ebs_blocks_compose(&upload->blocks, upload->parent, size);
    upload->stage = EBS_SEALED;
    ebs_upload_drop(upload);
    ec2_at(&snapshot->head,
           clock_now_ms(snapshot->head.world->clock) +
               ec2_draw_ms(&snapshot->head, "ebs-seal", snapshot->description, SEAL_MIN_S,
                           SEAL_MAX_S + SEAL_GIB_S * gibs),
           on_sealed);
}
