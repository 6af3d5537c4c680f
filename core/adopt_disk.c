/* What of a disk is there: its staging object, import task, snapshot. */
#include <stdlib.h>
#include <string.h>

#include "aws/s3.h"
#include "base/mem.h"
#include "core/adopt_content.h"
#include "core/adopt_work.h"
#include "core/upload.h"

#define GIB (UINT64_C(1) << 30)

/* One disk while it is judged. */
struct work {
    struct adopt *a;
    struct adopt_disk *d;
    const struct plan_image *image;
    struct plan_disk *disk;
    const struct ec2_import *task; /* the other program's for this disk; NULL: none */
};

static const char *home_of(const struct work *w)
{
    return w->a->plan->regions[0].name;
}

/* ---- the import task ---- */

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* Its object is in our bucket, where we have one, and is called as the file is, or as the program
 * calls it. */
static bool reads_this_disk(const struct work *w, const struct ec2_import *task)
{
    char *key = adopt_peer_key(w->a->peer, w->image, w->d->disk);
    bool same =
        task->bucket != NULL && task->key != NULL &&
        (w->a->plan->bucket == NULL || strcmp(task->bucket, w->a->plan->bucket) == 0) &&
        (strcmp(task->key, key) == 0 || (w->a->peer == ADOPT_CREATE_AMIS &&
                                         strcmp(base_of(task->key), base_of(w->disk->path)) == 0));
    free(key);
    return same;
}

static bool has_ended(const struct ec2_import *task)
{
    return task->state == EC2_IMPORT_ENDED || task->state == EC2_IMPORT_UNKNOWN;
}

/* One that is completed is worth more than one that runs, and that more than one that ended. */
static int worth(const struct ec2_import *task)
{
    if (task == NULL || has_ended(task))
        return task != NULL;
    return task->state == EC2_IMPORT_COMPLETED ? 3 : 2;
}

static void find_task(struct work *w)
{
    const char *said =
        adopt_state_id(&w->a->state, home_of(w), ADOPT_TASK, w->d->image, w->d->disk);
    for (size_t i = 0; i < w->a->imports.count; i++) {
        const struct ec2_import *task = &w->a->imports.items[i];
        bool is_said = said != NULL && strcmp(task->task_id, said) == 0;
        if (!is_said && !adopt_peer_import(w->a->peer, w->image, task))
            continue;
        if (!reads_this_disk(w, task)) {
            if (is_said)
                adopt_note(w->a, EVENT_WARN, home_of(w),
                           "left: the import task %s reads s3://%s/%s, not %s%s%s", task->task_id,
                           task->bucket == NULL ? "?" : task->bucket,
                           task->key == NULL ? "?" : task->key, base_of(w->disk->path),
                           w->a->plan->bucket == NULL ? "" : " in s3://",
                           w->a->plan->bucket == NULL ? "" : w->a->plan->bucket);
        } else if (worth(task) > worth(w->task) || (is_said && worth(task) == worth(w->task))) {
            w->task = task;
        }
    }
}

/* ---- the staging object ---- */

static bool open_file(struct work *w, struct err *err)
{
    if (w->d->file == NULL)
        w->d->file = image_open(w->disk->path, err);
    return w->d->file != NULL;
}

static bool judge_object(struct work *w, struct err *err)
{
    if (w->a->plan->via == VIA_DIRECT)
        return true; /* a direct release has no use for it */
    char *key =
        w->task != NULL ? xstrdup(w->task->key) : adopt_peer_key(w->a->peer, w->image, w->d->disk);
    struct s3_object object = {w->a->plan->bucket, key};
    struct s3_head head;
    enum adopt_match match = ADOPT_OTHER;
    bool ok = s3_head_object(w->a->home, object, &head, err);
    if (ok && head.exists && head.size_bytes == w->disk->file_bytes)
        ok = adopt_object_compare(w->d->file, head.etag, w->a->cancel, &match, err);
    if (ok && head.exists && match == ADOPT_SAME) {
        w->d->etag = xstrdup(head.etag);
        free(w->disk->key);
        w->disk->key = key;
        return true;
    }
    if (ok && head.exists)
        adopt_note(w->a, EVENT_WARN, home_of(w), "left: s3://%s/%s %s %s", object.bucket, key,
                   match == ADOPT_OTHER ? "is not" : "bears no checksum to compare with",
                   w->disk->path);
    free(key);
    return ok;
}

/* ---- the snapshot ---- */

/* False when it is not as this disk's must be, as far as the list says. */
static bool is_fit(const struct work *w, const struct ec2_snapshot *s, struct err *why)
{
    uint64_t bytes = w->disk->logical_bytes;
    if (s->state == EC2_SNAPSHOT_PENDING)
        return err_set(why, ERR_VERIFY, "is not completed");
    if (s->state != EC2_SNAPSHOT_COMPLETED)
        return err_set(why, ERR_VERIFY, "ended in error");
    if (s->volume_gib != (int)(bytes / GIB + (bytes % GIB != 0)))
        return err_set(why, ERR_VERIFY, "has another size");
    if (s->encrypted != (w->a->plan->kms_key != NULL))
        return err_set(why, ERR_VERIFY, s->encrypted ? "is encrypted" : "is not encrypted");
    return true;
}

/* An import of an object whose checksum is the file's has made it. */
static bool is_imported(const struct work *w, const struct ec2_snapshot *s)
{
    return w->d->etag != NULL && w->task != NULL && w->task->state == EC2_IMPORT_COMPLETED &&
           w->task->snapshot_id != NULL && strcmp(w->task->snapshot_id, s->id) == 0;
}

/* *good when its content is proved to be this disk's, by its blocks or by where it came from: name
 * and size prove nothing. */
static bool prove(struct work *w, const struct ec2_snapshot *s, bool *good, struct err *why,
                  struct err *err)
{
    struct err hidden = ERR_INIT;
    enum adopt_match match;
    if (!adopt_content_compare(w->a->aws, w->a->home, s->id, w->d->file, w->a->cancel, &match,
                               &hidden, err))
        return false;
    *good = match == ADOPT_SAME || (match == ADOPT_UNKNOWN && is_imported(w, s));
    if (match == ADOPT_OTHER)
        err_set(why, ERR_VERIFY, "holds another image");
    else if (!*good)
        err_set(why, ERR_VERIFY, "cannot be compared with %s: %s", w->disk->path, hidden.message);
    return true;
}

/* *good when it is this disk's; what speaks against it is told. */
static bool try_snapshot(struct work *w, const char *id, bool *good, struct err *err)
{
    struct ec2_snapshot_filter filter = {.id = id};
    struct ec2_snapshots found = {0};
    struct err why = ERR_INIT;
    *good = false;
    bool ok = ec2_describe_snapshots(w->a->home, &filter, &found, err);
    if (!ok && err->kind == ERR_NOT_FOUND) {
        adopt_note(w->a, EVENT_WARN, home_of(w), "the snapshot %s is no longer there", id);
        return true;
    }
    if (ok && found.count != 1)
        err_set(&why, ERR_VERIFY, "is not listed");
    else if (ok && is_fit(w, &found.items[0], &why))
        ok = prove(w, &found.items[0], good, &why, err);
    if (ok && !*good)
        adopt_note(w->a, EVENT_WARN, home_of(w), "left: the snapshot %s %s", id, why.message);
    ec2_snapshots_free(&found);
    return ok;
}

/* The first of those that may be it; of several that bear one name the rest is told. */
static bool judge_snapshot(struct work *w, const char *ami_snapshot, struct err *err)
{
    struct adopt *a = w->a;
    const char **ids = xcalloc(a->named.count + 3, sizeof(*ids));
    size_t count = 0;
    bool ok = true;
    ids[count++] = ami_snapshot;
    ids[count++] = adopt_state_id(&a->state, home_of(w), ADOPT_SNAPSHOT, w->d->image, w->d->disk);
    ids[count++] = w->task == NULL || has_ended(w->task) ? NULL : w->task->snapshot_id;
    for (size_t i = 0; i < a->named.count; i++) {
        const char *name = ec2_snapshot_tag(&a->named.items[i], "Name");
        if (w->image->disk_count == 1 && name != NULL && strcmp(name, w->image->name) == 0)
            ids[count++] = a->named.items[i].id;
    }
    for (size_t i = 0; ok && i < count && w->d->snapshot_id == NULL; i++) {
        bool good = false, again = false;
        for (size_t k = 0; k < i; k++)
            again = again || (ids[i] != NULL && ids[k] != NULL && strcmp(ids[i], ids[k]) == 0);
        ok = ids[i] == NULL || again || try_snapshot(w, ids[i], &good, err);
        if (good)
            w->d->snapshot_id = xstrdup(ids[i]);
        if (ami_snapshot != NULL)
            break; /* another one would not be the AMI's */
    }
    free(ids);
    return ok;
}

/* ---- all of it ---- */

static void judge_task(struct work *w)
{
    const struct ec2_import *task = w->task;
    if (task == NULL || w->d->snapshot_id != NULL || task->state == EC2_IMPORT_COMPLETED)
        return;
    if (has_ended(task))
        adopt_note(w->a, EVENT_WARN, home_of(w), "left: the import task %s ended as %s: %s",
                   task->task_id, task->state_text == NULL ? "?" : task->state_text,
                   task->message == NULL ? "AWS gives no reason" : task->message);
    else if (w->a->plan->via == VIA_DIRECT)
        adopt_note(w->a, EVENT_WARN, home_of(w),
                   "left: the import task %s; it is adopted with --bucket %s", task->task_id,
                   task->bucket == NULL ? "" : task->bucket);
    else if (w->d->etag == NULL)
        adopt_note(w->a, EVENT_WARN, home_of(w),
                   "left: the import task %s reads an object that cannot be compared",
                   task->task_id);
    else
        w->d->task_id = xstrdup(task->task_id);
}

static void tell(struct work *w)
{
    const struct adopt_disk *d = w->d;
    if (d->snapshot_id != NULL)
        adopt_note(w->a, EVENT_GOOD, home_of(w), "adopts the snapshot %s", d->snapshot_id);
    if (d->task_id != NULL)
        adopt_note(w->a, EVENT_GOOD, home_of(w), "adopts the import task %s", d->task_id);
    if (d->etag != NULL)
        adopt_note(w->a, EVENT_GOOD, home_of(w), "adopts s3://%s/%s", w->a->plan->bucket,
                   w->disk->key);
}

static bool is_adopted(const struct adopt_disk *d)
{
    return d->snapshot_id != NULL || d->task_id != NULL || d->etag != NULL;
}

bool adopt_judge_disk(struct adopt *a, struct adopt_disk *d, const char *ami_snapshot,
                      struct err *err)
{
    struct plan_image *image = &a->plan->images[d->image];
    struct work w = {.a = a, .d = d, .image = image, .disk = &image->disks[d->disk]};
    find_task(&w);
    if (!open_file(&w, err) || !judge_object(&w, err) || !judge_snapshot(&w, ami_snapshot, err))
        return false;
    judge_task(&w);
    tell(&w);
    if (!is_adopted(d))
        return true;
    bool ok = a->plan->via == VIA_DIRECT ? adopt_content_digest(d->file, a->cancel, d->digest, err)
                                         : upload_digest(d->file, NULL, a->cancel, d->digest, err);
    return ok && image_unchanged(d->file, err); /* as it was compared */
}
