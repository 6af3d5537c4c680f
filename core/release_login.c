/* Credentials that are over while somebody looks on: the release waits for a new login, and goes
 * on. And time that went by without it, since the machine slept. */
#include <stdlib.h>

#include "base/mem.h"
#include "core/engine.h"

/* Wall time between two looks for new credentials: the CLI leaves them in a file. */
#define LOGIN_EVERY_WALL_MS 5000
/* Later than due by so much wall time, it was not running; and so much more on the calendar than on
 * the clock, the machine slept. */
#define AWAY_WALL_MS 3000
#define SLEPT_S      60

bool engine_waits_for_login(const struct release *r)
{
    return r->login == LOGIN_AWAITED && r->phase != PHASE_STOPPING && r->phase != PHASE_STOPPED;
}

bool engine_await_login(struct release *r, const struct err *err)
{
    if (!r->options.attended || !r->accepted || !aws_credentials_may_change(r->options.aws))
        return false;
    if (r->login == LOGIN_AWAITED)
        return true;
    r->login = LOGIN_AWAITED;
    r->login_err = *err;
    r->login_since = clock_now_ms();
    r->login_at = r->login_since + clock_of_wall_ms(LOGIN_EVERY_WALL_MS);
    r->changed = true;
    engine_tell(r, EVENT_BAD, "paused: %s; %s", err->message, err->advice);
    return true;
}

void engine_login_now(struct release *r)
{
    if (engine_waits_for_login(r))
        r->login_at = clock_now_ms();
}

void engine_login(struct release *r)
{
    if (!engine_waits_for_login(r) || r->login_out || clock_now_ms() < r->login_at)
        return;
    r->login_out = true;
    engine_ask(r, step_new(STEP_SIGN_IN, r->plan, STEP_NO_INDEX, STEP_NO_INDEX, STEP_NO_INDEX));
}

clock_ms engine_next_login(const struct release *r)
{
    return engine_waits_for_login(r) && !r->login_out ? r->login_at : CLOCK_NEVER;
}

/* What did not move while nobody looked has not stalled. */
static void forgive(struct release *r, clock_ms away)
{
    for (size_t i = 0; i < r->cell_count; i++) {
        struct engine_cell *c = &r->cells[i];
        clock_ms *const since[] = {&c->moved_at, &c->stage_at, &c->seen_at, &c->differs_since};
        for (size_t k = 0; k < ARRAY_LEN(since); k++)
            if (*since[k] != 0)
                *since[k] += away;
    }
    for (size_t i = 0; i < r->disk_count; i++) {
        r->disks[i].moved_at += away;
        r->disks[i].stage_at += away;
    }
    for (size_t i = 0; i < r->region_count; i++) {
        if (r->regions[i].poll_at != 0)
            r->regions[i].poll_at = clock_now_ms();
    }
    r->away_ms += away;
    r->login_since += away; /* of the pause, too, this part is forgiven now */
    engine_lease_soon(r);
    r->changed = true;
}

clock_ms engine_awake_ms(const struct release *r)
{
    return clock_now_ms() - r->away_ms;
}

void engine_login_result(struct release *r, const struct step *s)
{
    r->login_out = false;
    r->login_at = clock_now_ms() + clock_of_wall_ms(LOGIN_EVERY_WALL_MS);
    r->changed = true;
    if (!s->ok)
        r->login_err = s->err;
    if (!s->ok || r->login != LOGIN_AWAITED)
        return;
    r->login = LOGIN_GOOD;
    engine_tell(r, EVENT_GOOD, "signed in again: the release goes on");
    forgive(r, clock_now_ms() - r->login_since);
    for (size_t i = 0; i < r->disk_count; i++)
        if (engine_ends_everything(&r->disks[i].err))
            engine_disk_retry(r, &r->disks[i]);
}

void engine_away(struct release *r, clock_ms wait)
{
    clock_ms now = clock_now_ms(), passed = now - r->turned_at;
    clock_ms late = passed - (wait > 0 ? wait : 0);
    time_t calendar = clock_calendar();
    time_t slept = calendar - r->turned_on - (time_t)(passed / 1000);
    bool away = late > clock_of_wall_ms(AWAY_WALL_MS);
    if (r->turned_on != 0 && (away || slept > SLEPT_S)) {
        engine_tell(r, EVENT_WARN, "tatami stood still for %lld minutes: it looks at all again",
                    (long long)((away ? late / 1000 : 0) + (slept > 0 ? slept : 0)) / 60);
        forgive(r, away ? late : 0);
    }
    r->turned_at = now;
    r->turned_on = calendar;
}
