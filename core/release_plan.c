/* From the plan that was made offline to one that AWS agrees with, and the go. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/door.h"
#include "core/engine.h"

/* Wall time that the regions have to say whether names are free; who is later is not waited for. */
#define NAMES_WALL_MS 10000

/* Before the regions are known there is one, home, and the local worker. */
void engine_ask_resolve(struct release *r)
{
    engine_ask(r, step_new(STEP_RESOLVE, r->plan, STEP_NO_INDEX, STEP_NO_INDEX, STEP_NO_INDEX));
}

void engine_refuse(struct release *r, const struct err *err)
{
    r->err = *err;
    engine_tell_error(r, err);
    engine_forget(r);
    engine_phase(r, PHASE_EVENT_UNRESOLVED);
}

static void ask_names(struct release *r)
{
    for (size_t i = 0; i < r->plan->region_count; i++) {
        if (!r->plan->regions[i].enabled)
            continue;
        engine_ask(r, step_new(STEP_NAMES, r->plan, STEP_NO_INDEX, STEP_NO_INDEX, i));
        r->names_out++;
    }
    r->names_until = clock_now_ms() + clock_of_wall_ms(NAMES_WALL_MS);
}

/* A release goes on in its own account only: in another one nothing of it would be found. */
static void recognize(struct release *r, const char *account)
{
    struct err err = ERR_INIT;
    if (strcmp(account, r->plan->account) == 0) {
        engine_phase(r, PHASE_EVENT_RESOLVED);
        return;
    }
    err_set(&err, ERR_REFUSED, "the release %s is of account %s, these credentials are of %s",
            r->plan->release, r->plan->account, account);
    err_advise(&err, "take credentials of account %s, then `tatami resume`", r->plan->account);
    engine_refuse(r, &err);
}

void engine_resolved(struct release *r, struct step *step)
{
    if (!step->ok) {
        engine_refuse(r, &step->err);
        return;
    }
    if (r->options.resumed) {
        recognize(r, step->facts.account);
        return;
    }
    const struct step_facts *f = &step->facts;
    struct plan_facts facts = {
        .account = f->account,
        .account_alias = f->alias,
        .identity = f->identity,
        .bucket_region = f->bucket_region[0] ? f->bucket_region : NULL,
        .regions = f->regions,
        .region_count = f->region_count,
        .parents = f->parents,
    };
    struct err err = ERR_INIT;
    if (!plan_resolve(r->plan, r->options.settings, &facts, &err)) {
        engine_refuse(r, &err);
        return;
    }
    engine_lay_out(r);
    ask_names(r);
}

static void names_done(struct release *r)
{
    r->names_out = 0;
    if (r->phase != PHASE_RESOLVING)
        return;
    engine_phase(r, PHASE_EVENT_RESOLVED);
}

void engine_names(struct release *r, struct step *step)
{
    if (r->phase != PHASE_RESOLVING)
        return;
    if (!step->ok && step->err.kind == ERR_EXISTS) {
        engine_refuse(r, &step->err);
        return;
    }
    /* A region that cannot be read now shows its failure in its own cells later. */
    if (!step->ok)
        engine_tell(r, EVENT_WARN, "%s: names not checked: %s", r->plan->regions[step->region].name,
                    step->err.message);
    if (r->names_out > 0 && --r->names_out == 0)
        names_done(r);
}

void engine_names_deadline(struct release *r)
{
    if (r->phase == PHASE_RESOLVING && r->names_out > 0 && clock_now_ms() >= r->names_until)
        names_done(r);
}

static size_t count_disks(const struct plan *plan)
{
    size_t n = 0;
    for (size_t i = 0; i < plan->image_count; i++)
        n += plan->images[i].disk_count;
    return n;
}

static void lay_out_disks(struct release *r)
{
    r->disk_count = count_disks(r->plan);
    r->disks = xcalloc(r->disk_count, sizeof(*r->disks));
    struct engine_disk *d = r->disks;
    for (size_t i = 0; i < r->plan->image_count; i++) {
        for (size_t k = 0; k < r->plan->images[i].disk_count; k++, d++) {
            d->image = i;
            d->disk = k;
            d->attempt = 1;
            d->import_percent = -1;
        }
    }
}

static void lay_out_cells(struct release *r)
{
    size_t regions = r->plan->region_count;
    r->cell_count = r->plan->image_count * regions;
    r->cells = xcalloc(r->cell_count, sizeof(*r->cells));
    for (size_t i = 0; i < r->cell_count; i++) {
        r->cells[i].image = i / regions;
        r->cells[i].region = i % regions;
        r->cells[i].attempt = 1;
        r->cells[i].link = NO_LINK;
    }
}

void engine_lay_out(struct release *r)
{
    lay_out_disks(r);
    lay_out_cells(r);
    struct engine_region local = r->regions[0];
    free(r->regions);
    r->region_count = engine_keeper(r) + 1;
    r->regions = xcalloc(r->region_count, sizeof(*r->regions));
    for (size_t i = 0; i < r->plan->region_count; i++)
        r->regions[i].worker =
            worker_start(r->options.aws, r->plan->regions[i].name, &r->cancel, r->in);
    r->regions[engine_local(r)] = local;
    r->regions[engine_keeper(r)].worker =
        worker_start(r->options.aws, r->plan->regions[0].name, &r->keeper_cancel, r->in);
}

static void asked_to_stop(void *arg)
{
    struct release *r = arg;
    inbox_put_command(r->in, &(struct command){.kind = COMMAND_STOP, .image = -1, .region = -1});
}

void engine_open_door(struct release *r)
{
    struct err err = ERR_INIT;
    r->door = door_open(r->options.settings->state, r->plan->id, asked_to_stop, r, &err);
    if (r->door == NULL)
        engine_tell(r, EVENT_WARN, "`tatami attach` will not reach this one: %s", err.message);
}

/* From here on the release is in the journal and AWS may be asked to change something. */
static bool accept_plan(struct release *r)
{
    struct err err = ERR_INIT;
    if (r->accepted)
        return true;
    char *json = plan_to_json(r->plan);
    bool ok = journal_lock(r->journal, r->plan->id, &err) &&
              journal_add_release(r->journal, r->plan->id, r->plan->release, r->plan->account, json,
                                  r->plan->made_at, &err);
    free(json);
    r->accepted = ok;
    if (ok) {
        engine_open_door(r);
        engine_keep_limits(r);
    } else {
        engine_refuse(r, &err);
    }
    return ok;
}

static void fail_disabled(struct release *r)
{
    for (size_t i = 0; i < r->cell_count; i++) {
        const struct plan_region *region = &r->plan->regions[r->cells[i].region];
        if (region->enabled || r->cells[i].state == CELL_LEFT_OUT)
            continue;
        struct err err = ERR_INIT;
        err_set(&err, ERR_REGION_OFF, "the region %s is not enabled for this account",
                region->name);
        err_advise(&err, "`aws account enable-region --region-name %s`, then r; or x leaves it out",
                   region->name);
        snprintf(err.region, sizeof(err.region), "%s", region->name);
        snprintf(err.operation, sizeof(err.operation), "DescribeRegions");
        engine_cell_fail(r, &r->cells[i], &err);
    }
}

void engine_go(struct release *r)
{
    struct err err = ERR_INIT;
    if (r->phase != PHASE_PLANNED)
        return;
    if (r->options.read_only) {
        err_set(&err, ERR_REFUSED, "this session only reads: nothing is released");
        err_advise(&err, "run it again without --read-only");
        engine_refuse(r, &err);
        return;
    }
    if (!accept_plan(r))
        return;
    engine_phase(r, PHASE_EVENT_GO);
    engine_lease_take(r);
}

static void begin_all(struct release *r)
{
    fail_disabled(r);
    for (size_t i = 0; i < r->plan->region_count; i++)
        r->regions[i].surveyed = true;
    for (size_t i = 0; i < r->disk_count; i++)
        engine_disk_begin(r, &r->disks[i]);
}

void engine_leased(struct release *r)
{
    struct err err = ERR_INIT;
    bool begun = r->started_at != 0;
    if (r->phase != PHASE_LEASING)
        return;
    if (!begun && r->options.resumed && !engine_restore(r, &err)) {
        engine_refuse(r, &err);
        return;
    }
    if (!begun)
        r->started_at = clock_now_ms();
    engine_phase(r, PHASE_EVENT_LEASED);
    if (!begun && r->options.resumed)
        engine_survey(r);
    else if (!begun)
        begin_all(r);
}
