/* What the console has in hand: work, and moments at which what is shown changes. */
#include "screens/console.h"

static bool works(enum phase phase)
{
    static const bool working[PHASES] = {
        [PHASE_RESOLVING] = true,  [PHASE_LEASING] = true, [PHASE_RUNNING] = true,
        [PHASE_PUBLISHING] = true, [PHASE_CLOSING] = true, [PHASE_STOPPING] = true,
    };
    return working[phase];
}

/* Regions have not answered yet. */
static bool reads(const struct console *c)
{
    const struct inventory *i = c->inventory;
    if (c->reader == NULL || i == NULL)
        return c->reader != NULL;
    return i->err.kind == ERR_NONE &&
           (i->region_count == 0 || i->regions_answered < i->region_count);
}

static int screens_busy(const struct console *c)
{
    int busy = 0;
    for (int place = 0; place < PLACES; place++) {
        const struct console_stack *stack = &c->stacks[place];
        for (size_t i = 0; i < stack->depth; i++)
            if (stack->screens[i]->ops->busy != NULL)
                busy += stack->screens[i]->ops->busy(stack->screens[i]);
    }
    return busy;
}

int console_busy(const struct console *c)
{
    return (c->model != NULL && works(c->model->phase)) + (c->asked_at != 0) + reads(c) +
           screens_busy(c);
}

/* While the release moves, its times are shown anew once a second. */
#define TICK_MS 1000

static bool release_moves(const struct console *c)
{
    return c->place == PLACE_RELEASES && c->model != NULL && works(c->model->phase);
}

clock_ms console_due(const struct console *c)
{
    clock_ms due = CLOCK_NEVER;
    const struct console_stack *stack = &c->stacks[c->place];
    for (size_t i = 0; i < stack->depth; i++)
        if (stack->screens[i]->ops->due != NULL)
            due = clock_earlier(due, stack->screens[i]->ops->due(stack->screens[i]));
    return release_moves(c) ? clock_earlier(due, c->now + clock_of_wall_ms(TICK_MS)) : due;
}

static struct console_stack *shown(struct console *c)
{
    return &c->stacks[c->place];
}

void console_tick(struct console *c, clock_ms now)
{
    for (size_t i = shown(c)->depth; i > 0; i--) {
        struct screen *screen = i <= shown(c)->depth ? shown(c)->screens[i - 1] : NULL;
        if (screen != NULL && screen->ops->tick != NULL && screen->ops->due != NULL &&
            screen->ops->due(screen) <= now)
            screen->ops->tick(screen);
    }
}
