/* A pending snapshot of EBS direct: what the polls say of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/engine.h"

/* A snapshot that takes nothing more, though nobody here has completed it, shows within so long
 * what became of it: another holder has completed it, or EBS has given it up. */
#define DOUBT_MS (5 * 60000)
/* A pending snapshot that no list shows for so long is gone. */
#define UNSEEN_MS (15 * 60000)

static void finished(struct release *r, struct engine_disk *d, const struct ec2_snapshot *s)
{
    const char *digest = ec2_snapshot_tag(s, "tatami:digest");
    struct err err = ERR_INIT;
    if (d->digest == NULL && digest != NULL) {
        engine_disk_text(&d->digest, digest);
        engine_disk_remember(r, d, "digest", digest);
    }
    if (d->digest == NULL) {
        err_set(&err, ERR_VERIFY, "nothing says what the snapshot %s holds: it has no digest",
                s->id);
        err_advise(&err, "r sends the disk again");
        d->import_is_dead = true;
        engine_disk_fail(r, d, &err);
        return;
    }
    bool whole = engine_direct_is_tagged(r, d, s);
    d->far = whole ? FAR_FINISHED : FAR_SEALED;
    d->import_percent = 100;
    engine_disk_remember(r, d, "snapshot", d->snapshot_id);
    engine_disk(r, d, whole ? DISK_EVENT_FINISHED : DISK_EVENT_FINISHED_BARE);
}

static void given_up(struct release *r, struct engine_disk *d, const struct ec2_snapshot *s)
{
    struct err err = ERR_INIT;
    err_set(&err, ERR_FAILED, "EBS ended the snapshot %s as %s: %s", s->id,
            s->state_text == NULL ? "?" : s->state_text,
            s->state_message == NULL ? "AWS gives no reason" : s->state_message);
    snprintf(err.operation, sizeof(err.operation), "CompleteSnapshot");
    snprintf(err.region, sizeof(err.region), "%s", r->plan->regions[0].name);
    err_advise(&err, "r sends the disk once more, into a new snapshot");
    d->import_is_dead = true;
    if (d->far < FAR_SEALED)
        engine_direct_lost(r, d, &err); /* it timed out before it was completed */
    else
        engine_disk_fail(r, d, &err);
}

static void still_pending(struct release *r, struct engine_disk *d, const struct ec2_snapshot *s)
{
    if (s->progress > d->import_percent) {
        d->import_percent = s->progress;
        d->moved_at = clock_now_ms();
        r->changed = true;
    }
    if (d->doubt.kind == ERR_NONE || clock_now_ms() - d->stage_at < DOUBT_MS)
        return;
    /* Nobody completes it: other blocks are in it than this disk has, as a lost answer and a file
     * that was replaced leave behind. */
    struct err err = d->doubt;
    engine_direct_lost(r, d, &err);
}

static const struct ec2_snapshot *snapshot_of(const struct engine_disk *d,
                                              const struct ec2_snapshots *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].id, d->snapshot_id) == 0)
            return &list->items[i];
    return NULL;
}

void engine_direct_read(struct release *r, struct engine_disk *d, const struct ec2_snapshots *list)
{
    if (d->state != DISK_PENDING)
        return;
    const struct ec2_snapshot *s = snapshot_of(d, list);
    if (s == NULL) {
        if (clock_now_ms() - d->stage_at > UNSEEN_MS)
            engine_direct_gone(r, d);
    } else if (s->state == EC2_SNAPSHOT_COMPLETED) {
        finished(r, d, s);
    } else if (s->state == EC2_SNAPSHOT_PENDING) {
        still_pending(r, d, s);
    } else {
        given_up(r, d, s);
    }
}
