/* What is known of a disk that goes by EBS direct when a release goes on: from the journal, and
 * from the tags of its snapshots. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/engine.h"
#include "core/plan_text.h"

void engine_direct_recall_intent(struct engine_disk *d, enum step_action action,
                                 const struct journal_intent *i)
{
    if (action == STEP_START_SNAPSHOT) {
        engine_disk_text(&d->snapshot_id, i->ok ? i->result : NULL);
        d->attempt = i->attempt;
        d->far = i->ok ? FAR_STARTED : FAR_NOT;
    } else if (action == STEP_NOTE_SNAPSHOT && i->ok && i->attempt == d->attempt) {
        d->far = FAR_NOTED;
    } else if (action == STEP_COMPLETE_SNAPSHOT && i->ok && i->attempt == d->attempt) {
        d->far = FAR_SEALED;
    }
}

static char *fact(struct release *r, const struct engine_disk *d, const char *what)
{
    char *key = xasprintf("%s/%zu/%s", what, d->image, engine_disk_plan(r, d)->role);
    char *value = journal_get(r->journal, r->plan->id, key);
    free(key);
    return value;
}

void engine_direct_recall_facts(struct release *r, struct engine_disk *d)
{
    char *dead = fact(r, d, "dead"), *put = fact(r, d, "put");
    free(d->digest);
    free(d->seal);
    d->digest = fact(r, d, "digest");
    d->seal = fact(r, d, "seal");
    if (dead != NULL && d->snapshot_id != NULL && strcmp(dead, d->snapshot_id) == 0)
        engine_direct_forget(r, d);
    if (d->far == FAR_NOTED && d->seal == NULL)
        d->far = FAR_STARTED;
    bool all_put = put != NULL && d->snapshot_id != NULL && strcmp(put, d->snapshot_id) == 0;
    if (d->far == FAR_STARTED && all_put && d->seal != NULL)
        d->far = FAR_PUT;
    free(put);
    free(dead);
}

static bool is(const struct ec2_snapshot *s, const char *key, const char *wanted)
{
    const char *value = ec2_snapshot_tag(s, key);
    return value != NULL && strcmp(value, wanted) == 0;
}

static int attempt_of(const struct ec2_snapshot *s)
{
    const char *attempt = ec2_snapshot_tag(s, "tatami:attempt");
    return attempt == NULL || atoi(attempt) < 1 ? 1 : atoi(attempt);
}

static const struct ec2_snapshot *newest(const struct release *r, const struct engine_disk *d,
                                         const struct ec2_snapshots *list)
{
    const struct ec2_snapshot *found = NULL;
    for (size_t i = 0; i < list->count; i++) {
        const struct ec2_snapshot *s = &list->items[i];
        if (is(s, "tatami:id", r->plan->id) &&
            is(s, "tatami:image", r->plan->images[d->image].name) &&
            is(s, "tatami:disk", engine_disk_plan(r, d)->role) &&
            (found == NULL || attempt_of(s) > attempt_of(found)))
            found = s;
    }
    return found;
}

bool engine_direct_is_tagged(const struct release *r, const struct engine_disk *d,
                             const struct ec2_snapshot *s)
{
    struct tag *want = NULL;
    size_t count = 0;
    bool all = d->digest != NULL;
    plan_tags(r->plan, &r->plan->images[d->image], engine_disk_plan(r, d)->role, d->digest,
              d->attempt, &want, &count);
    for (size_t i = 0; i < count; i++)
        all = all && is(s, want[i].key, want[i].value);
    plan_tags_free(want, count);
    return all;
}

/* Blocks and digest are noted once all of them are there; whoever ends the release takes the blocks
 * off again. */
static bool learn(struct release *r, struct engine_disk *d, const struct ec2_snapshot *s)
{
    const char *digest = ec2_snapshot_tag(s, "tatami:digest");
    const char *blocks = ec2_snapshot_tag(s, PLAN_TAG_BLOCKS);
    if (digest == NULL)
        return false;
    engine_disk_text(&d->digest, digest);
    engine_disk_remember(r, d, "digest", digest);
    if (blocks == NULL)
        return s->state == EC2_SNAPSHOT_COMPLETED;
    engine_disk_text(&d->seal, blocks);
    engine_disk_remember(r, d, "seal", blocks);
    return true;
}

void engine_direct_recall_snapshots(struct release *r, struct engine_disk *d,
                                    const struct ec2_snapshots *list)
{
    const struct ec2_snapshot *s = newest(r, d, list);
    if (s == NULL || attempt_of(s) < d->attempt)
        return;
    r->mutated = true;
    bool same = d->snapshot_id != NULL && strcmp(d->snapshot_id, s->id) == 0;
    engine_disk_text(&d->snapshot_id, s->id);
    d->attempt = attempt_of(s);
    if (!same)
        d->far = FAR_STARTED;
    bool noted = learn(r, d, s);
    if (s->state == EC2_SNAPSHOT_COMPLETED && (noted || (same && d->digest != NULL)))
        d->far = engine_direct_is_tagged(r, d, s) ? FAR_FINISHED : FAR_SEALED;
    else if (s->state != EC2_SNAPSHOT_PENDING)
        engine_direct_forget(r, d);
    else if (noted && d->far < FAR_NOTED)
        d->far = FAR_NOTED;
}
