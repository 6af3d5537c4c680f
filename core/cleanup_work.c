/* What is done to one item: the order in which nothing can be orphaned. */
#include "core/cleanup_work.h"

#include <stdlib.h>
#include <string.h>

#include "aws/ec2_sharing.h"
#include "aws/s3.h"
#include "base/mem.h"

static const struct cleanup_item *item_of(const struct cleanup_work *w)
{
    return &w->plan->items[w->index];
}

void cleanup_work_state(struct cleanup_work *w, enum cleanup_state state)
{
    w->progress.state = state;
    w->told(w);
}

/* Intent, request, answer. */
static bool ask(struct removal *r, const char *action, const char *id, removal_ask *asked,
                struct err *err)
{
    struct cleanup_work *w = (struct cleanup_work *)r;
    if (!cleanup_journal_intend(w->journal, w->index, action, id, err))
        return false;
    bool ok = asked(r->call, id, err);
    w->asked = w->asked || ok || err_is_passing(err->kind) || err->kind == ERR_CANCELLED;
    cleanup_journal_answer(w->journal, w->index, action, id, ok ? NULL : err);
    return ok;
}

/* The plan's AMIs of this region whose turn comes after this item's. */
static bool goes_later(const struct removal *r, const char *image)
{
    const struct cleanup_work *w = (const struct cleanup_work *)r;
    const struct cleanup_plan *p = w->plan;
    for (size_t i = w->index + 1; i < p->item_count; i++)
        if (p->items[i].kind == CLEANUP_IMAGE && strcmp(p->items[i].id, image) == 0 &&
            strcmp(p->items[i].region, item_of(w)->region) == 0)
            return true;
    return false;
}

/* ---- snapshots ---- */

static bool delete_snapshot(struct cleanup_work *w, const char *id, uint64_t bytes, struct err *err)
{
    enum removal_end end;
    if (!removal_delete_snapshot(&w->removal, id, &end, err))
        return false;
    w->progress.snapshots_deleted += end != REMOVAL_LATER;
    w->progress.freed_bytes += end != REMOVAL_LATER ? bytes : 0;
    w->told(w);
    return true;
}

/* The AMI that a snapshot stays for may have gone since: then it is nobody's, and the plan does not
 * say that it goes. */
static bool keep_snapshot(struct cleanup_work *w, const struct cleanup_snapshot *s, struct err *err)
{
    char *user;
    size_t later;
    if (!removal_users(&w->removal, s->id, &user, &later, err))
        return false;
    bool is_used = user != NULL || later > 0 || strncmp(s->kept_for, "ami-", 4) != 0;
    free(user);
    w->progress.snapshots_kept++;
    if (!is_used)
        err_set(&w->progress.err, ERR_NOT_FOUND,
                "%s stays: %s, which it was kept for, is gone; nothing uses it now", s->id,
                s->kept_for);
    return true;
}

static bool delete_snapshots(struct cleanup_work *w, struct err *err)
{
    const struct cleanup_item *item = item_of(w);
    cleanup_work_state(w, CLEANUP_SNAPSHOTS);
    for (size_t i = 0; i < item->snapshot_count; i++) {
        const struct cleanup_snapshot *s = &item->snapshots[i];
        bool stays = s->kept_for[0] != '\0';
        if (stays ? !keep_snapshot(w, s, err) : !delete_snapshot(w, s->id, s->bytes, err))
            return false;
    }
    return true;
}

/* ---- AMIs ---- */

/* The longest part is the wait until EC2 knows it no longer. */
static bool deregister(struct cleanup_work *w, struct err *err)
{
    cleanup_work_state(w, CLEANUP_DISAPPEARING);
    return removal_take_image(&w->removal, item_of(w)->id, err) && delete_snapshots(w, err);
}

static bool ask_private(struct call *c, const char *id, struct err *err)
{
    struct ec2_principals who;
    if (!ec2_launch_permissions(c, id, &who, err))
        return false;
    bool ok =
        who.count == 0 || ec2_modify_launch_permission(c, id, false, who.items, who.count, err);
    ec2_principals_free(&who);
    return ok;
}

static bool wait_until_private(struct cleanup_work *w, struct err *err)
{
    struct removal_wait wait = {0};
    struct ec2_principals who;
    while (ec2_launch_permissions(w->removal.call, item_of(w)->id, &who, err)) {
        bool is_private = who.count == 0;
        ec2_principals_free(&who);
        if (is_private)
            return true;
        if (!removal_again(&w->removal, &wait, "its launch permissions stay", err))
            return false;
    }
    return false;
}

/* The tag by which the next step knows when this one was taken. */
static bool remember(struct cleanup_work *w, struct err *err)
{
    const char *id = item_of(w)->id;
    struct buf value = BUF_INIT;
    cleanup_ladder_value(w->plan->step, clock_calendar(), &value);
    struct tag tag = {.key = (char *)CLEANUP_LADDER_TAG, .value = value.data};
    bool ok = cleanup_journal_intend(w->journal, w->index, "CreateTags", id, err);
    if (ok) {
        ok = ec2_create_tags(w->removal.call, &id, 1, &tag, 1, err);
        cleanup_journal_answer(w->journal, w->index, "CreateTags", id, ok ? NULL : err);
    }
    buf_free(&value);
    return ok;
}

static bool make_private(struct cleanup_work *w, struct err *err)
{
    return ask(&w->removal, "ModifyImageAttribute", item_of(w)->id, ask_private, err) &&
           wait_until_private(w, err) && remember(w, err);
}

static bool disable(struct cleanup_work *w, struct err *err)
{
    return ask(&w->removal, "DisableImage", item_of(w)->id, ec2_disable_image, err) &&
           removal_wait_for(&w->removal, item_of(w)->id, EC2_IMAGE_DISABLED,
                            "EC2 does not show it as disabled", err) &&
           remember(w, err);
}

static bool step_image(struct cleanup_work *w, struct err *err)
{
    static bool (*const steps[CLEANUP_STEPS])(struct cleanup_work * w, struct err * err) = {
        [CLEANUP_STEP_NONE] = deregister,
        [CLEANUP_STEP_PRIVATE] = make_private,
        [CLEANUP_STEP_DISABLE] = disable,
        [CLEANUP_STEP_DEREGISTER] = deregister,
    };
    return steps[w->plan->step](w, err);
}

/* ---- the others ---- */

static bool remove_snapshot(struct cleanup_work *w, struct err *err)
{
    return delete_snapshot(w, item_of(w)->id, item_of(w)->bytes, err);
}

static bool free_bytes(struct cleanup_work *w, const char *action, bool ok, struct err *err)
{
    cleanup_journal_answer(w->journal, w->index, action, item_of(w)->id, ok ? NULL : err);
    w->asked = w->asked || ok || err_is_passing(err->kind);
    w->progress.freed_bytes += ok ? item_of(w)->bytes : 0;
    return ok;
}

static bool remove_object(struct cleanup_work *w, struct err *err)
{
    const struct cleanup_item *item = item_of(w);
    struct s3_object object = {.bucket = item->bucket, .key = item->key};
    return cleanup_journal_intend(w->journal, w->index, "DeleteObject", item->id, err) &&
           free_bytes(w, "DeleteObject", s3_delete_object(w->removal.call, object, err), err);
}

static bool abort_upload(struct cleanup_work *w, struct err *err)
{
    const struct cleanup_item *item = item_of(w);
    struct s3_object object = {.bucket = item->bucket, .key = item->key};
    return cleanup_journal_intend(w->journal, w->index, "AbortMultipartUpload", item->id, err) &&
           free_bytes(w, "AbortMultipartUpload",
                      s3_abort_upload(w->removal.call, object, item->upload_id, err), err);
}

static const struct deed {
    bool (*check)(struct cleanup_work *w, struct err *err);
    bool (*act)(struct cleanup_work *w, struct err *err);
} deeds[CLEANUP_KINDS] = {
    [CLEANUP_IMAGE] = {.check = cleanup_check_image, .act = step_image},
    [CLEANUP_SNAPSHOT] = {.check = cleanup_check_snapshot, .act = remove_snapshot},
    [CLEANUP_OBJECT] = {.check = cleanup_check_object, .act = remove_object},
    [CLEANUP_UPLOAD] = {.check = cleanup_check_upload, .act = abort_upload},
};

void cleanup_work_run(struct cleanup_work *w)
{
    const struct deed *deed = &deeds[item_of(w)->kind];
    struct err err = ERR_INIT;
    enum cleanup_state end = CLEANUP_DONE;
    w->removal.ask = ask;
    w->removal.goes_later = goes_later;
    w->removal.image = item_of(w)->kind == CLEANUP_IMAGE ? item_of(w)->id : "";
    w->progress.started_at = clock_now_ms();
    cleanup_work_state(w, CLEANUP_CHECKING);
    if (!deed->check(w, &err)) {
        end = err.kind == ERR_VERIFY ? CLEANUP_DRIFTED : CLEANUP_FAILED;
    } else {
        cleanup_work_state(w, CLEANUP_WORKING);
        if (!deed->act(w, &err))
            end = CLEANUP_FAILED;
        else if (w->begun && !w->asked)
            end = CLEANUP_GONE;
    }
    if (end == CLEANUP_DRIFTED || end == CLEANUP_FAILED)
        w->progress.err = err;
    w->progress.ended_at = clock_now_ms();
    cleanup_journal_item(w->journal, w->index, cleanup_state_word(end),
                         end == CLEANUP_DONE || end == CLEANUP_GONE);
    cleanup_work_state(w, end);
}
