/* What AWS says that a release has, when it goes on: another machine may have been at work on it,
 * so the journal is not all there is. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/engine.h"

/* What EC2 has made shows itself within this program time. */
#define LATE_MS ((clock_ms)30 * 1000)

static void ask(struct release *r, size_t region, clock_ms not_before)
{
    struct step *s = step_new(STEP_SURVEY, r->plan, STEP_NO_INDEX, STEP_NO_INDEX, region);
    s->not_before = not_before;
    engine_ask(r, s);
}

static bool all_left_out(const struct release *r, size_t region)
{
    for (size_t i = 0; i < r->plan->image_count; i++)
        if (engine_cell_at(r, i, region)->state != CELL_LEFT_OUT)
            return false;
    return true;
}

void engine_survey(struct release *r)
{
    for (size_t i = 0; i < r->plan->region_count; i++)
        r->regions[i].surveyed = all_left_out(r, i);
    ask(r, 0, 0);
}

bool engine_surveys(const struct release *r)
{
    for (size_t i = 0; i < r->plan->region_count; i++)
        if (!r->regions[i].surveyed)
            return true;
    return false;
}

static int attempt_of(const char *tag)
{
    int attempt = tag == NULL ? 0 : atoi(tag);
    return attempt < 1 ? 1 : attempt;
}

static bool is(const char *tag, const char *wanted)
{
    return tag != NULL && strcmp(tag, wanted) == 0;
}

/* ---- cells ---- */

static int image_attempt(const struct ec2_image *ami)
{
    return attempt_of(ec2_image_tag(ami, "tatami:attempt"));
}

/* The AMI of the newest attempt, those that are gone or those that are not. */
static const struct ec2_image *newest_ami(const struct release *r, const struct engine_cell *c,
                                          const struct ec2_images *list, bool gone)
{
    const char *name = r->plan->images[c->image].name;
    const struct ec2_image *newest = NULL;
    for (size_t i = 0; i < list->count; i++) {
        const struct ec2_image *ami = &list->items[i];
        if (!is(ami->name, name) || (ami->state == EC2_IMAGE_GONE) != gone)
            continue;
        if (newest == NULL || image_attempt(ami) > image_attempt(newest))
            newest = ami;
    }
    return newest;
}

/* The journal knows it, or knows that it makes way for another one. */
static bool is_known(const struct engine_cell *c, const struct ec2_image *ami)
{
    bool older = image_attempt(ami) < c->attempt;
    bool same = image_attempt(ami) == c->attempt && c->ami != NULL;
    return older || same || is(c->stale_ami, ami->id);
}

static void take_ami(struct release *r, struct engine_cell *c, const struct ec2_image *ami)
{
    engine_disk_text(&c->ami, ami->id);
    c->attempt = image_attempt(ami);
    c->asked_before = false;
    c->is_public = ami->is_public;
    c->was_spoiled = ami->state == EC2_IMAGE_FAILED;
    if (c->region != 0)
        engine_disk_text(&c->source, ami->source_id);
    r->mutated = true;
}

/* The token of an attempt returns its AMI, also when that is gone. */
static void skip_gone(struct engine_cell *c, const struct ec2_image *gone)
{
    bool unasked = c->ami == NULL && !c->asked_before;
    if (image_attempt(gone) < c->attempt || (image_attempt(gone) == c->attempt && !unasked))
        return;
    c->attempt = image_attempt(gone) + 1;
    engine_disk_text(&c->ami, NULL);
    engine_disk_text(&c->source, NULL);
    c->asked_before = false;
}

static void recall_cell(struct release *r, struct engine_cell *c, const struct ec2_images *list)
{
    const struct ec2_image *ami = newest_ami(r, c, list, false);
    const struct ec2_image *gone = newest_ami(r, c, list, true);
    if (gone != NULL)
        skip_gone(c, gone);
    if (ami != NULL && !is_known(c, ami))
        take_ami(r, c, ami);
    /* Whoever began the wave has seen every required cell verified; another program did not. */
    if (c->is_public && c->adopt == NULL && r->plan->is_public &&
        r->plan->publish_when == PUBLISH_ALL)
        engine_open_wave(r);
}

/* ---- disks ---- */

struct disk_tags {
    const char *id, *image, *disk;
};

static bool is_disks(const struct release *r, const struct engine_disk *d,
                     const struct disk_tags *tags)
{
    return is(tags->id, r->plan->id) && is(tags->image, r->plan->images[d->image].name) &&
           is(tags->disk, engine_disk_plan(r, d)->role);
}

static int snapshot_attempt(const struct ec2_snapshot *s)
{
    return attempt_of(ec2_snapshot_tag(s, "tatami:attempt"));
}

static const struct ec2_snapshot *newest_snapshot(const struct release *r,
                                                  const struct engine_disk *d,
                                                  const struct ec2_snapshots *list)
{
    const struct ec2_snapshot *newest = NULL;
    for (size_t i = 0; i < list->count; i++) {
        const struct ec2_snapshot *s = &list->items[i];
        struct disk_tags tags = {ec2_snapshot_tag(s, "tatami:id"),
                                 ec2_snapshot_tag(s, "tatami:image"),
                                 ec2_snapshot_tag(s, "tatami:disk")};
        if (s->state == EC2_SNAPSHOT_COMPLETED && is_disks(r, d, &tags) &&
            (newest == NULL || snapshot_attempt(s) > snapshot_attempt(newest)))
            newest = s;
    }
    return newest;
}

static int import_attempt(const struct ec2_import *t)
{
    return attempt_of(ec2_import_tag(t, "tatami:attempt"));
}

static const struct ec2_import *newest_import(const struct release *r, const struct engine_disk *d,
                                              const struct ec2_imports *list)
{
    const struct ec2_import *newest = NULL;
    for (size_t i = 0; i < list->count; i++) {
        const struct ec2_import *t = &list->items[i];
        struct disk_tags tags = {ec2_import_tag(t, "tatami:id"), ec2_import_tag(t, "tatami:image"),
                                 ec2_import_tag(t, "tatami:disk")};
        if (is_disks(r, d, &tags) && (newest == NULL || import_attempt(t) > import_attempt(newest)))
            newest = t;
    }
    return newest;
}

static void learn_digest(struct release *r, struct engine_disk *d, const char *digest)
{
    if (digest == NULL || digest[0] == '\0' || is(d->digest, digest))
        return;
    engine_disk_text(&d->digest, digest);
    engine_disk_remember(r, d, "digest", digest);
}

/* A snapshot bears our tags only once it was found to hold this disk. */
static void take_snapshot(struct release *r, struct engine_disk *d, const struct ec2_snapshot *s)
{
    engine_disk_text(&d->snapshot_id, s->id);
    engine_disk_remember(r, d, "snapshot", s->id);
    learn_digest(r, d, ec2_snapshot_tag(s, "tatami:digest"));
    d->attempt = snapshot_attempt(s);
    d->asked_before = false;
    d->tagged = true;
    r->mutated = true;
}

static void take_import(struct release *r, struct engine_disk *d, const struct ec2_import *t)
{
    r->mutated = true;
    learn_digest(r, d, ec2_import_tag(t, "tatami:digest"));
    d->attempt = import_attempt(t);
    d->asked_before = false;
    engine_disk_text(&d->task_id, t->task_id);
    if (t->state == EC2_IMPORT_ENDED || t->state == EC2_IMPORT_UNKNOWN)
        engine_disk_forget_task(d);
}

static void recall_disk(struct release *r, struct engine_disk *d, const struct step *s)
{
    const struct ec2_snapshot *snapshot = newest_snapshot(r, d, &s->snapshot_list);
    const struct ec2_import *import = newest_import(r, d, &s->import_list);
    bool has_snapshot = snapshot != NULL && snapshot_attempt(snapshot) >= d->attempt;
    if (has_snapshot && !is(d->snapshot_id, snapshot->id))
        take_snapshot(r, d, snapshot);
    else if (!has_snapshot && import != NULL &&
             (import_attempt(import) > d->attempt ||
              (import_attempt(import) == d->attempt && d->task_id == NULL &&
               d->snapshot_id == NULL)))
        take_import(r, d, import);
    /* An upload may be open that the journal does not know. */
    d->upload_asked = d->upload_asked || d->upload_id == NULL;
}

/* ---- the answer ---- */

static void recall_disks(struct release *r, const struct step *s)
{
    for (size_t i = 0; i < r->disk_count; i++) {
        if (engine_disk_is_direct(r, &r->disks[i]))
            engine_direct_recall_snapshots(r, &r->disks[i], &s->snapshot_list);
        else
            recall_disk(r, &r->disks[i], s);
    }
}

static void begin(struct release *r, size_t region)
{
    r->regions[region].surveyed = true;
    r->regions[region].bare = false;
    for (size_t i = 0; i < r->plan->image_count; i++)
        engine_cell_begin(r, engine_cell_at(r, i, region));
    for (size_t i = 0; region == 0 && i < r->disk_count; i++)
        engine_disk_begin(r, &r->disks[i]);
}

/* Copies are compared with the home AMI: it comes first. */
static void ask_others(struct release *r)
{
    for (size_t i = 1; i < r->plan->region_count; i++)
        if (!r->regions[i].surveyed)
            ask(r, i, 0);
}

/* ---- nothing is there any more ---- */

/* The journal knows of what has borne the release's tags. */
static bool has_made(const struct release *r)
{
    bool made = false;
    for (size_t i = 0; i < r->disk_count; i++)
        made = made || (r->disks[i].snapshot_id != NULL && !r->disks[i].adopted &&
                        (engine_disk_is_direct(r, &r->disks[i]) || r->disks[i].tagged));
    for (size_t i = 0; i < r->cell_count; i++)
        made = made || r->cells[i].ami != NULL;
    return made;
}

static bool has_nothing(const struct release *r, const struct step *s)
{
    for (size_t i = 0; i < s->image_list.count; i++)
        if (s->image_list.items[i].state != EC2_IMAGE_GONE)
            return false;
    for (size_t i = 0; i < s->import_list.count; i++)
        if ((s->import_list.items[i].state == EC2_IMPORT_ACTIVE ||
             s->import_list.items[i].state == EC2_IMPORT_PENDING) &&
            is(ec2_import_tag(&s->import_list.items[i], "tatami:id"), r->plan->id))
            return false;
    return s->snapshot_list.count == 0;
}

static bool all_bare(const struct release *r)
{
    for (size_t i = 0; i < r->plan->region_count; i++)
        if (!r->regions[i].bare && !r->regions[i].surveyed)
            return false;
    return true;
}

static void begin_bare(struct release *r)
{
    for (size_t i = 0; i < r->plan->region_count; i++)
        if (r->regions[i].bare)
            begin(r, i);
}

/* What was cancelled elsewhere does not come back to life. */
static void stop_bare(struct release *r)
{
    struct err err = ERR_INIT;
    r->cancelled_elsewhere = true;
    err_set(&err, ERR_REFUSED,
            "nothing of %s is at AWS any more: it was cancelled or cleaned up elsewhere",
            r->plan->release);
    err_advise(&err, "`tatami cancel %s` forgets it here; `tatami release` begins anew",
               r->plan->release);
    engine_stop_because(r, &err);
}

/* Nothing begins until one region has something, or has failed: it may have. */
static void wait_for_others(struct release *r, size_t region)
{
    r->regions[region].bare = true;
    if (region == 0)
        ask_others(r);
    if (!all_bare(r))
        return;
    if (r->looked_again) {
        stop_bare(r);
        return;
    }
    r->looked_again = true;
    for (size_t i = 0; i < r->plan->region_count; i++)
        r->regions[i].bare = false;
    ask(r, 0, clock_now_ms() + LATE_MS);
    r->renew_at = clock_now_ms() + LATE_MS + LEASE_RENEW_MS; /* if there is anything to renew */
}

static void failed(struct release *r, const struct step *s)
{
    if (s->region == 0) {
        engine_stop_because(r, &s->err);
        return;
    }
    r->regions[s->region].surveyed = true;
    for (size_t i = 0; i < r->plan->image_count; i++) {
        struct engine_cell *c = engine_cell_at(r, i, s->region);
        c->asked_before = c->ami == NULL; /* a retry looks before it asks */
        engine_cell_fail(r, c, &s->err);
    }
    begin_bare(r);
}

void engine_survey_result(struct release *r, const struct step *s)
{
    if (!s->ok) {
        failed(r, s);
        return;
    }
    bool home = s->region == 0;
    bool made = home ? r->looked_again || has_made(r) : r->regions[0].bare;
    bool bare = made && has_nothing(r, s);
    for (size_t i = 0; i < r->plan->image_count; i++)
        recall_cell(r, engine_cell_at(r, i, s->region), &s->image_list);
    if (home)
        recall_disks(r, s);
    if (bare) {
        wait_for_others(r, s->region);
        return;
    }
    begin_bare(r);
    begin(r, s->region);
    if (home)
        ask_others(r);
}
