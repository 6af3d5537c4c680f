/* Handing steps out and taking them back. */
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "core/engine.h"

static struct engine_region *region_of(struct release *r, const struct step *s)
{
    return &r->regions[s->region == STEP_NO_INDEX ? engine_local(r) : s->region];
}

static void enqueue(struct engine_region *g, struct step *step)
{
    struct step **end = &g->queue;
    while (*end != NULL)
        end = &(*end)->next;
    step->next = NULL;
    *end = step;
}

void engine_ask(struct release *r, struct step *step)
{
    if (step_mutates(step->action))
        engine_intend(r, step);
    enqueue(region_of(r, step), step);
}

void engine_drop_steps(struct release *r, struct engine_cell *c)
{
    c->serial++;
    for (struct step **at = &r->regions[c->region].queue; *at != NULL;) {
        struct step *step = *at;
        bool own = step->image == c->image && step->disk == STEP_NO_INDEX;
        if (own) {
            *at = step->next;
            step_free(step);
        } else {
            at = &step->next;
        }
    }
}

static bool is_lease(enum step_action action)
{
    return action >= STEP_LEASE_TAKE && action <= STEP_LEASE_RETURN;
}

/* A stopping release starts nothing, and who has no lease or no journal neither; but a lease is
 * kept and given back. */
static bool may_leave(const struct release *r, const struct step *s)
{
    if (engine_waits_for_login(r))
        return s->action == STEP_SIGN_IN;
    if (s->action == STEP_LEASE_TAKE)
        return r->phase == PHASE_LEASING && !r->lost_journal;
    if (is_lease(s->action))
        return true;
    return r->phase != PHASE_STOPPING && r->phase != PHASE_STOPPED && r->phase != PHASE_LEASING &&
           !r->lost_journal;
}

/* The first step that is due, taken out of the queue. */
static struct step *take_due(struct release *r, struct engine_region *g)
{
    clock_ms now = clock_now_ms();
    for (struct step **at = &g->queue; *at != NULL; at = &(*at)->next) {
        struct step *step = *at;
        if (step->not_before > now || !may_leave(r, step))
            continue;
        *at = step->next;
        step->next = NULL;
        return step;
    }
    return NULL;
}

void engine_dispatch(struct release *r)
{
    for (size_t i = 0; i < r->region_count; i++) {
        struct engine_region *g = &r->regions[i];
        struct step *step = g->busy ? NULL : take_due(r, g);
        if (step == NULL)
            continue;
        if (step->first_tried_at == 0)
            step->first_tried_at = engine_awake_ms(r);
        g->busy = true;
        r->mutated = r->mutated || step_mutates(step->action);
        worker_give(g->worker, step);
    }
}

bool engine_busy(const struct release *r)
{
    for (size_t i = 0; i < r->region_count; i++)
        if (r->regions[i].busy && i != engine_keeper(r))
            return true;
    return false;
}

clock_ms engine_next_step(const struct release *r)
{
    clock_ms next = CLOCK_NEVER;
    for (size_t i = 0; i < r->region_count; i++)
        for (const struct step *s = r->regions[i].queue; s != NULL; s = s->next)
            if (!r->regions[i].busy && may_leave(r, s) && s->not_before < next)
                next = s->not_before;
    return next;
}

/* Program time until a step that failed in passing is tried again. A limit on work in progress
 * frees slowly; a fresh id is known within seconds. */
static clock_ms backoff(const struct step *s)
{
    static const struct {
        enum err_kind kind;
        clock_ms first, most;
    } rows[] = {
        {ERR_LIMIT, 60000, 60000},
        {ERR_NOT_FOUND, 500, 15000},
        {ERR_NOT_READY, 500, 15000},
        {ERR_NONE, 1000, 60000},
    };
    size_t i = 0;
    while (rows[i].kind != s->err.kind && rows[i].kind != ERR_NONE)
        i++;
    clock_ms wait = rows[i].first;
    for (int n = 1; n < s->tries && wait < rows[i].most; n++)
        wait *= 2;
    return wait < rows[i].most ? wait : rows[i].most;
}

static clock_ms patience(const struct release *r)
{
    int minutes = r->plan->stall_minutes > 0 ? r->plan->stall_minutes : 20;
    return (clock_ms)minutes * 60 * 1000;
}

static void note_disk_retry(struct release *r, const struct step *s)
{
    struct engine_disk *d = engine_disk_at(r, s->image, s->disk);
    d->err_last_at = clock_calendar();
    if (d->err.kind == ERR_NONE) {
        d->err_first_at = d->err_last_at;
        engine_tell_retry(r, s->image, 0, step_name(s->action), &s->err);
    }
    d->err = s->err;
    d->tries = s->tries;
    d->retry_at = s->not_before;
    r->changed = true;
}

/* Tells once what is wrong and that it goes on by itself. */
static void note_retry(struct release *r, struct step *s)
{
    bool lag = s->err.kind == ERR_NOT_FOUND || s->err.kind == ERR_NOT_READY;
    if (s->image == STEP_NO_INDEX) {
        if (s->tries == 1)
            engine_tell_retry(r, STEP_NO_INDEX, s->region == STEP_NO_INDEX ? 0 : s->region,
                              step_name(s->action), &s->err);
        return;
    }
    if (s->disk != STEP_NO_INDEX) {
        if (!lag)
            note_disk_retry(r, s);
        return;
    }
    struct engine_cell *c = engine_cell_at(r, s->image, s->region);
    c->err_last_at = clock_calendar();
    if (lag)
        return;
    if (c->err.kind == ERR_NONE) {
        c->err_first_at = c->err_last_at;
        engine_tell_retry(r, s->image, s->region, step_name(s->action), &s->err);
    }
    c->err = s->err;
    c->tries = s->tries;
    c->retry_at = s->not_before;
    r->changed = true;
}

static bool try_again(struct release *r, struct step *s)
{
    clock_ms now = clock_now_ms();
    if (!step_may_pass(s) || engine_source_gone(r, s))
        return false;
    if (engine_awake_ms(r) - s->first_tried_at > patience(r))
        return err_advise(&s->err, "it was tried for %lld minutes; r tries again, x leaves out",
                          (long long)((engine_awake_ms(r) - s->first_tried_at) / 60000));
    s->tries++;
    s->not_before = now + backoff(s);
    s->asked_before = true;
    note_retry(r, s);
    free(s->result);
    s->result = NULL;
    s->ok = false;
    enqueue(region_of(r, s), s);
    return true;
}

bool engine_ends_everything(const struct err *err)
{
    return err->kind == ERR_EXPIRED || err->kind == ERR_CREDENTIALS;
}

static void hand_on(struct release *r, struct step *s)
{
    if (is_lease(s->action)) {
        engine_lease_step(r, s);
        return;
    }
    switch (s->action) {
    case STEP_RESOLVE:
        engine_resolved(r, s);
        break;
    case STEP_NAMES:
        engine_names(r, s);
        break;
    case STEP_SURVEY:
        engine_survey_result(r, s);
        break;
    case STEP_POLL:
        engine_poll_result(r, s);
        break;
    case STEP_LOOK:
        engine_look_result(r, s);
        break;
    case STEP_SIGN_IN:
        engine_login_result(r, s);
        break;
    default:
        if (s->disk != STEP_NO_INDEX)
            engine_disk_step(r, engine_disk_at(r, s->image, s->disk), s);
        else
            engine_cell_step(r, engine_cell_at(r, s->image, s->region), s);
    }
}

void engine_stop_because(struct release *r, const struct err *err)
{
    r->err = *err;
    engine_tell_error(r, err);
    engine_phase(r, PHASE_EVENT_STOP);
}

/* What reads once changes nothing, but a disk, a cell or the release waits for it. Giving the lease
 * back is worth waiting for only where that is all that is left to do. */
static bool is_patient(const struct release *r, const struct step *s)
{
    static const bool waited_for[STEP_ACTIONS] = {[STEP_CHECK_OBJECT] = true,
                                                  [STEP_READ_UEFI] = true,
                                                  [STEP_SURVEY] = true,
                                                  [STEP_OPEN_SOURCE] = true,
                                                  [STEP_LEASE_TAKE] = true};
    if (s->action == STEP_LEASE_RETURN)
        return r->phase == PHASE_CLOSING;
    return step_mutates(s->action) || waited_for[s->action];
}

/* Asked once more after the next login. */
static void put_off(struct release *r, struct step *s)
{
    s->asked_before = true;
    free(s->result);
    s->result = NULL;
    enqueue(region_of(r, s), s);
}

void engine_take(struct release *r, struct step *s)
{
    region_of(r, s)->busy = false;
    bool stopping = r->phase == PHASE_STOPPING || r->phase == PHASE_STOPPED;
    bool over = !s->ok && !stopping && r->accepted && s->action != STEP_SIGN_IN &&
                engine_ends_everything(&s->err);
    if (!s->ok)
        log_error(step_name(s->action), &s->err);
    if (over && engine_await_login(r, &s->err)) {
        put_off(r, s);
        return;
    }
    if (over)
        engine_stop_because(r, &s->err);
    stopping = r->phase == PHASE_STOPPING;
    if (!s->ok && stopping && !is_lease(s->action)) {
        step_free(s); /* the intent stays without an answer: resume looks before it asks again */
        return;
    }
    if (!s->ok && !stopping && is_patient(r, s) && try_again(r, s))
        return;
    engine_answer(r, s);
    hand_on(r, s);
    step_free(s);
}
