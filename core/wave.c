/* The wave of launch permissions. */
#include "core/wave.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "aws/ec2_sharing.h"
#include "base/clock.h"
#include "base/mem.h"
#include "core/fan.h"

#define READ_FIRST_MS 100
#define READ_MOST_MS  15000
#define STILL_MS      120000

void wave_plan(struct wave *w, const char *name, bool make_public, struct find_result *found)
{
    *w = (struct wave){.name = name,
                       .make_public = make_public,
                       .found = found,
                       .rows = xcalloc(found->ami_count + 1, sizeof(*w->rows)),
                       .row_count = found->ami_count};
    for (size_t i = 0; i < w->row_count; i++) {
        struct find_ami *ami = &found->amis[i];
        bool meant = ami->is_public != make_public && !(make_public && ami->older);
        w->rows[i] = (struct wave_row){.ami = ami, .state = meant ? WAVE_WAITING : WAVE_AS_WISHED};
        w->waiting += meant;
    }
}

void wave_free(struct wave *w)
{
    free(w->rows);
    *w = (struct wave){0};
}

/* What the threads share. */
struct wave_work {
    struct wave *wave;
    const struct wave_run *run;
    pthread_mutex_t tell_lock;
};

static const char *wished(const struct wave *w)
{
    return w->make_public ? "public" : "private";
}

static void tell(struct wave_work *work, const struct wave_row *row)
{
    bool failed = row->state == WAVE_FAILED;
    const char *asked = work->wave->make_public ? "publishing" : "withdrawing";
    struct event event = {
        .kind = EVENT_CELL,
        .level = failed                    ? EVENT_BAD
                 : row->state == WAVE_DONE ? EVENT_GOOD
                                           : EVENT_INFO,
        .image = text_safe(row->ami->image),
        .region = text_safe(row->ami->region),
        .ami = text_safe(row->ami->id),
        .state = failed                    ? "failed"
                 : row->state == WAVE_DONE ? wished(work->wave)
                                           : asked,
        .text = text_safe(failed ? row->err.message : ""),
        .code = text_safe(failed ? row->err.code : ""),
        .request_id = text_safe(failed ? row->err.request_id : ""),
        .advice = text_safe(failed ? row->err.advice : ""),
        .progress = -1,
    };
    pthread_mutex_lock(&work->tell_lock);
    event_list_add(work->run->events, &event);
    if (work->run->told != NULL)
        work->run->told(work->run->arg);
    pthread_mutex_unlock(&work->tell_lock);
}

static void settle(struct wave_work *work, struct wave_row *row, enum wave_state state)
{
    row->state = state;
    tell(work, row);
}

/* The request may have arrived although no answer came; reading back tells. */
static bool is_unknown(enum err_kind kind)
{
    return kind == ERR_NETWORK || kind == ERR_TIMEOUT || kind == ERR_SERVER ||
           kind == ERR_CANCELLED;
}

static bool is_cancelled(const struct wave_work *work)
{
    return work->run->cancel != NULL && atomic_load(work->run->cancel);
}

static void ask(struct wave_work *work, struct call *c, struct wave_row *row)
{
    const struct ec2_principal all = {.kind = EC2_ALL};
    struct find_ami *ami = row->ami;
    if (is_cancelled(work))
        err_set(&row->err, ERR_CANCELLED, "interrupted before it was asked");
    else if (work->wave->make_public && ami->state != EC2_IMAGE_AVAILABLE)
        err_set(&row->err, ERR_NOT_READY, "the AMI is %s, not available", ami->state_text);
    if (row->err.kind != ERR_NONE) {
        settle(work, row, WAVE_FAILED);
        return;
    }
    bool ok = ec2_modify_launch_permission(c, ami->id, work->wave->make_public, &all, 1, &row->err);
    row->changed = ok || is_unknown(row->err.kind);
    bool read_back = ok || (row->changed && !is_cancelled(work));
    settle(work, row, read_back ? WAVE_ASKED : WAVE_FAILED);
}

/* The rows of one region; they stand together. */
struct wave_region {
    const char *name;
    struct wave_row *rows;
    size_t count;
};

static size_t asked_rows(const struct wave_region *r)
{
    size_t count = 0;
    for (size_t i = 0; i < r->count; i++)
        count += r->rows[i].state == WAVE_ASKED;
    return count;
}

static const struct ec2_image *image_with(const struct ec2_images *images, const char *id)
{
    for (size_t i = 0; i < images->count; i++)
        if (strcmp(images->items[i].id, id) == 0)
            return &images->items[i];
    return NULL;
}

/* Compares one reading with the wish; true when a row has become as wished. */
static bool compare(struct wave_work *work, const struct wave_region *r,
                    const struct ec2_images *images)
{
    bool moved = false;
    for (size_t i = 0; i < r->count; i++) {
        struct wave_row *row = &r->rows[i];
        const struct ec2_image *image = image_with(images, row->ami->id);
        if (row->state != WAVE_ASKED || image == NULL)
            continue;
        row->ami->is_public = image->is_public;
        if (image->is_public != work->wave->make_public)
            continue;
        settle(work, row, WAVE_DONE);
        moved = true;
    }
    return moved;
}

static void fail_asked(struct wave_work *work, const struct wave_region *r, const struct err *err)
{
    for (size_t i = 0; i < r->count; i++) {
        if (r->rows[i].state != WAVE_ASKED)
            continue;
        if (r->rows[i].err.kind == ERR_NONE)
            r->rows[i].err = *err;
        settle(work, &r->rows[i], WAVE_FAILED);
    }
}

/* Reads until all that was asked is true, or nothing has moved for too long. */
static void confirm(struct wave_work *work, struct call *c, const struct wave_region *r)
{
    clock_ms interval = READ_FIRST_MS, moved_at = clock_now_ms();
    while (asked_rows(r) > 0) {
        struct ec2_images images = {0};
        struct err err = ERR_INIT;
        bool awake = clock_sleep_ms(interval, work->run->cancel);
        if (!awake)
            err_set(&err, ERR_CANCELLED, "interrupted before it could be read back");
        bool ok = awake && find_in_region(c, work->wave->name, &images, &err);
        if (ok && compare(work, r, &images))
            moved_at = clock_now_ms();
        ec2_images_free(&images);
        interval = interval * 3 / 2 < READ_MOST_MS ? interval * 3 / 2 : READ_MOST_MS;
        bool still = clock_now_ms() - moved_at >= STILL_MS;
        if (ok && still) {
            err_set(&err, ERR_VERIFY, "EC2 said yes, yet the AMI reads back as not %s",
                    wished(work->wave));
            err_advise(&err, "look at its launch permissions, then ask again");
        }
        if (still || (!ok && !err_is_passing(err.kind)))
            fail_asked(work, r, &err);
    }
}

static struct wave_region region_at(const struct wave *w, size_t first)
{
    struct wave_region r = {.name = w->rows[first].ami->region, .rows = &w->rows[first]};
    while (first + r.count < w->row_count &&
           strcmp(w->rows[first + r.count].ami->region, r.name) == 0)
        r.count++;
    return r;
}

struct wave_regions {
    struct wave_work *work;
    struct wave_region *items;
};

static void run_region(struct call *c, size_t index, void *arg)
{
    const struct wave_regions *all = arg;
    const struct wave_region *r = &all->items[index];
    for (size_t i = 0; i < r->count; i++)
        if (r->rows[i].state == WAVE_WAITING)
            ask(all->work, c, &r->rows[i]);
    confirm(all->work, c, r);
}

void wave_run(struct wave *w, const struct wave_run *run)
{
    struct wave_work work = {.wave = w, .run = run, .tell_lock = PTHREAD_MUTEX_INITIALIZER};
    struct wave_regions all = {.work = &work,
                               .items = xcalloc(w->row_count + 1, sizeof(struct wave_region))};
    const char **names = xcalloc(w->row_count + 1, sizeof(*names));
    size_t count = 0;
    for (size_t first = 0; first < w->row_count; first += all.items[count++].count) {
        all.items[count] = region_at(w, first);
        names[count] = all.items[count].name;
    }
    fan_out(run->aws, names, count, run->cancel, run_region, &all);
    pthread_mutex_destroy(&work.tell_lock);
    free(names);
    free(all.items);
}

int wave_status(const struct wave *w)
{
    bool changed = false, wrong = w->found->failure_count > 0, interrupted = false;
    for (size_t i = 0; i < w->row_count; i++) {
        const struct wave_row *row = &w->rows[i];
        bool good = row->state == WAVE_AS_WISHED || row->state == WAVE_DONE;
        changed = changed || row->changed;
        wrong = wrong || !good;
        interrupted = interrupted ||
                      (!good && (row->err.kind == ERR_CANCELLED || row->err.kind == ERR_EXPIRED));
    }
    if (interrupted)
        return 130;
    if (!wrong)
        return 0;
    return changed ? 3 : 1;
}
