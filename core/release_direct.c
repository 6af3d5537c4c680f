/* Disks that go by EBS direct: a pending snapshot is started, filled, completed and watched. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/engine.h"
#include "core/plan_text.h"

/* Snapshots that vanish or time out are begun anew without a person so often. */
#define ATTEMPTS_ALONE 3

/* ---- asking ---- */

void engine_direct_close_file(struct engine_disk *d)
{
    source_close(d->source);
    d->source = NULL;
    image_close(d->local);
    d->local = NULL;
}

/* Opening may start a helper, or wait for a slow disk: the home region's worker stays free. */
void engine_direct_look(struct release *r, struct engine_disk *d)
{
    engine_direct_close_file(d);
    struct step *s = engine_disk_new_step(r, d, STEP_OPEN_SOURCE, STEP_NO_INDEX);
    s->cancel = &r->cancel;
    engine_ask(r, s);
}

void engine_direct_start(struct release *r, struct engine_disk *d)
{
    engine_ask(r, engine_disk_new_step(r, d, STEP_START_SNAPSHOT, 0));
}

void engine_direct_clear(struct release *r, struct engine_disk *d)
{
    engine_ask(r, engine_disk_new_step(r, d, STEP_CLEAR_SNAPSHOTS, 0));
}

void engine_direct_note(struct release *r, struct engine_disk *d)
{
    struct step *s = engine_disk_new_step(r, d, STEP_NOTE_SNAPSHOT, 0);
    s->id = xstrdup(d->snapshot_id);
    s->seal = xstrdup(d->seal);
    engine_ask(r, s);
}

void engine_direct_seal(struct release *r, struct engine_disk *d)
{
    struct step *s = engine_disk_new_step(r, d, STEP_COMPLETE_SNAPSHOT, 0);
    s->id = xstrdup(d->snapshot_id);
    s->seal = xstrdup(d->seal);
    engine_ask(r, s);
}

void engine_direct_begin(struct release *r, struct engine_disk *d)
{
    static const struct {
        enum disk_state after;
        enum disk_event event;
    } ways[] = {
        [FAR_NOT] = {DISK_WAITING, DISK_EVENT_START_DIRECT},
        [FAR_STARTED] = {DISK_WAITING, DISK_EVENT_START_DIRECT},
        [FAR_PUT] = {DISK_PUTTING, DISK_EVENT_PUT},
        [FAR_NOTED] = {DISK_NOTING, DISK_EVENT_NOTED},
        [FAR_SEALED] = {DISK_SEALING, DISK_EVENT_SEALED},
        [FAR_FINISHED] = {DISK_PENDING, DISK_EVENT_FINISHED},
    };
    d->state = ways[d->far].after;
    engine_disk(r, d, ways[d->far].event);
}

/* ---- dead snapshots ---- */

void engine_direct_forget(struct release *r, struct engine_disk *d)
{
    engine_disk_remember(r, d, "dead", d->snapshot_id == NULL ? "" : d->snapshot_id);
    if (d->snapshot_id != NULL)
        engine_direct_drop(r, BLOCKS_PUT, d->snapshot_id);
    engine_disk_text(&d->snapshot_id, NULL);
    engine_disk_text(&d->seal, NULL);
    d->far = FAR_NOT;
    d->attempt++; /* the old token would return the dead snapshot */
    d->import_is_dead = false;
    d->doubt = ERR_INIT;
}

void engine_direct_gone(struct release *r, struct engine_disk *d)
{
    struct err gone = ERR_INIT;
    err_set(&gone, ERR_NOT_FOUND, "the snapshot %s is gone: somebody has deleted it",
            d->snapshot_id);
    err_advise(&gone, "r sends the disk anew; `tatami cancel %s` where the release was cancelled",
               r->plan->release);
    engine_direct_forget(r, d);
    engine_lease_soon(r); /* its look ends a release of which nothing is left */
    engine_disk_fail(r, d, &gone);
}

void engine_direct_lost(struct release *r, struct engine_disk *d, const struct err *err)
{
    if (d->attempt >= ATTEMPTS_ALONE) {
        d->import_is_dead = true;
        engine_disk_fail(r, d, err);
        return;
    }
    engine_tell(r, EVENT_WARN, "%s %s: %s; begun anew", r->plan->images[d->image].name,
                engine_disk_plan(r, d)->role, err->message);
    engine_direct_forget(r, d);
    engine_disk(r, d, DISK_EVENT_UPLOAD_GONE);
}

void engine_direct_retry(struct release *r, struct engine_disk *d)
{
    /* A token that came with other parameters is another tatami's, of another version. */
    bool taken = d->err.kind == ERR_MISMATCH && d->snapshot_id == NULL;
    d->err = ERR_INIT;
    if (d->import_is_dead || taken)
        engine_direct_forget(r, d);
    if (d->far >= FAR_PUT)
        engine_direct_begin(r, d);
    else
        engine_disk(r, d, DISK_EVENT_RETRY_DIRECT);
}

/* ---- what came of it ---- */

static void looked(struct release *r, struct engine_disk *d, struct step *step)
{
    d->local = step->local;
    d->source = step->source;
    step->local = NULL;
    step->source = NULL;
    if (d->snapshot_id == NULL)
        engine_disk(r, d, DISK_EVENT_ABSENT);
    else
        engine_disk(r, d, d->attempt > 1 ? DISK_EVENT_STARTED_ANEW : DISK_EVENT_HALF_SENT);
}

static void started(struct release *r, struct engine_disk *d, struct step *step)
{
    if (d->image == 0 && d->disk == 0 && d->attempt == 1 && !plan_text_fits(r->plan))
        engine_tell(r, EVENT_WARN,
                    "the plan is too long for the tags of a snapshot: only the journal of this "
                    "machine can resume it");
    engine_disk_text(&d->snapshot_id, step->result);
    d->far = FAR_STARTED;
    engine_lease_soon(r); /* now there is something that can say who holds the release */
    engine_disk(r, d, d->attempt > 1 ? DISK_EVENT_STARTED_ANEW : DISK_EVENT_STARTED);
}

static void noted(struct release *r, struct engine_disk *d, struct step *step)
{
    (void)step;
    d->far = FAR_NOTED;
    engine_disk(r, d, DISK_EVENT_NOTED);
}

static void sealed(struct release *r, struct engine_disk *d, struct step *step)
{
    (void)step;
    d->far = FAR_SEALED;
    engine_direct_drop(r, BLOCKS_PUT, d->snapshot_id);
    engine_disk(r, d, DISK_EVENT_SEALED);
}

static void tagged(struct release *r, struct engine_disk *d, struct step *step)
{
    (void)step;
    engine_disk(r, d, DISK_EVENT_TAGGED);
}

static void cleared(struct release *r, struct engine_disk *d, struct step *step)
{
    if (!step->ok)
        engine_tell(r, EVENT_WARN, "an earlier snapshot of %s stays: %s",
                    r->plan->images[d->image].name, step->err.message);
    engine_disk(r, d, DISK_EVENT_CLEARED);
}

void engine_direct_closed(struct release *r, struct engine_disk *d, const struct err *err)
{
    d->doubt = *err;
    engine_disk(r, d, DISK_EVENT_CLOSED);
}

static void step_failed(struct release *r, struct engine_disk *d, const struct step *step)
{
    bool refused = step->err.kind == ERR_INVALID || step->err.kind == ERR_NOT_FOUND;
    if (step->action == STEP_COMPLETE_SNAPSHOT && refused)
        engine_direct_closed(r, d, &step->err);
    else if (step->action == STEP_NOTE_SNAPSHOT && step->err.kind == ERR_NOT_FOUND)
        engine_direct_gone(r, d);
    else
        engine_disk_fail(r, d, &step->err);
}

void engine_direct_step(struct release *r, struct engine_disk *d, struct step *step)
{
    static void (*const done[STEP_ACTIONS])(struct release * r, struct engine_disk * d,
                                            struct step * step) = {
        [STEP_OPEN_SOURCE] = looked,      [STEP_START_SNAPSHOT] = started,
        [STEP_NOTE_SNAPSHOT] = noted,     [STEP_COMPLETE_SNAPSHOT] = sealed,
        [STEP_CLEAR_SNAPSHOTS] = cleared, [STEP_TAG_SNAPSHOT] = tagged,
    };
    if (step->ok || step->action == STEP_CLEAR_SNAPSHOTS)
        done[step->action](r, d, step);
    else
        step_failed(r, d, step);
}
