/* Commands: what a person asks of a running release. */
#include <stdlib.h>

#include "base/mem.h"
#include "core/engine.h"

static bool meant(const struct command *c, size_t image, size_t region)
{
    return (c->image < 0 || (size_t)c->image == image) &&
           (c->region < 0 || (size_t)c->region == region);
}

static void do_go(struct release *r, const struct command *c)
{
    (void)c;
    engine_go(r);
}

static void do_refuse(struct release *r, const struct command *c)
{
    (void)c;
    if (r->phase != PHASE_PLANNED && r->phase != PHASE_RESOLVING)
        return;
    r->refused_by_person = true;
    engine_phase(r, PHASE_EVENT_UNRESOLVED);
}

static void do_retry(struct release *r, const struct command *c)
{
    for (size_t i = 0; i < r->cell_count; i++)
        if (meant(c, r->cells[i].image, r->cells[i].region))
            engine_cell_retry(r, &r->cells[i]);
    /* A disk belongs to its image's home cell. */
    for (size_t i = 0; i < r->disk_count; i++)
        if (meant(c, r->disks[i].image, 0))
            engine_disk_retry(r, &r->disks[i]);
}

/* A change of the plan; another machine keeps to it too. */
static void change(struct release *r, const struct engine_cell *c, const char *what,
                   const char *value)
{
    engine_note(r, what, c->image, r->plan->regions[c->region].name, value);
    r->plan_number++;
}

static void set_wish(struct release *r, const struct command *c, enum wish wish, const char *word)
{
    for (size_t i = 0; i < r->cell_count; i++) {
        struct engine_cell *cell = &r->cells[i];
        if (!meant(c, cell->image, cell->region) || cell->state == CELL_LEFT_OUT)
            continue;
        cell->wish = wish;
        change(r, cell, "wish", word);
    }
}

static void do_wish_public(struct release *r, const struct command *c)
{
    set_wish(r, c, WISH_PUBLIC, "public");
}

static void do_wish_private(struct release *r, const struct command *c)
{
    set_wish(r, c, WISH_PRIVATE, "private");
}

/* The home region cannot be left out: every copy comes from it. Nor can a cell that is public, or
 * may be, since the permission was asked: it has to become private first. */
static void do_leave_out(struct release *r, const struct command *c)
{
    for (size_t i = 0; i < r->cell_count; i++) {
        struct engine_cell *cell = &r->cells[i];
        bool asked_public = cell->state == CELL_FAILED && engine_cell_verified(cell);
        if (!meant(c, cell->image, cell->region) || cell->region == 0 || asked_public ||
            cell_next(cell->state, CELL_EVENT_LEAVE_OUT) == NULL)
            continue;
        change(r, cell, "left", "yes");
        engine_cell(r, cell, CELL_EVENT_LEAVE_OUT);
    }
}

static void do_rejoin(struct release *r, const struct command *c)
{
    for (size_t i = 0; i < r->cell_count; i++) {
        struct engine_cell *cell = &r->cells[i];
        if (!meant(c, cell->image, cell->region) || cell->state != CELL_LEFT_OUT)
            continue;
        change(r, cell, "left", "no");
        cell->asked_before = true;
        engine_cell(r, cell, cell->ami != NULL ? CELL_EVENT_REWATCH : CELL_EVENT_REJOIN);
    }
}

static void do_pause(struct release *r, const struct command *c)
{
    pace_set_paused(r->pace, c->kind == COMMAND_PAUSE);
}

static void do_connections(struct release *r, const struct command *c)
{
    int most = PACE_CONNECTIONS_MAX;
    engine_keep_connections(r, c->number < 1 ? 1 : c->number > most ? most : c->number);
}

static void do_sign_in(struct release *r, const struct command *c)
{
    (void)c;
    engine_login_now(r);
}

static void do_stop(struct release *r, const struct command *c)
{
    (void)c;
    engine_phase(r, PHASE_EVENT_STOP);
}

void engine_command(struct release *r, const struct command *command)
{
    static void (*const commands[COMMAND_KINDS])(struct release * r, const struct command *c) = {
        [COMMAND_GO] = do_go,
        [COMMAND_RETRY] = do_retry,
        [COMMAND_WISH_PUBLIC] = do_wish_public,
        [COMMAND_WISH_PRIVATE] = do_wish_private,
        [COMMAND_LEAVE_OUT] = do_leave_out,
        [COMMAND_REJOIN] = do_rejoin,
        [COMMAND_PAUSE] = do_pause,
        [COMMAND_CONTINUE] = do_pause,
        [COMMAND_CONNECTIONS] = do_connections,
        [COMMAND_SIGN_IN] = do_sign_in,
        [COMMAND_STOP] = do_stop,
        [COMMAND_REFUSE] = do_refuse,
    };
    commands[command->kind](r, command);
    r->changed = true; /* whoever asked sees a newer model, also when nothing moved */
}
