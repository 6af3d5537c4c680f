/* Which home AMI a copy comes from, and what becomes of it when that one is made anew. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/engine.h"

bool engine_copy_outdated(const struct release *r, const struct engine_cell *c)
{
    const char *now = engine_cell_at(r, c->image, 0)->ami;
    return c->region != 0 && c->source != NULL && (now == NULL || strcmp(c->source, now) != 0);
}

const char *engine_source(struct release *r, struct engine_cell *c)
{
    if (!engine_cell_verified(engine_cell_at(r, c->image, 0)))
        return NULL;
    /* What may have been asked already is asked again as it was: its token knows the old source. */
    if (c->asked_before && c->source != NULL)
        return c->source;
    if (engine_copy_outdated(r, c))
        c->attempt++;
    engine_disk_text(&c->source, engine_cell_at(r, c->image, 0)->ami);
    engine_note(r, "source", c->image, r->plan->regions[c->region].name, c->source);
    return c->source;
}

bool engine_source_gone(const struct release *r, const struct step *s)
{
    if (s->action != STEP_COPY || (s->err.kind != ERR_NOT_FOUND && s->err.kind != ERR_NOT_READY))
        return false;
    return !engine_cell_verified(engine_cell_at(r, s->image, 0)) ||
           engine_copy_outdated(r, engine_cell_at(r, s->image, s->region));
}

/* Whether it is still private is known once it was read. One that failed in the wave may be public
 * all the same. A copy that is just asked for comes first: its answer names what is to be replaced.
 */
static bool may_be_renewed(const struct engine_cell *c)
{
    static const bool before_the_wave[CELL_STATES] = {
        [CELL_PENDING] = true,  [CELL_VERIFYING] = true, [CELL_SETTLING] = true,
        [CELL_CHECKING] = true, [CELL_READY] = true,     [CELL_FAILED] = true,
    };
    bool in_the_wave = c->state == CELL_FAILED && engine_cell_verified(c);
    return before_the_wave[c->state] && !in_the_wave && !c->is_public &&
           (c->ami == NULL || c->is_read);
}

void engine_copy_renew(struct release *r, struct engine_cell *c)
{
    if (!may_be_renewed(c))
        return;
    if (c->ami != NULL) {
        engine_cell_make_stale(r, c);
    } else {
        c->attempt++; /* the token was taken with the old source */
        engine_disk_text(&c->source, NULL);
    }
    c->ended_at = 0;
    engine_drop_steps(r, c);
    engine_cell(r, c, CELL_EVENT_OUTDATED);
}
