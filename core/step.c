/* The table of steps. */
#include "core/step.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/step_run.h"

struct step_row {
    const char *name;
    bool (*run)(struct step *s, struct call *c, struct err *err);
    bool mutates;
    bool awaits_id;   /* NotFound and NotReady pass: the id is fresh, or AWS works on it */
    bool awaits_slot; /* a limit passes: it is one on work in progress */
};

static const struct step_row rows[STEP_ACTIONS] = {
    [STEP_RESOLVE] = {.name = "GetCallerIdentity", .run = step_resolve},
    [STEP_NAMES] = {.name = "DescribeImages", .run = step_names},
    /* No intents: what the journal must know of a lease is its nonce. */
    [STEP_LEASE_TAKE] = {.name = "PutObject lease", .run = step_lease_take},
    [STEP_LEASE_RENEW] = {.name = "PutObject lease renewal", .run = step_lease_renew},
    [STEP_LEASE_PLAN] = {.name = "PutObject plan", .run = step_lease_plan},
    [STEP_LEASE_RETURN] = {.name = "DeleteObject lease", .run = step_lease_return},
    [STEP_SURVEY] = {.name = "Describe what is there", .run = step_survey},
    [STEP_CHECK_OBJECT] = {.name = "HeadObject", .run = step_check_object},
    [STEP_OPEN_UPLOAD] = {"CreateMultipartUpload", step_open_upload, .mutates = true},
    [STEP_COMPLETE_UPLOAD] = {"CompleteMultipartUpload", step_complete_upload, .mutates = true},
    [STEP_MARK_OBJECT] = {"PutObjectTagging", step_mark_object, .mutates = true},
    [STEP_IMPORT] = {"ImportSnapshot", step_import, .mutates = true, .awaits_slot = true},
    [STEP_TAG_SNAPSHOT] = {"CreateTags", step_tag_snapshot, .mutates = true, .awaits_id = true},
    [STEP_DELETE_OBJECT] = {"DeleteObject", step_delete_object, .mutates = true},
    [STEP_OPEN_SOURCE] = {.name = "open the image", .run = step_open_source},
    [STEP_START_SNAPSHOT] = {"StartSnapshot", step_start_snapshot, .mutates = true,
                             .awaits_slot = true},
    [STEP_CLEAR_SNAPSHOTS] = {"DeleteSnapshot", step_clear_snapshots, .mutates = true},
    [STEP_NOTE_SNAPSHOT] = {"CreateTags blocks", step_note_snapshot, .mutates = true,
                            .awaits_id = true},
    [STEP_COMPLETE_SNAPSHOT] = {"CompleteSnapshot", step_complete_snapshot, .mutates = true,
                                .awaits_id = true},
    [STEP_DEREGISTER] = {"DeregisterImage", step_deregister, .mutates = true},
    [STEP_ADOPT] = {"CreateTags AMI", step_adopt, .mutates = true, .awaits_id = true},
    [STEP_REGISTER] = {"RegisterImage", step_register, .mutates = true, .awaits_id = true},
    [STEP_COPY] = {"CopyImage", step_copy, .mutates = true, .awaits_id = true, .awaits_slot = true},
    [STEP_READ_UEFI] = {"DescribeImageAttribute", step_read_uefi, .awaits_id = true},
    [STEP_DEPRECATE] = {"EnableImageDeprecation", step_deprecate, .mutates = true,
                        .awaits_id = true},
    [STEP_PROTECT] = {"EnableImageDeregistrationProtection", step_protect, .mutates = true,
                      .awaits_id = true},
    [STEP_SHARE] = {"ModifyImageAttribute share", step_share, .mutates = true, .awaits_id = true},
    [STEP_PUBLISH] = {"ModifyImageAttribute add", step_publish, .mutates = true, .awaits_id = true},
    [STEP_PUBLISH_SNAPSHOTS] = {"ModifySnapshotAttribute add", step_publish_snapshots,
                                .mutates = true, .awaits_id = true},
    [STEP_WITHDRAW] = {"ModifyImageAttribute remove", step_withdraw, .mutates = true,
                       .awaits_id = true},
    [STEP_WITHDRAW_SNAPSHOTS] = {"ModifySnapshotAttribute remove", step_withdraw_snapshots,
                                 .mutates = true, .awaits_id = true},
    [STEP_POLL] = {.name = "Describe", .run = step_poll},
    [STEP_LOOK] = {.name = "DescribeImages by id", .run = step_look},
    [STEP_SIGN_IN] = {.name = "sign in", .run = step_sign_in},
};

struct step *step_new(enum step_action action, const struct plan *plan, size_t image, size_t disk,
                      size_t region)
{
    struct step *s = xcalloc(1, sizeof(*s));
    s->action = action;
    s->plan = plan;
    s->image = image;
    s->disk = disk;
    s->region = region;
    return s;
}

void step_free(struct step *s)
{
    if (s == NULL)
        return;
    free(s->id);
    for (size_t i = 0; i < s->more_count; i++)
        free(s->more_ids[i]);
    free(s->more_ids);
    free(s->digest);
    free(s->etag);
    free(s->known_nonces);
    free(s->text);
    free(s->seal);
    source_close(s->source);
    image_close(s->local);
    free(s->result);
    free(s->facts.alias);
    free(s->facts.identity);
    free(s->facts.regions);
    for (size_t i = 0; i < s->facts.parent_count; i++)
        free(s->facts.parents[i]);
    free(s->facts.parents);
    ec2_images_free(&s->image_list);
    ec2_snapshots_free(&s->snapshot_list);
    ec2_imports_free(&s->import_list);
    free(s);
}

void step_run(struct step *s, struct call *c)
{
    s->err = ERR_INIT;
    s->ok = rows[s->action].run(s, c, &s->err);
}

const char *step_name(enum step_action action)
{
    return rows[action].name;
}

enum step_action step_from_name(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].mutates && strcmp(rows[i].name, name) == 0)
            return (enum step_action)i;
    return STEP_ACTIONS;
}

bool step_mutates(enum step_action action)
{
    return rows[action].mutates;
}

bool step_may_pass(const struct step *s)
{
    const struct step_row *row = &rows[s->action];
    enum err_kind kind = s->err.kind;
    if (kind == ERR_NOT_FOUND || kind == ERR_NOT_READY)
        return row->awaits_id;
    if (kind == ERR_LIMIT)
        return row->awaits_slot;
    return err_is_passing(kind);
}
