/* Disks: from file to snapshot. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/engine.h"

const struct plan_disk *engine_disk_plan(const struct release *r, const struct engine_disk *d)
{
    return &r->plan->images[d->image].disks[d->disk];
}

struct engine_disk *engine_disk_at(struct release *r, size_t image, size_t disk)
{
    for (size_t i = 0; i < r->disk_count; i++)
        if (r->disks[i].image == image && r->disks[i].disk == disk)
            return &r->disks[i];
    abort();
}

uint64_t engine_disk_bytes(const struct release *r, const struct engine_disk *d)
{
    const struct plan_disk *disk = engine_disk_plan(r, d);
    bool whole = r->plan->via == VIA_DIRECT && disk->logical_bytes > 0;
    return whole ? disk->logical_bytes : disk->file_bytes;
}

static bool has_snapshot(const struct engine_disk *d)
{
    return d->state == DISK_READY || d->state == DISK_CLEANING || d->state == DISK_DONE;
}

bool engine_disks_ready(const struct release *r, size_t image)
{
    for (size_t i = 0; i < r->disk_count; i++)
        if (r->disks[i].image == image && !has_snapshot(&r->disks[i]))
            return false;
    return true;
}

bool engine_disk_moves(const struct engine_disk *d)
{
    return d->state != DISK_WAITING && d->state != DISK_READY && d->state != DISK_DONE &&
           d->state != DISK_FAILED;
}

char *engine_digest(const struct release *r, size_t image)
{
    struct buf b = BUF_INIT;
    for (size_t i = 0; i < r->disk_count; i++) {
        if (r->disks[i].image != image)
            continue;
        if (b.length > 0)
            buf_add_char(&b, ' ');
        buf_add_str(&b, r->disks[i].digest == NULL ? "" : r->disks[i].digest);
    }
    return buf_take(&b);
}

void engine_disk_text(char **to, const char *from)
{
    char *copy = xstrdup_or_null(from);
    free(*to);
    *to = copy;
}

void engine_disk_remember(struct release *r, const struct engine_disk *d, const char *what,
                          const char *value)
{
    engine_note(r, what, d->image, engine_disk_plan(r, d)->role, value);
}

struct step *engine_disk_new_step(struct release *r, struct engine_disk *d, enum step_action action,
                                  size_t region)
{
    struct step *s = step_new(action, r->plan, d->image, d->disk, region);
    s->attempt = d->attempt;
    s->digest = xstrdup_or_null(d->digest);
    return s;
}

/* Reading the whole file may take long: the home region's worker must stay free for polls. */
static void do_check(struct release *r, struct engine_disk *d)
{
    struct step *s = engine_disk_new_step(r, d, STEP_CHECK_OBJECT, STEP_NO_INDEX);
    s->local = d->local;
    s->cancel = &r->cancel;
    s->etag = xstrdup_or_null(d->adopt_etag);
    d->local = NULL;
    engine_ask(r, s);
}

static void do_open(struct release *r, struct engine_disk *d)
{
    struct step *s = engine_disk_new_step(r, d, STEP_OPEN_UPLOAD, 0);
    s->asked_before = d->upload_asked;
    engine_ask(r, s);
}

static void do_complete(struct release *r, struct engine_disk *d)
{
    struct step *s = engine_disk_new_step(r, d, STEP_COMPLETE_UPLOAD, 0);
    s->id = xstrdup(d->upload_id);
    s->parts = d->parts;
    s->part_count = d->part_count;
    s->size_bytes = engine_disk_plan(r, d)->file_bytes;
    engine_ask(r, s);
}

static void do_mark(struct release *r, struct engine_disk *d)
{
    engine_ask(r, engine_disk_new_step(r, d, STEP_MARK_OBJECT, 0));
}

static void do_import(struct release *r, struct engine_disk *d)
{
    struct step *s = engine_disk_new_step(r, d, STEP_IMPORT, 0);
    s->asked_before = d->asked_before;
    s->id = xstrdup_or_null(d->adopt_task);
    image_close(d->local);
    d->local = NULL;
    engine_ask(r, s);
}

static void do_watch(struct release *r, struct engine_disk *d)
{
    (void)d;
    engine_watch(r, 0);
}

static void do_tag(struct release *r, struct engine_disk *d)
{
    struct step *s = engine_disk_new_step(r, d, STEP_TAG_SNAPSHOT, 0);
    s->id = xstrdup(d->snapshot_id);
    /* The object may be gone by now: it was looked at then, or there is none. */
    s->asked_before = d->tagged || r->plan->via == VIA_DIRECT;
    if (d->adopted && r->plan->via == VIA_DIRECT && d->image == 0 && d->disk == 0)
        s->text = engine_plan_text(r); /* no StartSnapshot has left the plan there */
    engine_ask(r, s);
}

static void do_clean(struct release *r, struct engine_disk *d)
{
    d->clean_tried = true;
    engine_ask(r, engine_disk_new_step(r, d, STEP_DELETE_OBJECT, 0));
}

void engine_disk(struct release *r, struct engine_disk *d, enum disk_event event)
{
    static void (*const actions[])(struct release * r, struct engine_disk * d) = {
        [DISK_DO_CHECK] = do_check,
        [DISK_DO_OPEN] = do_open,
        [DISK_DO_SEND] = engine_disk_send,
        [DISK_DO_COMPLETE] = do_complete,
        [DISK_DO_MARK] = do_mark,
        [DISK_DO_IMPORT] = do_import,
        [DISK_DO_WATCH] = do_watch,
        [DISK_DO_TAG] = do_tag,
        [DISK_DO_CLEAN] = do_clean,
        [DISK_DO_LOOK] = engine_direct_look,
        [DISK_DO_START] = engine_direct_start,
        [DISK_DO_CLEAR] = engine_direct_clear,
        [DISK_DO_PUT] = engine_direct_put,
        [DISK_DO_NOTE] = engine_direct_note,
        [DISK_DO_SEAL] = engine_direct_seal,
        [DISK_DO_REPORT] = NULL,
    };
    const struct disk_row *row = disk_next(d->state, event);
    if (row == NULL)
        return;
    d->state = row->next;
    d->stage_at = d->moved_at = clock_now_ms();
    d->retry_at = 0;
    if (d->state != DISK_FAILED)
        d->err = ERR_INIT;
    engine_tell_disk(r, d);
    if (actions[row->action] != NULL)
        actions[row->action](r, d);
}

void engine_disk_begin(struct release *r, struct engine_disk *d)
{
    if (engine_disk_is_direct(r, d)) {
        engine_direct_begin(r, d);
    } else if (d->snapshot_id != NULL) {
        d->state = DISK_IMPORTING;
        engine_disk(r, d, DISK_EVENT_IMPORTED);
    } else if (d->task_id != NULL) {
        d->state = DISK_ASKING_IMPORT;
        engine_disk(r, d, DISK_EVENT_TASK_MADE);
    } else if (d->asked_before) {
        d->state = DISK_MARKING;
        engine_disk(r, d, DISK_EVENT_MARKED);
    } else {
        engine_disk(r, d, DISK_EVENT_START);
    }
}

void engine_disk_fail(struct release *r, struct engine_disk *d, const struct err *err)
{
    d->err = *err;
    d->err_first_at = d->err_last_at = clock_calendar();
    d->tries++;
    engine_disk(r, d, DISK_EVENT_FAIL);
}

void engine_disk_forget_task(struct engine_disk *d)
{
    engine_disk_text(&d->adopt_task, NULL);
    d->attempt++;
    d->asked_before = false;
    engine_disk_text(&d->task_id, NULL);
}

void engine_disk_retry(struct release *r, struct engine_disk *d)
{
    if (d->state != DISK_FAILED)
        return;
    if (engine_disk_is_direct(r, d)) {
        engine_direct_retry(r, d);
        return;
    }
    bool taken = d->err.kind == ERR_MISMATCH && d->task_id == NULL && d->digest != NULL;
    d->err = ERR_INIT;
    if (d->import_is_dead || taken) {
        d->import_is_dead = false;
        engine_disk_forget_task(d); /* the old token would return the dead task */
        engine_disk(r, d, DISK_EVENT_RETRY_IMPORT);
    } else if (d->snapshot_id != NULL || d->task_id != NULL || d->asked_before) {
        engine_disk_begin(r, d); /* what AWS has is looked at again */
    } else {
        engine_disk(r, d, DISK_EVENT_RETRY);
    }
}

static enum disk_event event_of_check(const struct engine_disk *d, bool is_ours)
{
    if (is_ours)
        return DISK_EVENT_THERE;
    return d->upload_id != NULL ? DISK_EVENT_HALF_SENT : DISK_EVENT_ABSENT;
}

static void checked(struct release *r, struct engine_disk *d, struct step *step)
{
    if (!step->object_is_ours)
        engine_disk_text(&d->adopt_task, NULL); /* it reads another object than this one */
    if (step->result != NULL) {
        engine_disk_text(&d->digest, step->result);
        engine_disk_remember(r, d, "digest", d->digest);
    }
    engine_disk(r, d, event_of_check(d, step->object_is_ours));
}

static void opened(struct release *r, struct engine_disk *d, struct step *step)
{
    d->resumed = step->asked_before;
    d->upload_asked = false;
    engine_disk_text(&d->upload_id, step->result);
    engine_disk(r, d, DISK_EVENT_OPENED);
}

static void task_made(struct release *r, struct engine_disk *d, struct step *step)
{
    d->asked_before = false;
    engine_disk_text(&d->task_id, step->result);
    engine_disk(r, d, DISK_EVENT_TASK_MADE);
}

static void step_ok(struct release *r, struct engine_disk *d, struct step *step)
{
    static const enum disk_event plain[STEP_ACTIONS] = {
        [STEP_MARK_OBJECT] = DISK_EVENT_MARKED,
        [STEP_TAG_SNAPSHOT] = DISK_EVENT_TAGGED,
        [STEP_DELETE_OBJECT] = DISK_EVENT_CLEANED,
    };
    switch (step->action) {
    case STEP_CHECK_OBJECT:
        checked(r, d, step);
        break;
    case STEP_OPEN_UPLOAD:
        opened(r, d, step);
        break;
    case STEP_COMPLETE_UPLOAD:
        engine_disk_forget_upload(d);
        engine_disk(r, d, DISK_EVENT_COMPLETED);
        break;
    case STEP_IMPORT:
        task_made(r, d, step);
        break;
    default:
        engine_disk(r, d, plain[step->action]);
    }
}

/* What was imported may be somebody else's: a retry begins with the object. */
static void disown_snapshot(struct release *r, struct engine_disk *d)
{
    engine_disk_remember(r, d, "dead", d->task_id);
    engine_disk_remember(r, d, "snapshot", "");
    engine_disk_text(&d->snapshot_id, NULL);
    engine_disk_forget_task(d);
}

void engine_disk_step(struct release *r, struct engine_disk *d, struct step *step)
{
    if (step->action == STEP_CHECK_OBJECT) {
        d->local = step->local;
        step->local = NULL;
    }
    if (engine_disk_is_direct(r, d)) {
        engine_direct_step(r, d, step);
    } else if (step->ok) {
        step_ok(r, d, step);
    } else if (step->action == STEP_DELETE_OBJECT) {
        engine_tell(r, EVENT_WARN, "the staging object %s stays: %s", engine_disk_plan(r, d)->key,
                    step->err.message);
        engine_disk(r, d, DISK_EVENT_NOT_CLEANED);
    } else if (step->action == STEP_COMPLETE_UPLOAD && step->err.kind == ERR_NOT_FOUND) {
        engine_disk_forget_upload(d);
        engine_disk(r, d, DISK_EVENT_UPLOAD_GONE);
    } else {
        d->upload_asked = d->upload_asked || step->action == STEP_OPEN_UPLOAD;
        if (step->action == STEP_TAG_SNAPSHOT && step->err.kind == ERR_VERIFY)
            disown_snapshot(r, d);
        engine_disk_fail(r, d, &step->err);
    }
}

static void import_failed(struct release *r, struct engine_disk *d, const struct ec2_import *import)
{
    struct err err = ERR_INIT;
    err_set(&err, ERR_FAILED, "the import task %s ended as %s: %s", d->task_id,
            import->state_text == NULL ? "?" : import->state_text,
            import->message == NULL ? "AWS gives no reason" : import->message);
    snprintf(err.operation, sizeof(err.operation), "ImportSnapshot");
    snprintf(err.region, sizeof(err.region), "%s", r->plan->regions[0].name);
    err_advise(&err,
               "r imports it once more; if AWS names the format, rebuild or convert the image");
    engine_disk_remember(r, d, "dead", d->task_id);
    d->import_is_dead = true;
    engine_disk_fail(r, d, &err);
}

void engine_disk_import(struct release *r, struct engine_disk *d, const struct ec2_import *import)
{
    if (d->state != DISK_IMPORTING)
        return;
    if (import->progress > d->import_percent) {
        d->import_percent = import->progress;
        d->moved_at = clock_now_ms();
        r->changed = true;
    }
    if (import->message != NULL &&
        (d->import_message == NULL || strcmp(import->message, d->import_message) != 0)) {
        engine_disk_text(&d->import_message, import->message);
        d->moved_at = clock_now_ms();
        r->changed = true;
    }
    if (import->state == EC2_IMPORT_COMPLETED && import->snapshot_id != NULL &&
        import->snapshot_id[0] != '\0') {
        d->import_percent = 100;
        engine_disk_text(&d->snapshot_id, import->snapshot_id);
        engine_disk_remember(r, d, "snapshot", d->snapshot_id);
        engine_disk(r, d, DISK_EVENT_IMPORTED);
    } else if (import->state == EC2_IMPORT_ENDED || import->state == EC2_IMPORT_UNKNOWN) {
        import_failed(r, d, import);
    }
}

void engine_disk_free(struct engine_disk *d)
{
    upload_free(d->upload);
    direct_free(d->direct);
    source_close(d->source);
    image_close(d->local);
    free(d->seal);
    blocks_free(d->arrived);
    free(d->upload_id);
    free(d->digest);
    free(d->task_id);
    free(d->adopt_task);
    free(d->adopt_etag);
    free(d->snapshot_id);
    free(d->import_message);
    free(d->parts);
}
