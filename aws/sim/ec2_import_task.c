/* The life of an import task in simulated time: pending, active, completed or deleted. */
#include "aws/sim/ec2_import_task.h"

#include <stdlib.h>

#include "aws/sim/ec2_call.h"
#include "aws/sim/ec2_disk.h"
#include "aws/sim/ec2_snapshots.h"
#include "aws/sim/iam.h"
#include "aws/sim/mem.h"
#include "aws/sim/s3.h"

static const char NO_ACCESS[] = "ClientError: Disk validation failed [We do not have access to the "
                                "given resource. Reason 403 Forbidden]";
static const char NO_OBJECT[] = "ClientError: Disk validation failed [We do not have access to the "
                                "given resource. Reason 404 Not Found]";

static const char INTERNAL[] = "ServerError: an internal error has occurred during conversion.";

static const uint64_t GIB = UINT64_C(1) << 30;

enum { FIRST_PERCENT = 3, LAST_PERCENT = 98, HOUR_MS = 3600 * 1000 };

static int64_t now_ms(const struct ec2_import *import)
{
    return clock_now_ms(import->head.world->clock);
}

/* What chance decides about a task goes by the object that it reads. */
static int64_t draw_ms(const struct ec2_import *import, const char *kind, int low_s, int high_s)
{
    return ec2_draw_ms(&import->head, kind, import->key, low_s, high_s);
}

/* Whether the role may read the object: found out only while the task runs. */
static bool role_reads(const struct account *account, const struct ec2_import *import)
{
    const struct iam_role *role = iam_find_role(account, import->role);
    if (role == NULL)
        return false;
    char *bucket_arn = xasprintf("arn:aws:s3:::%s", import->bucket);
    char *object_arn = xasprintf("%s/%s", bucket_arn, import->key);
    bool ok = iam_role_allows(role, "s3:GetBucketLocation", bucket_arn) &&
              iam_role_allows(role, "s3:ListBucket", bucket_arn) &&
              iam_role_allows(role, "s3:GetObject", object_arn);
    free(bucket_arn);
    free(object_arn);
    return ok;
}

/* The end of a task: nothing is shown of its progress, and it needs the bytes no more. */
static void end(struct ec2_import *import, enum ec2_import_state state)
{
    import->state = state;
    import->progress = 0;
    import->ended_ms = now_ms(import);
    content_unref(import->source);
    content_unref(import->disk);
    import->source = NULL;
    import->disk = NULL;
}

static void on_deleted(void *arg)
{
    end(arg, EC2_IMPORT_DELETED);
}

/* A task that fails, or is cancelled, goes through `deleting` to `deleted`, its message saying why.
 */
void ec2_import_fail(struct ec2_import *import, const char *message)
{
    import->state = EC2_IMPORT_DELETING;
    ec2_text_set(&import->status_message, message);
    ec2_at(&import->head, now_ms(import) + draw_ms(import, "import-deleting", 5, 20), on_deleted);
}

static void on_converted(void *arg)
{
    struct ec2_import *import = arg;
    if (import->doom != NULL) {
        ec2_import_fail(import, import->doom);
        return;
    }
    if (s3_find_object(import->bucket, import->key) == NULL) {
        ec2_import_fail(import, NO_OBJECT);
        return;
    }
    struct ec2_snapshot *snapshot = ec2_snapshot_from_import(import);
    ec2_text_set(&import->snapshot_id, snapshot->head.id);
    ec2_text_set(&import->status_message, NULL);
    end(import, EC2_IMPORT_COMPLETED);
}

static void on_converting(void *arg)
{
    struct ec2_import *import = arg;
    import->disk_image_size_bytes = (double)content_size(import->source);
    if (!role_reads(world_account(import->head.world, import->head.account), import))
        ec2_text_set(&import->doom, NO_ACCESS);
    ec2_text_set(&import->status_message, "downloading/converting");
    if (import->doom != NULL)
        import->end_ms = import->begin_ms + draw_ms(import, "import-fails", 30, 120);
    ec2_at(&import->head, import->end_ms, on_converted);
}

static void on_active(void *arg)
{
    struct ec2_import *import = arg;
    import->state = EC2_IMPORT_ACTIVE;
    ec2_at(&import->head, import->begin_ms, on_converting);
}

/* Some minutes for any disk and some more for each GiB of it, an hour at most. One task in three is
 * `pending` before it is `active`. */
static void schedule(struct ec2_import *import)
{
    int64_t start_ms = now_ms(import);
    int64_t gibs = (int64_t)((import->disk_bytes + GIB - 1) / GIB);
    int64_t work_ms = draw_ms(import, "import-base", 8 * 60, 14 * 60) +
                      draw_ms(import, "import-gib", 60, 180) * gibs;
    import->begin_ms = start_ms + draw_ms(import, "import-wait", 15, 90);
    import->end_ms = import->begin_ms + (work_ms < HOUR_MS ? work_ms : HOUR_MS);
    if (import->stands_still)
        import->end_ms = import->begin_ms + (int64_t)30 * 24 * HOUR_MS;
    if (draw_ms(import, "import-pending", 0, 3) < 1000) {
        ec2_at(&import->head, start_ms + draw_ms(import, "import-active", 2, 10), on_active);
    } else {
        import->state = EC2_IMPORT_ACTIVE;
        ec2_at(&import->head, import->begin_ms, on_converting);
    }
}

static void read_disk(const struct request *request, struct ec2_import *import)
{
    const struct fault *fails = fault_of(request, FAULT_FAILS);
    const struct fault *size = fault_of(request, FAULT_WRONG_SIZE);
    const char *why = NULL;
    struct ec2_disk disk;
    import->source = content_ref(s3_find_object(import->bucket, import->key)->content);
    if (!ec2_disk_read(import->source, import->format, &disk, &why))
        ec2_text_set(&import->doom, why);
    if (fails != NULL)
        ec2_text_set(&import->doom, fails->value == NULL ? INTERNAL : fails->value);
    import->disk = disk.content;
    import->disk_bytes = disk.size_bytes;
    if (size != NULL && size->value != NULL)
        import->disk_bytes = strtoull(size->value, NULL, 10) * GIB;
    import->stands_still = fault_of(request, FAULT_STANDS_STILL) != NULL;
    ec2_content_corrupt(request, &import->disk);
}

void ec2_import_refresh(struct ec2_import *import)
{
    /* One that the world was loaded with has no end: it stands still. */
    if (import->state > EC2_IMPORT_ACTIVE || import->end_ms <= import->begin_ms)
        return;
    int64_t done_ms = now_ms(import) - import->begin_ms;
    int64_t all_ms = import->end_ms - import->begin_ms;
    import->progress = FIRST_PERCENT;
    if (done_ms > 0)
        import->progress += (int)((LAST_PERCENT - FIRST_PERCENT) * done_ms / all_ms);
}

void ec2_import_start(const struct request *request, struct ec2_import *import)
{
    ec2_text_set(&import->status_message, "pending");
    read_disk(request, import);
    ec2_settle(&import->head, import->key);
    import->head.flicker = 0;
    schedule(import);
    ec2_import_refresh(import);
}
