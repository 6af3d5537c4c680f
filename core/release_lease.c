/* The release's lease: taken before anything is changed, renewed, given back; and what it means
 * when somebody else has it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/engine.h"

/* Wall time that giving back has, once nothing else is to be done. */
#define RETURN_WALL_MS 5000

static struct engine_region *desk(struct release *r)
{
    return &r->regions[engine_keeper(r)];
}

static bool idle(const struct release *r)
{
    const struct engine_region *g = &r->regions[engine_keeper(r)];
    return !g->busy && g->queue == NULL;
}

static struct step *lease_step(struct release *r, enum step_action action)
{
    struct step *s = step_new(action, r->plan, STEP_NO_INDEX, STEP_NO_INDEX, engine_keeper(r));
    s->lease = &r->lease;
    return s;
}

static void remember(struct release *r, const char *nonces)
{
    struct err err = ERR_INIT;
    engine_begin(r);
    if (r->journal_open && !journal_set(r->journal, r->plan->id, LEASE_FACT, nonces,
                                        r->plan->identity, clock_calendar(), &err))
        engine_lose_journal(r, &err);
}

/* In the journal before it leaves: whoever dies now is known by it afterwards. */
static void ask_for_it(struct release *r)
{
    struct step *s = lease_step(r, STEP_LEASE_TAKE);
    s->known_nonces = journal_get(r->journal, r->plan->id, LEASE_FACT);
    s->take_over = r->options.take_over;
    s->text = engine_plan_text(r);
    char *all = xasprintf("%s%s%s", s->known_nonces == NULL ? "" : s->known_nonces,
                          s->known_nonces == NULL ? "" : " ", r->lease.self.nonce);
    remember(r, all);
    free(all);
    engine_ask(r, s);
}

void engine_lease_take(struct release *r)
{
    struct err err = ERR_INIT;
    r->lease.bucket = r->plan->bucket;
    r->lease.release = r->plan->release;
    r->lease.id = r->plan->id;
    if (r->lease.self.nonce[0] == '\0' && !lease_name(&r->lease, &err))
        engine_refuse(r, &err);
    else
        ask_for_it(r);
}

void engine_forget(struct release *r)
{
    struct err err = ERR_INIT;
    if (!r->accepted || (r->options.resumed && !r->options.found))
        return;
    engine_begin(r);
    if (r->journal_open && journal_drop_release(r->journal, r->plan->id, &err))
        r->accepted = false;
}

static void not_taken(struct release *r, const struct err *err)
{
    if (r->phase != PHASE_LEASING)
        return;
    if (r->started_at != 0 || err_is_passing(err->kind)) {
        engine_stop_because(r, err);
        return;
    }
    engine_refuse(r, err);
}

static void taken(struct release *r, const struct step *s)
{
    if (!s->ok) {
        not_taken(r, &s->err);
        return;
    }
    remember(r, r->lease.self.nonce);
    if (s->result != NULL)
        engine_take_changes(r, s->result);
    r->renew_at = clock_now_ms() + LEASE_RENEW_MS;
    engine_leased(r);
}

static void renewed(struct release *r, const struct step *s)
{
    r->renew_at = clock_now_ms() + LEASE_RENEW_MS;
    if (r->leased == LEASE_LOST)
        engine_stop_because(r, &s->err);
    else if (!s->ok)
        engine_tell(r, EVENT_WARN, "the lease is not renewed: %s; tried again", s->err.message);
}

static void returned(struct release *r, const struct step *s)
{
    if (!s->ok)
        engine_tell(r, EVENT_WARN, "the release's lease stays: %s", s->err.message);
    r->leased = LEASE_NONE;
    engine_phase(r, PHASE_EVENT_CLOSED);
}

static void plan_changed(struct release *r, const struct step *s)
{
    if (s->ok)
        r->plan_written = s->attempt;
    else
        r->plan_at = clock_now_ms() + LEASE_RENEW_MS;
}

void engine_lease_soon(struct release *r)
{
    r->renew_at = clock_now_ms();
}

void engine_lease_step(struct release *r, const struct step *s)
{
    r->leased = r->lease.state;
    if (s->action == STEP_LEASE_TAKE)
        taken(r, s);
    else if (s->action == STEP_LEASE_RENEW)
        renewed(r, s);
    else if (s->action == STEP_LEASE_PLAN)
        plan_changed(r, s);
    else
        returned(r, s);
}

/* Nothing will be asked any more for which the lease is needed. */
static bool ends(const struct release *r)
{
    return r->phase == PHASE_STOPPED || r->phase == PHASE_REFUSED ||
           (r->phase == PHASE_HELD && atomic_load(&r->ending));
}

static void give_back(struct release *r, bool keep_plan)
{
    struct step *s = lease_step(r, STEP_LEASE_RETURN);
    s->keep_plan = keep_plan;
    engine_ask(r, s);
}

static bool plan_is_due(const struct release *r)
{
    return r->plan_number != r->plan_written && clock_now_ms() >= r->plan_at;
}

static void change_plan(struct release *r)
{
    struct step *s = lease_step(r, STEP_LEASE_PLAN);
    s->text = engine_plan_text(r);
    s->attempt = r->plan_number;
    engine_ask(r, s);
}

static void drop_queue(struct release *r)
{
    while (desk(r)->queue != NULL) {
        struct step *s = desk(r)->queue;
        desk(r)->queue = s->next;
        step_free(s);
    }
}

/* Once nothing else is to be done, giving back has so long; then the lease stays where it is. */
static void wind_up(struct release *r)
{
    if (r->lease_until == 0) {
        r->lease_until = clock_now_ms() + clock_of_wall_ms(RETURN_WALL_MS);
        drop_queue(r);
    }
    if (clock_now_ms() >= r->lease_until) {
        atomic_store(&r->keeper_cancel, true);
        r->leased = LEASE_NONE;
        drop_queue(r);
    }
    if (!idle(r) || r->leased != LEASE_HELD)
        return;
    if (plan_is_due(r))
        change_plan(r);
    else
        give_back(r, r->options.resumed || r->mutated);
}

static void keep(struct release *r)
{
    static const bool needed[PHASES] = {[PHASE_RUNNING] = true,
                                        [PHASE_HELD] = true,
                                        [PHASE_PUBLISHING] = true,
                                        [PHASE_STOPPING] = true};
    if (!needed[r->phase] || r->leased != LEASE_HELD)
        return;
    if (clock_now_ms() >= r->renew_at)
        engine_ask(r, lease_step(r, STEP_LEASE_RENEW));
    else if (plan_is_due(r))
        change_plan(r);
}

void engine_lease(struct release *r)
{
    if (engine_keeper(r) >= r->region_count)
        return; /* the plan is not resolved yet */
    if (ends(r))
        wind_up(r);
    else if (r->phase == PHASE_CLOSING && r->leased != LEASE_HELD)
        engine_phase(r, PHASE_EVENT_CLOSED);
    else if (r->phase == PHASE_CLOSING && idle(r))
        give_back(r, false);
    else if (idle(r))
        keep(r);
}

clock_ms engine_next_renewal(const struct release *r)
{
    if (r->leased != LEASE_HELD)
        return CLOCK_NEVER;
    if (r->lease_until != 0)
        return r->lease_until;
    if (!idle(r))
        return CLOCK_NEVER; /* who is out rings when back */
    return r->plan_number == r->plan_written ? r->renew_at : clock_earlier(r->renew_at, r->plan_at);
}

bool engine_lease_at_rest(struct release *r)
{
    return !ends(r) || engine_keeper(r) >= r->region_count || (idle(r) && r->leased != LEASE_HELD);
}
