/* What may start now: home cells, copies, the wave, wishes, the end. */
#include "base/mem.h"
#include "core/engine.h"

static bool may_start(struct release *r, const struct engine_cell *c)
{
    if (!r->regions[c->region].surveyed)
        return false;
    return c->region == 0 ? engine_disks_ready(r, c->image)
                          : engine_cell_verified(engine_cell_at(r, c->image, 0));
}

static bool required(const struct release *r, const struct engine_cell *c)
{
    return c->state != CELL_LEFT_OUT && !r->plan->regions[c->region].best_effort;
}

/* The barrier: every required cell is verified, and was there when last read, or is left out. */
static bool barrier_open(const struct release *r)
{
    for (size_t i = 0; i < r->cell_count; i++) {
        const struct engine_cell *c = &r->cells[i];
        if (required(r, c) && (!engine_cell_verified(c) || c->unseen))
            return false;
    }
    return true;
}

static bool anyone_wants_public(const struct release *r)
{
    for (size_t i = 0; i < r->cell_count; i++)
        if (r->cells[i].state != CELL_LEFT_OUT && engine_cell_wants_public(r, &r->cells[i]))
            return true;
    return false;
}

void engine_open_wave(struct release *r)
{
    if (r->wave)
        return;
    r->wave = true;
    engine_note(r, "wave", 0, "", "open");
}

static void open_barrier(struct release *r)
{
    if (r->wave || !anyone_wants_public(r) || !barrier_open(r))
        return;
    engine_open_wave(r);
    engine_tell(r, EVENT_GOOD, "every required region is verified: the wave makes them public");
}

static void move_cell(struct release *r, struct engine_cell *c)
{
    bool now = r->wave || r->plan->publish_when == PUBLISH_EACH;
    bool wants = engine_cell_wants_public(r, c);
    if (engine_copy_outdated(r, c))
        engine_copy_renew(r, c);
    if (c->state == CELL_WAITING && may_start(r, c))
        engine_cell(r, c, CELL_EVENT_START);
    else if (c->state == CELL_READY && wants && now)
        engine_cell(r, c, CELL_EVENT_PUBLISH);
    else if (c->state == CELL_PUBLIC && !wants)
        engine_cell(r, c, CELL_EVENT_WITHDRAW);
}

/* Where there is one, nothing needs the staging object once the home AMI is verified. */
static void move_disk(struct release *r, struct engine_disk *d)
{
    bool unneeded = engine_cell_verified(engine_cell_at(r, d->image, 0));
    if (r->plan->via == VIA_IMPORT && d->state == DISK_READY && unneeded && !d->clean_tried)
        engine_disk(r, d, DISK_EVENT_UNNEEDED);
}

static bool anything_moves(const struct release *r)
{
    for (size_t i = 0; i < r->cell_count; i++)
        if (engine_cell_moves(&r->cells[i]))
            return true;
    for (size_t i = 0; i < r->disk_count; i++)
        if (engine_disk_moves(&r->disks[i]))
            return true;
    return engine_surveys(r);
}

static bool all_settled(const struct release *r)
{
    for (size_t i = 0; i < r->cell_count; i++)
        if (required(r, &r->cells[i]) && !engine_cell_settled(r, &r->cells[i]))
            return false;
    return true;
}

/* There is work, perhaps again after the end: then the lease was given back and is taken anew. */
static void go_on(struct release *r)
{
    bool ended = r->phase == PHASE_DONE;
    engine_phase(r, PHASE_EVENT_MOVE);
    if (ended)
        engine_lease_take(r);
    else if (r->wave)
        engine_phase(r, PHASE_EVENT_OPEN);
}

void engine_move(struct release *r)
{
    open_barrier(r);
    for (size_t i = 0; i < r->cell_count; i++)
        move_cell(r, &r->cells[i]);
    for (size_t i = 0; i < r->disk_count; i++)
        move_disk(r, &r->disks[i]);
    if (!anything_moves(r)) {
        engine_phase(r, all_settled(r) ? PHASE_EVENT_SETTLED : PHASE_EVENT_HOLD);
        return;
    }
    go_on(r);
}
