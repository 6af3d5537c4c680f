/* A cancelled release is taken away, region by region. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "aws/ec2_imports.h"
#include "aws/s3.h"
#include "base/mem.h"
#include "core/cancel.h"
#include "core/fan.h"
#include "core/removal.h"

struct job {
    struct cancel_list *list;
    const struct cancel_run *run;
    const char **regions;
    pthread_mutex_t telling;
};

/* One region's hand. */
struct hand {
    struct removal removal; /* first */
    struct job *job;
};

static bool ask(struct removal *r, const char *action, const char *id, removal_ask *asked,
                struct err *err)
{
    (void)action; /* what is there is the journal: whoever comes next finds it by its tags */
    return asked(r->call, id, err);
}

static bool goes_later(const struct removal *r, const char *image)
{
    const struct cancel_list *list = ((const struct hand *)r)->job->list;
    for (size_t i = 0; i < list->count; i++) {
        const struct cancel_item *item = &list->items[i];
        if (item->kind == CANCEL_IMAGE && strcmp(item->region, call_region(r->call)) == 0 &&
            strcmp(item->id, image) == 0)
            return item->state == CANCEL_WAITING;
    }
    return false;
}

static bool remove_upload(struct hand *h, struct cancel_item *item, struct err *err)
{
    struct s3_object object = {.bucket = item->bucket, .key = item->key};
    return s3_abort_upload(h->removal.call, object, item->upload_id, err);
}

static bool remove_object(struct hand *h, struct cancel_item *item, struct err *err)
{
    struct s3_object object = {.bucket = item->bucket, .key = item->key};
    return s3_delete_object(h->removal.call, object, err);
}

/* Where the task stands; its snapshot, where it has one, is kept in the item. */
static bool look_at_task(struct hand *h, struct cancel_item *item, bool *runs, struct err *err)
{
    struct ec2_imports found;
    if (!ec2_describe_imports(h->removal.call, &found, err))
        return false;
    *runs = false;
    for (size_t i = 0; i < found.count; i++) {
        const struct ec2_import *t = &found.items[i];
        if (strcmp(t->task_id, item->id) != 0)
            continue;
        *runs = t->state == EC2_IMPORT_PENDING || t->state == EC2_IMPORT_ACTIVE;
        if (t->state == EC2_IMPORT_COMPLETED && t->snapshot_id != NULL) {
            free(item->snapshot);
            item->snapshot = xstrdup(t->snapshot_id);
        }
    }
    ec2_imports_free(&found);
    return true;
}

/* A task that ends while it is cancelled leaves a snapshot after all. */
static bool remove_import(struct hand *h, struct cancel_item *item, struct err *err)
{
    struct removal_wait wait = {0};
    enum removal_end end;
    bool runs = item->snapshot[0] == '\0';
    if (runs && !ec2_cancel_import(h->removal.call, item->id, "the release is cancelled", err) &&
        err->kind != ERR_INVALID && err->kind != ERR_NOT_FOUND)
        return false;
    while (runs) {
        if (!look_at_task(h, item, &runs, err) ||
            (runs && !removal_again(&h->removal, &wait, "the import task still runs", err)))
            return false;
    }
    return item->snapshot[0] == '\0' ||
           removal_delete_snapshot(&h->removal, item->snapshot, &end, err);
}

static bool remove_image(struct hand *h, struct cancel_item *item, struct err *err)
{
    struct removal *r = &h->removal;
    enum removal_end end;
    r->image = item->id;
    bool ok = removal_take_image(r, item->id, err);
    if (!ok && err->kind == ERR_BLOCKED && h->job->run->unprotect)
        ok = ec2_unprotect_image(r->call, item->id, err) && removal_take_image(r, item->id, err);
    for (size_t i = 0; ok && i < item->snapshot_count; i++)
        ok = removal_delete_snapshot(r, item->snapshots[i], &end, err);
    r->image = "";
    return ok;
}

static bool remove_snapshot(struct hand *h, struct cancel_item *item, struct err *err)
{
    enum removal_end end;
    return removal_delete_snapshot(&h->removal, item->id, &end, err);
}

/* False ends the region's kind: what comes after it in the order must stay. */
static bool take_away(struct hand *h, struct cancel_item *item)
{
    static bool (*const removers[CANCEL_KINDS])(struct hand * h, struct cancel_item * item,
                                                struct err * err) = {
        [CANCEL_UPLOAD] = remove_upload, [CANCEL_IMPORT] = remove_import,
        [CANCEL_IMAGE] = remove_image,   [CANCEL_SNAPSHOT] = remove_snapshot,
        [CANCEL_OBJECT] = remove_object,
    };
    bool ok = removers[item->kind](h, item, &item->err);
    pthread_mutex_lock(&h->job->telling);
    item->state = ok ? CANCEL_DONE : CANCEL_FAILED;
    h->job->run->told(h->job->run->arg, item);
    pthread_mutex_unlock(&h->job->telling);
    return ok;
}

static void clear_region(struct call *c, size_t index, void *arg)
{
    struct job *job = arg;
    struct hand hand = {.removal = {.call = c,
                                    .cancel = job->run->cancel,
                                    .image = "",
                                    .ask = ask,
                                    .goes_later = goes_later},
                        .job = job};
    bool goes_on = true;
    for (enum cancel_kind kind = 0; kind < CANCEL_KINDS && goes_on; kind++)
        for (size_t i = 0; i < job->list->count; i++) {
            struct cancel_item *item = &job->list->items[i];
            /* The state of another region's item is another thread's. */
            if (item->kind == kind && strcmp(item->region, job->regions[index]) == 0 &&
                item->state == CANCEL_WAITING)
                goes_on = take_away(&hand, item) && goes_on;
        }
}

void cancel_run(struct cancel_list *list, const struct cancel_run *run)
{
    struct job job = {
        .list = list, .run = run, .regions = xcalloc(list->count + 1, sizeof(*job.regions))};
    size_t count = 0;
    pthread_mutex_init(&job.telling, NULL);
    for (size_t i = 0; i < list->count; i++)
        if (count == 0 || strcmp(job.regions[count - 1], list->items[i].region) != 0)
            job.regions[count++] = list->items[i].region;
    fan_out(run->aws, job.regions, count, run->cancel, clear_region, &job);
    pthread_mutex_destroy(&job.telling);
    free(job.regions);
}
