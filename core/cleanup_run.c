/* The run of a plan: everything is read again, then each region works through its rows. */
#include "core/cleanup_run.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "core/cleanup_work.h"
#include "core/fan.h"
#include "core/inventory.h"

struct cleanup_run {
    struct aws *aws;
    struct cleanup_plan *plan;
    char *home, *state_dir;
    bool read_only;
    int wake_fd;
    pthread_t thread;
    bool has_thread;
    atomic_bool cancel; /* whatever is under way ends now */
    atomic_bool stop;   /* no further row begins */
    struct cleanup_journal *journal;

    pthread_mutex_t mutex; /* over all below */
    uint64_t number;
    enum cleanup_phase phase;
    struct cleanup_progress *progress;
    bool mutated;
    clock_ms started_at, ended_at;
    struct err err;
    char *journal_path;
};

/* ---- telling ---- */

static void ring(struct cleanup_run *r)
{
    uint64_t one = 1;
    if (r->wake_fd >= 0 && write(r->wake_fd, &one, sizeof(one)) < 0)
        return; /* it is full: the bell rings already */
}

static void set_phase(struct cleanup_run *r, enum cleanup_phase phase)
{
    pthread_mutex_lock(&r->mutex);
    if (phase > r->phase)
        r->phase = phase;
    if (phase == CLEANUP_PHASE_ENDED)
        r->ended_at = clock_now_ms();
    r->number++;
    pthread_mutex_unlock(&r->mutex);
    ring(r);
}

static void end_whole(struct cleanup_run *r, const struct err *err)
{
    pthread_mutex_lock(&r->mutex);
    r->err = *err;
    pthread_mutex_unlock(&r->mutex);
}

static void end_item(struct cleanup_run *r, size_t item, enum cleanup_state state,
                     const struct err *err)
{
    pthread_mutex_lock(&r->mutex);
    r->progress[item].state = state;
    if (err != NULL)
        r->progress[item].err = *err;
    r->number++;
    pthread_mutex_unlock(&r->mutex);
    ring(r);
}

static void told(struct cleanup_work *w)
{
    struct cleanup_run *r = w->run;
    pthread_mutex_lock(&r->mutex);
    r->progress[w->index] = w->progress;
    r->mutated = r->mutated || w->asked;
    r->number++;
    pthread_mutex_unlock(&r->mutex);
    ring(r);
}

/* ---- before the first change ---- */

static void add_once(const char **list, size_t *count, const char *word)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(list[i], word) == 0)
            return;
    list[(*count)++] = word;
}

/* The whole account as it is now: families reach over all regions. */
static struct inventory *read_again(struct cleanup_run *r)
{
    const char **buckets = xcalloc(r->plan->item_count + 1, sizeof(*buckets));
    size_t count = 0;
    for (size_t i = 0; i < r->plan->item_count; i++)
        if (r->plan->items[i].bucket[0] != '\0')
            add_once(buckets, &count, r->plan->items[i].bucket);
    struct inventory_options options = {
        .aws = r->aws,
        .home = r->home,
        .buckets = buckets,
        .bucket_count = count,
        .kinds = 1u << INVENTORY_IMAGES | 1u << INVENTORY_SNAPSHOTS | 1u << INVENTORY_OBJECTS |
                 1u << INVENTORY_UPLOADS,
        .wake_fd = -1,
    };
    struct inventory_reader *reader = inventory_open(&options);
    struct inventory *inventory = inventory_wait(reader, &r->cancel);
    inventory_close(reader);
    free(buckets);
    return inventory;
}

static bool same_account(const struct cleanup_run *r, const struct inventory *now, struct err *err)
{
    if (now->err.kind != ERR_NONE) {
        *err = now->err;
        return false;
    }
    if (atomic_load(&r->cancel))
        return err_set(err, ERR_CANCELLED, "interrupted before anything was changed");
    if (strcmp(now->account, r->plan->account) == 0)
        return true;
    err_set(err, ERR_REFUSED, "the plan is of account %s, the credentials are of %s",
            r->plan->account, now->account);
    return err_advise(err, "use the profile of the plan's account, or make a new plan");
}

/* Why an item cannot be checked; NULL when it can. */
static const struct err *unreadable(const struct inventory *now, const struct cleanup_item *item,
                                    struct err *other)
{
    static const unsigned amis = 1u << INVENTORY_IMAGES | 1u << INVENTORY_SNAPSHOTS;
    static const unsigned needed[CLEANUP_KINDS] = {
        [CLEANUP_IMAGE] = amis,
        [CLEANUP_SNAPSHOT] = amis,
        [CLEANUP_OBJECT] = 1u << INVENTORY_OBJECTS,
        [CLEANUP_UPLOAD] = 1u << INVENTORY_UPLOADS,
    };
    const struct inventory_region *r = inventory_find_region(now, item->region);
    if (r == NULL) {
        err_set(other, ERR_REGION_OFF, "the region %s is not enabled for this account",
                item->region);
        return other;
    }
    for (size_t i = 0; i < INVENTORY_KINDS; i++)
        if ((needed[item->kind] & 1u << i) != 0 && r->readings[i].look != INVENTORY_READ)
            return &r->readings[i].err;
    return NULL;
}

/* What an earlier run has ended stays ended: somebody who brings it back wants it. */
static bool is_still_gone(struct cleanup_run *r, const struct inventory *now, size_t index)
{
    const struct cleanup_item *item = &r->plan->items[index];
    const struct inventory_region *region = inventory_find_region(now, item->region);
    bool deletes = r->plan->step == CLEANUP_STEP_NONE || r->plan->step == CLEANUP_STEP_DEREGISTER;
    bool back = deletes && region != NULL &&
                (inventory_find_image(region, item->id) != NULL ||
                 inventory_find_snapshot(region, item->id) != NULL);
    struct err err = ERR_INIT;
    if (back) {
        err_set(&err, ERR_VERIFY, "%s is there again: somebody has brought it back", item->id);
        err_advise(&err, "make a new plan if it shall go after all");
    }
    end_item(r, index, back ? CLEANUP_DRIFTED : CLEANUP_GONE, back ? &err : NULL);
    return !back;
}

/* What lies in the Recycle Bins of the plan's regions: its snapshots are no orphans. Only regions
 * that EC2 has named are asked: the plan is a file, and a region becomes a host name. */
static struct recycle *read_bins(struct cleanup_run *r, const struct inventory *now)
{
    const char **regions = xcalloc(r->plan->item_count + 1, sizeof(*regions));
    size_t count = 0;
    for (size_t i = 0; i < r->plan->item_count; i++)
        if (inventory_find_region(now, r->plan->items[i].region) != NULL)
            add_once(regions, &count, r->plan->items[i].region);
    struct recycle *bins = recycle_read(r->aws, regions, count, &r->cancel);
    free(regions);
    return bins;
}

/* Every row must still be what the plan says, but those that an earlier run began. */
static bool check_all(struct cleanup_run *r, struct inventory *now)
{
    struct families *families = families_new(now);
    struct recycle *bins = read_bins(r, now);
    bool as_planned = true;
    for (size_t i = 0; i < r->plan->item_count; i++) {
        const struct cleanup_item *item = &r->plan->items[i];
        struct err err = ERR_INIT, other = ERR_INIT;
        const struct err *region = unreadable(now, item, &other);
        if (cleanup_journal_done(r->journal, i)) {
            as_planned = is_still_gone(r, now, i) && as_planned;
        } else if (region != NULL) {
            end_item(r, i, CLEANUP_FAILED, region);
        } else if (!cleanup_journal_begun(r->journal, i) &&
                   !cleanup_item_unchanged(r->plan, item, now, families, NULL, bins,
                                           clock_calendar(), &err)) {
            end_item(r, i, CLEANUP_DRIFTED, &err);
            as_planned = false;
        }
    }
    recycle_unref(bins);
    families_free(families);
    return as_planned;
}

static bool prepare(struct cleanup_run *r)
{
    struct err err = ERR_INIT;
    if (r->read_only) {
        err_set(&err, ERR_REFUSED, "tatami runs read-only: nothing is changed");
        end_whole(r, &err);
        return false;
    }
    r->journal = cleanup_journal_open(r->state_dir, r->plan, &err);
    if (r->journal == NULL) {
        end_whole(r, &err);
        return false;
    }
    pthread_mutex_lock(&r->mutex);
    r->journal_path = xstrdup(cleanup_journal_path(r->journal));
    pthread_mutex_unlock(&r->mutex);
    struct inventory *now = read_again(r);
    bool ok = same_account(r, now, &err);
    if (!ok)
        end_whole(r, &err);
    ok = ok && check_all(r, now);
    inventory_unref(now);
    return ok;
}

/* ---- the regions ---- */

struct region_work {
    struct cleanup_run *run;
    const char **regions;
};

static bool is_waiting(struct cleanup_run *r, size_t item)
{
    pthread_mutex_lock(&r->mutex);
    bool waiting = r->progress[item].state == CLEANUP_WAITING;
    pthread_mutex_unlock(&r->mutex);
    return waiting;
}

/* False when the region's other rows must not begin. */
static bool run_item(struct cleanup_run *r, struct call *c, size_t item)
{
    struct cleanup_work work = {
        .removal = {.call = c, .cancel = &r->cancel},
        .plan = r->plan,
        .journal = r->journal,
        .index = item,
        .begun = cleanup_journal_begun(r->journal, item),
        .told = told,
        .run = r,
    };
    cleanup_work_run(&work);
    if (work.progress.state == CLEANUP_DRIFTED) {
        atomic_store(&r->stop, true);
        set_phase(r, CLEANUP_PHASE_STOPPING);
    }
    return work.progress.state == CLEANUP_DONE || work.progress.state == CLEANUP_GONE;
}

static void run_region(struct call *c, size_t index, void *arg)
{
    struct region_work *all = arg;
    struct cleanup_run *r = all->run;
    bool goes_on = true;
    for (size_t i = 0; i < r->plan->item_count && goes_on && !atomic_load(&r->stop); i++)
        if (strcmp(r->plan->items[i].region, all->regions[index]) == 0 && is_waiting(r, i))
            goes_on = run_item(r, c, i);
}

static void run_regions(struct cleanup_run *r)
{
    struct region_work work = {.run = r,
                               .regions = xcalloc(r->plan->item_count + 1, sizeof(*work.regions))};
    size_t count = 0;
    for (size_t i = 0; i < r->plan->item_count; i++)
        if (count == 0 || strcmp(work.regions[count - 1], r->plan->items[i].region) != 0)
            work.regions[count++] = r->plan->items[i].region;
    fan_out(r->aws, work.regions, count, &r->cancel, run_region, &work);
    free(work.regions);
}

static void leave_the_rest(struct cleanup_run *r)
{
    for (size_t i = 0; i < r->plan->item_count; i++)
        if (is_waiting(r, i))
            end_item(r, i, CLEANUP_LEFT, NULL);
}

static void *run_thread(void *arg)
{
    struct cleanup_run *r = arg;
    if (prepare(r)) {
        set_phase(r, CLEANUP_PHASE_RUNNING);
        run_regions(r);
    }
    leave_the_rest(r);
    if (r->journal != NULL) {
        struct cleanup_model *m = cleanup_run_model(r);
        cleanup_journal_end(r->journal, m->exit_status);
        cleanup_model_free(m);
    }
    cleanup_journal_close(r->journal);
    r->journal = NULL;
    set_phase(r, CLEANUP_PHASE_ENDED);
    return NULL;
}

/* ---- for others ---- */

struct cleanup_run *cleanup_run_start(const struct cleanup_run_options *options)
{
    struct cleanup_run *r = xcalloc(1, sizeof(*r));
    r->aws = options->aws;
    r->plan = cleanup_plan_ref(options->plan);
    r->home = xstrdup(options->home);
    r->state_dir = xstrdup(options->state_dir);
    r->read_only = options->read_only;
    r->wake_fd = options->wake_fd;
    r->progress = xcalloc(r->plan->item_count + 1, sizeof(*r->progress));
    r->started_at = clock_now_ms();
    pthread_mutex_init(&r->mutex, NULL);
    r->has_thread = pthread_create(&r->thread, NULL, run_thread, r) == 0;
    if (!r->has_thread) {
        err_set(&r->err, ERR_IO, "the system gives no thread");
        leave_the_rest(r);
        set_phase(r, CLEANUP_PHASE_ENDED);
    }
    return r;
}

void cleanup_run_stop(struct cleanup_run *r)
{
    atomic_store(&r->stop, true);
    set_phase(r, CLEANUP_PHASE_STOPPING);
}

void cleanup_run_end(struct cleanup_run *r)
{
    if (r == NULL)
        return;
    cleanup_run_stop(r);
    atomic_store(&r->cancel, true);
    if (r->has_thread)
        pthread_join(r->thread, NULL);
    cleanup_plan_unref(r->plan);
    pthread_mutex_destroy(&r->mutex);
    free(r->progress);
    free(r->journal_path);
    free(r->home);
    free(r->state_dir);
    free(r);
}

struct cleanup_model *cleanup_run_model(struct cleanup_run *r)
{
    pthread_mutex_lock(&r->mutex);
    struct cleanup_model facts = {
        .number = r->number,
        .phase = r->phase,
        .plan = r->plan,
        .progress = r->progress,
        .journal = r->journal_path == NULL ? "" : r->journal_path,
        .now_ms = clock_now_ms(),
        .started_at = r->started_at,
        .ended_at = r->ended_at,
        .mutated = r->mutated,
        .err = r->err,
    };
    struct cleanup_model *m = cleanup_model_new(&facts);
    pthread_mutex_unlock(&r->mutex);
    return m;
}
