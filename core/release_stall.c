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

bool engine_cell_stale(const struct engine_cell *c)
{
    return usual_minutes[c->state] > 0 &&
           clock_now_ms() - c->moved_at > (clock_ms)usual_minutes[c->state] * 60000;
}

void engine_stalls(struct release *r)
{
    clock_ms now = clock_now_ms();
    for (size_t i = 0; i < r->cell_count; i++) {
        struct engine_cell *c = &r->cells[i];
        if (usual_minutes[c->state] == 0 ||
            now - c->moved_at <= stall_ms(r, usual_minutes[c->state]))
            continue;
        struct err err = stalled(r, cell_state_name(c->state), c->moved_at, c->region);
        engine_cell_fail(r, c, &err);
    }
    for (size_t i = 0; i < r->disk_count; i++) {
        struct engine_disk *d = &r->disks[i];
        if (d->state != DISK_IMPORTING || now - d->moved_at <= stall_ms(r, USUAL_IMPORT_MINUTES))
            continue;
        /* The task may still end well: a retry looks at it again. */
        struct err err = stalled(r, "the import", d->moved_at, 0);
        engine_disk_fail(r, d, &err);
    }
}
