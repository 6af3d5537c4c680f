/* The home thread: account, regions, and where the buckets are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/iam.h"
#include "aws/s3.h"
#include "aws/sts.h"
#include "base/mem.h"
#include "core/enabled.h"
#include "core/inventory_reader.h"

#define AGAIN_MS 15000 /* between two tries to resolve what only a passing error hid */

static int compare_regions(const void *a, const void *b)
{
    const struct enabled_region *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static void refuse(struct inventory_place *place)
{
    for (int i = 0; i < INVENTORY_KINDS; i++) {
        struct inventory_reading *reading = &place->region.readings[i];
        if (reading->look == INVENTORY_UNASKED)
            continue;
        reading->look = INVENTORY_FAILED;
        reading->failures = 1;
        err_set(&reading->err, ERR_REGION_OFF, "the region is not enabled for the account");
        snprintf(reading->err.region, sizeof(reading->err.region), "%s", place->region.name);
    }
}

static void start_worker(struct inventory_worker *w)
{
    w->started = pthread_create(&w->thread, NULL, inventory_work, w) == 0;
    for (int i = 0; i < INVENTORY_KINDS && !w->started; i++) {
        struct inventory_reading *reading = &w->place->region.readings[i];
        reading->look = INVENTORY_FAILED;
        err_set(&reading->err, ERR_IO, "the system gives no thread for the region");
    }
}

static void start_workers(struct inventory_reader *r, struct enabled_region *regions, size_t count)
{
    if (count > 0)
        qsort(regions, count, sizeof(*regions), compare_regions);
    pthread_mutex_lock(&r->lock);
    r->workers = xcalloc(count + 1, sizeof(*r->workers));
    r->worker_count = count;
    for (size_t i = 0; i < count; i++) {
        struct inventory_worker *w = &r->workers[i];
        w->reader = r;
        w->name = xstrdup(regions[i].name);
        w->place = inventory_place_new(w->name, r->kinds);
        if (regions[i].enabled)
            start_worker(w);
        else
            refuse(w->place);
    }
    inventory_publish(r);
    pthread_mutex_unlock(&r->lock);
}

static bool find_regions(struct inventory_reader *r, struct call *c, struct err *err)
{
    struct enabled_region *regions = NULL;
    size_t count = 0;
    if (r->workers != NULL)
        return true; /* an earlier try had them */
    if (!enabled_regions(c, (const char *const *)r->wanted, r->wanted_count, &regions, &count, err))
        return false;
    start_workers(r, regions, count);
    free(regions);
    return true;
}

static bool find_account(struct inventory_reader *r, struct call *c, struct err *err)
{
    struct sts_identity who;
    struct err ignored = ERR_INIT;
    char *alias = NULL;
    if (!sts_identity(c, &who, err))
        return false;
    pthread_mutex_lock(&r->lock);
    r->account = xstrdup(who.account);
    r->identity = xstrdup(who.arn);
    inventory_publish(r);
    pthread_mutex_unlock(&r->lock);
    /* The alias is for the eyes: without permission to read it there is none. */
    if (!iam_account_alias(c, &alias, &ignored))
        return true;
    pthread_mutex_lock(&r->lock);
    r->alias = alias;
    inventory_publish(r);
    pthread_mutex_unlock(&r->lock);
    return true;
}

static struct inventory_worker *worker_of(struct inventory_reader *r, const char *region)
{
    for (size_t i = 0; i < r->worker_count; i++)
        if (strcmp(r->workers[i].name, region) == 0)
            return &r->workers[i];
    return NULL;
}

/* The bucket is told of in its region; one that cannot be found, in the home region. */
static void place_bucket(struct inventory_reader *r, struct call *c, const char *bucket)
{
    struct err err = ERR_INIT;
    char region[32] = "";
    bool found = s3_bucket_region(c, bucket, region, &err);
    pthread_mutex_lock(&r->lock);
    struct inventory_worker *w = worker_of(r, found ? region : r->home);
    if (w != NULL) {
        w->buckets = xrealloc(w->buckets, w->bucket_count + 1, sizeof(*w->buckets));
        w->buckets[w->bucket_count++] = xstrdup(bucket);
    }
    pthread_mutex_unlock(&r->lock);
}

static void find_buckets(struct inventory_reader *r, struct call *c)
{
    for (size_t i = 0; i < r->bucket_count; i++)
        place_bucket(r, c, r->buckets[i]);
    pthread_mutex_lock(&r->lock);
    r->buckets_known = true;
    pthread_cond_broadcast(&r->nudged);
    pthread_mutex_unlock(&r->lock);
}

static void tell(struct inventory_reader *r, const struct err *err)
{
    pthread_mutex_lock(&r->lock);
    r->err = *err;
    inventory_publish(r);
    pthread_mutex_unlock(&r->lock);
}

/* With an interval what may pass is tried again. */
static bool again(struct inventory_reader *r, const struct err *err)
{
    pthread_mutex_lock(&r->lock);
    bool looks_again = r->interval_ms > 0;
    pthread_mutex_unlock(&r->lock);
    return looks_again && err_is_passing(err->kind) && clock_sleep_ms(AGAIN_MS, &r->cancel);
}

void *inventory_resolve(void *reader)
{
    struct inventory_reader *r = reader;
    struct call *c = call_new(r->aws, r->home, &r->cancel);
    struct err err = ERR_INIT;
    bool ok;
    do {
        err = ERR_INIT;
        ok = find_regions(r, c, &err) && find_account(r, c, &err);
        tell(r, &err);
    } while (!ok && again(r, &err));
    if (ok)
        find_buckets(r, c);
    call_free(c);
    return NULL;
}
