/* Stalls: what has not moved for too long. */
#include <stdio.h>

#include "core/engine.h"

/* Minutes without any progress that are usual; four times that is a stall. What is asked of AWS has
 * the patience of its steps and no stall (0). */
static const int usual_minutes[CELL_STATES] = {
    [CELL_PENDING] = 15,   [CELL_VERIFYING] = 5, [CELL_CHECKING] = 5,
    [CELL_CONFIRMING] = 5, [CELL_RECEDING] = 5,
};
#define USUAL_IMPORT_MINUTES 15
#define STALL_FACTOR         4

static clock_ms stall_ms(const struct release *r, int usual)
{
    int minutes = r->plan->stall_minutes > 0 ? r->plan->stall_minutes : usual * STALL_FACTOR;
    return (clock_ms)minutes * 60000;
}

static struct err stalled(const struct release *r, const char *what, clock_ms since, size_t region)
{
    struct err err = ERR_INIT;
    err_set(&err, ERR_STALLED, "%s has not moved for %lld minutes", what,
            (long long)((clock_now_ms() - since) / 60000));
    snprintf(err.region, sizeof(err.region), "%s", r->plan->regions[region].name);
    err_advise(&err, "r goes on waiting; x leaves the region out; --stall sets the limit");
    return err;
}

static bool is_stale(clock_ms moved_at, int usual)
{
    return usual > 0 && clock_now_ms() - moved_at > (clock_ms)usual * 60000;
}

bool engine_cell_stale(const struct engine_cell *c)
{
    return is_stale(c->moved_at, usual_minutes[c->state]);
}

/* What of a disk only AWS can move on, for people; NULL: nothing. */
static const char *waits_for(const struct engine_disk *d)
{
    static const char *const what[DISK_STATES] = {
        [DISK_IMPORTING] = "the import",
        [DISK_PENDING] = "the pending snapshot",
    };
    return what[d->state];
}

bool engine_disk_stale(const struct engine_disk *d)
{
    return waits_for(d) != NULL && is_stale(d->moved_at, USUAL_IMPORT_MINUTES);
}

/* Told once, when it begins; the screens show it while it lasts. */
static bool begins(struct release *r, bool stale, bool *told)
{
    bool begun = stale && !*told;
    r->changed = r->changed || stale != *told;
    *told = stale;
    return begun;
}

static void look_at_cell(struct release *r, struct engine_cell *c, clock_ms now)
{
    int usual = usual_minutes[c->state];
    struct err err = stalled(r, cell_state_name(c->state), c->moved_at, c->region);
    if (begins(r, engine_cell_stale(c), &c->stale_told))
        engine_tell_stale(r, c->image, c->region, &err);
    if (usual > 0 && now - c->moved_at > stall_ms(r, usual))
        engine_cell_fail(r, c, &err);
}

/* It may still end well: a retry looks at it again. */
static void look_at_disk(struct release *r, struct engine_disk *d, clock_ms now)
{
    const char *what = waits_for(d);
    struct err err = stalled(r, what == NULL ? "" : what, d->moved_at, 0);
    if (begins(r, engine_disk_stale(d), &d->stale_told))
        engine_tell_stale(r, d->image, 0, &err);
    if (what != NULL && now - d->moved_at > stall_ms(r, USUAL_IMPORT_MINUTES))
        engine_disk_fail(r, d, &err);
}

void engine_stalls(struct release *r)
{
    clock_ms now = r->turned_at; /* this program may have been stopped since */
    for (size_t i = 0; i < r->cell_count; i++)
        look_at_cell(r, &r->cells[i], now);
    for (size_t i = 0; i < r->disk_count; i++)
        look_at_disk(r, &r->disks[i], now);
}
