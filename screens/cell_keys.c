/* The keys that act on cells, the same on every screen that shows some. */
#include "screens/cell_keys.h"

#include "base/mem.h"

static bool can(const void *data, struct safe_text *reason,
                bool (*acts_can)(const struct console *c, const struct act_cells *cells,
                                 struct safe_text *reason))
{
    const struct screen *s = data;
    struct act_cells cells;
    s->ops->chosen(s, &cells);
    return acts_can(s->console, &cells, reason);
}

bool cell_key_can_retry(const void *data, struct safe_text *reason)
{
    return can(data, reason, acts_can_retry);
}

bool cell_key_can_wish(const void *data, struct safe_text *reason)
{
    return can(data, reason, acts_can_wish);
}

bool cell_key_can_leave_out(const void *data, struct safe_text *reason)
{
    return can(data, reason, acts_can_leave_out);
}

static void copy_id(struct console *c, const struct act_cells *cells)
{
    acts_copy_id(c, cells->cells[0]);
}

static void copy_row(struct console *c, const struct act_cells *cells)
{
    acts_copy_row(c, cells->cells[0]);
}

bool cell_key_act(struct screen *s, int function)
{
    static void (*const acts[])(struct console * c, const struct act_cells *cells) = {
        [CELL_KEY_RETRY - UI_OWN] = acts_retry,
        [CELL_KEY_TOGGLE_PUBLIC - UI_OWN] = acts_toggle_public,
        [CELL_KEY_LEAVE_OUT - UI_OWN] = acts_leave_out,
        [CELL_KEY_COPY_ID - UI_OWN] = copy_id,
        [CELL_KEY_COPY_ROW - UI_OWN] = copy_row,
    };
    struct act_cells cells;
    if (function < UI_OWN || function >= CELL_KEYS_END)
        return false;
    s->ops->chosen(s, &cells);
    acts[function - UI_OWN](s->console, &cells);
    return true;
}
