/* The engine and its journal: intents before they leave, results after, and the way back from them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "core/engine.h"

void engine_lose_journal(struct release *r, const struct err *err)
{
    if (r->lost_journal)
        return;
    r->lost_journal = true;
    r->err = *err;
    log_error("journal", err);
    engine_tell_error(r, err);
    engine_phase(r, PHASE_EVENT_STOP);
}

void engine_begin(struct release *r)
{
    struct err err = ERR_INIT;
    if (r->journal_open || r->lost_journal || !r->accepted)
        return;
    if (journal_begin(r->journal, &err))
        r->journal_open = true;
    else
        engine_lose_journal(r, &err);
}

void engine_commit(struct release *r)
{
    struct err err = ERR_INIT;
    if (!r->journal_open)
        return;
    r->journal_open = false;
    if (journal_commit(r->journal, &err))
        r->saved_at = clock_now_ms();
    else
        engine_lose_journal(r, &err);
}

void engine_note(struct release *r, const char *what, size_t image, const char *of,
                 const char *value)
{
    struct err err = ERR_INIT;
    engine_begin(r);
    if (!r->journal_open)
        return;
    char key[160];
    snprintf(key, sizeof(key), "%s/%zu/%s", what, image, of);
    if (!journal_set(r->journal, r->plan->id, key, value, r->plan->identity, clock_calendar(),
                     &err))
        engine_lose_journal(r, &err);
}

static const char *image_name(const struct release *r, size_t image)
{
    return image == STEP_NO_INDEX ? "" : r->plan->images[image].name;
}

void engine_intend(struct release *r, struct step *step)
{
    struct err err = ERR_INIT;
    engine_begin(r);
    if (!r->journal_open)
        return;
    const char *disk =
        step->disk == STEP_NO_INDEX ? "" : r->plan->images[step->image].disks[step->disk].role;
    struct journal_intent intent = {
        .action = (char *)step_name(step->action),
        .image = (char *)image_name(r, step->image),
        .disk = (char *)disk,
        .region = step->region < r->plan->region_count ? r->plan->regions[step->region].name
                                                       : r->plan->regions[0].name,
        .attempt = step->attempt,
        .asked_at = clock_calendar(),
    };
    if (!journal_intend(r->journal, r->plan->id, &intent, &step->intent, &err))
        engine_lose_journal(r, &err);
}

void engine_answer(struct release *r, struct step *step)
{
    struct err err = ERR_INIT;
    if (step->intent == 0)
        return;
    engine_begin(r);
    if (!r->journal_open)
        return;
    if (!journal_answer(r->journal, step->intent, step->result, step->ok ? NULL : &step->err,
                        clock_calendar(), &err))
        engine_lose_journal(r, &err);
}

/* What one intent of the past says about a disk. Later intents win. */
static void recall_disk(struct engine_disk *d, const struct journal_intent *i)
{
    enum step_action action = step_from_name(i->action);
    engine_direct_recall_intent(d, action, i);
    switch (action) {
    case STEP_OPEN_UPLOAD:
        free(d->upload_id);
        d->upload_id = i->ok ? xstrdup(i->result) : NULL;
        d->upload_asked = !i->ok;
        d->resumed = true;
        break;
    case STEP_COMPLETE_UPLOAD:
        if (i->ok) {
            free(d->upload_id);
            d->upload_id = NULL;
            d->upload_asked = false;
        }
        break;
    case STEP_TAG_SNAPSHOT:
        d->tagged = d->tagged || i->ok;
        break;
    case STEP_IMPORT:
        free(d->task_id);
        d->task_id = i->ok ? xstrdup(i->result) : NULL;
        d->attempt = i->attempt;
        d->asked_before = !i->ok;
        break;
    default:
        break;
    }
}

static void recall_cell(struct engine_cell *c, const struct journal_intent *i)
{
    enum step_action action = step_from_name(i->action);
    if (action == STEP_DEREGISTER && i->ok) {
        free(c->stale_ami);
        c->stale_ami = NULL;
    }
    if (action != STEP_REGISTER && action != STEP_COPY && action != STEP_ADOPT)
        return;
    free(c->ami);
    c->ami = i->ok ? xstrdup(i->result) : NULL;
    c->attempt = i->attempt;
    c->asked_before = !i->ok;
}

static size_t image_named(const struct release *r, const char *name)
{
    for (size_t i = 0; i < r->plan->image_count; i++)
        if (strcmp(r->plan->images[i].name, name) == 0)
            return i;
    return STEP_NO_INDEX;
}

static void recall(struct release *r, const struct journal_intent *i)
{
    size_t image = image_named(r, i->image);
    if (image == STEP_NO_INDEX)
        return;
    for (size_t d = 0; d < r->plan->images[image].disk_count; d++)
        if (strcmp(r->plan->images[image].disks[d].role, i->disk) == 0)
            recall_disk(engine_disk_at(r, image, d), i);
    for (size_t g = 0; i->disk[0] == '\0' && g < r->plan->region_count; g++)
        if (strcmp(r->plan->regions[g].name, i->region) == 0)
            recall_cell(engine_cell_at(r, image, g), i);
}

static char *fact(struct release *r, const char *what, size_t image, const char *of)
{
    char key[160];
    snprintf(key, sizeof(key), "%s/%zu/%s", what, image, of);
    return journal_get(r->journal, r->plan->id, key);
}

static bool fact_is(struct release *r, const char *what, size_t image, const char *of,
                    const char *value)
{
    char *have = fact(r, what, image, of);
    bool is = have != NULL && value != NULL && strcmp(have, value) == 0;
    free(have);
    return is;
}

/* What another program left, found to be this disk's before the release began. */
static void recall_adopted(struct release *r, struct engine_disk *d, const char *role)
{
    d->adopt_task = fact(r, "adopt-task", d->image, role);
    d->adopt_etag = fact(r, "adopt-object", d->image, role);
    char *snapshot = fact(r, "adopt-snapshot", d->image, role);
    d->adopted = snapshot != NULL;
    free(snapshot);
}

/* A task that ended badly is not watched again: its token would return it once more. */
static void recall_disk_facts(struct release *r, struct engine_disk *d)
{
    const char *role = r->plan->images[d->image].disks[d->disk].role;
    recall_adopted(r, d, role);
    if (engine_disk_is_direct(r, d)) {
        engine_direct_recall_facts(r, d);
        return;
    }
    d->digest = fact(r, "digest", d->image, role);
    if (d->digest == NULL)
        d->digest = fact(r, "adopt-digest", d->image, role);
    d->snapshot_id = fact(r, d->adopted ? "adopt-snapshot" : "snapshot", d->image, role);
    d->tagged = d->tagged || d->adopted;
    if (d->snapshot_id != NULL && d->snapshot_id[0] == '\0') {
        free(d->snapshot_id);
        d->snapshot_id = NULL;
    }
    if (fact_is(r, "dead", d->image, role, d->task_id))
        engine_disk_forget_task(d);
}

static void recall_cell_facts(struct release *r, struct engine_cell *c)
{
    const char *region = r->plan->regions[c->region].name;
    c->wish = fact_is(r, "wish", c->image, region, "public")    ? WISH_PUBLIC
              : fact_is(r, "wish", c->image, region, "private") ? WISH_PRIVATE
                                                                : WISH_NONE;
    if (fact_is(r, "left", c->image, region, "yes"))
        c->state = CELL_LEFT_OUT;
    c->was_spoiled = fact_is(r, "spoiled", c->image, region, c->ami);
    c->adopt = fact(r, "adopt-ami", c->image, region);
    c->source = fact(r, "source", c->image, region);
    if (fact_is(r, "stale", c->image, region, c->ami)) {
        c->stale_ami = c->ami;
        c->ami = NULL;
        c->attempt++;
        free(c->source);
        c->source = NULL;
    }
}

static void recall_facts(struct release *r)
{
    for (size_t i = 0; i < r->disk_count; i++)
        recall_disk_facts(r, &r->disks[i]);
    for (size_t i = 0; i < r->cell_count; i++)
        recall_cell_facts(r, &r->cells[i]);
    r->wave = fact_is(r, "wave", 0, "", "open");
}

bool engine_restore(struct release *r, struct err *err)
{
    struct journal_intent *intents = NULL;
    size_t count = 0;
    if (!journal_intents(r->journal, r->plan->id, &intents, &count, err))
        return false;
    r->mutated = count > 0 || r->options.found; /* else there were no plan to find */
    for (size_t i = 0; i < count; i++)
        recall(r, &intents[i]);
    journal_intents_free(intents, count);
    recall_facts(r);
    return true;
}
