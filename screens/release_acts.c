/* What keys and commands of the release screen do to cells and upload. */
#include <stdlib.h>
#include <string.h>

#include "screens/cancel_dialog.h"
#include "screens/release_state.h"

/* "all" behind a command, or the regions that are chosen. */
static void wish(struct release_screen *self, const char *argument, bool to_public)
{
    struct console *c = self->screen.console;
    struct act_cells cells;
    release_chosen(self, &cells);
    if (strcmp(argument, "all") == 0) {
        cells.count = 0;
        for (size_t i = 0; i < c->model->cell_count && cells.count < ACT_CELLS; i++)
            cells.cells[cells.count++] = &c->model->cells[i];
    }
    acts_wish(c, &cells, to_public);
}

bool release_act_cells(struct release_screen *self, int function, const char *argument)
{
    bool all = strcmp(argument, "all") == 0;
    if (function == RELEASE_PUBLIC || function == RELEASE_PRIVATE)
        wish(self, argument, function == RELEASE_PUBLIC);
    else if (function == RELEASE_RETRY_ALL || (function == CELL_KEY_RETRY && all))
        acts_retry_all(self->screen.console);
    else if (function == RELEASE_TAKE_BACK)
        acts_take_back(self->screen.console);
    else if (function == RELEASE_CANCEL)
        console_push(self->screen.console, cancel_dialog_open(self->screen.console));
    else
        return cell_key_act(&self->screen, function);
    return true;
}

bool release_act_upload(struct console *c, int function, const char *argument)
{
    switch (function) {
    case RELEASE_PAUSE:
        acts_pause(c);
        return true;
    case RELEASE_SIGN_IN:
        if (console_command(c,
                            (struct command){.kind = COMMAND_SIGN_IN, .image = -1, .region = -1}))
            console_say(c, ROLE_TEXT, "Looking for new credentials.");
        return true;
    case RELEASE_MORE:
        acts_connections(c, c->model->connections + 1);
        return true;
    case RELEASE_FEWER:
        acts_connections(c, c->model->connections - 1);
        return true;
    case RELEASE_CONNECTIONS:
        acts_connections(c, atoi(argument));
        return true;
    default:
        return false;
    }
}

static const char *chosen_words(const struct model *m, const struct act_cells *cells)
{
    if (cells->count == 0)
        return "nothing";
    return cells->count == 1 ? m->plan->regions[cells->cells[0]->region].name
                             : "the marked regions";
}

bool release_explain(struct screen *s, int function, const char *argument, struct safe_text *out)
{
    struct release_screen *self = (struct release_screen *)s;
    const struct model *m = s->console->model;
    struct act_cells cells;
    release_chosen(self, &cells);
    bool all = strcmp(argument, "all") == 0;
    const char *which = all ? "all" : chosen_words(m, &cells);
    switch (function) {
    case RELEASE_PUBLIC:
        *out = text_safe_fmt("Enter: asks before %s go public", which);
        return true;
    case RELEASE_PRIVATE:
        *out = text_safe_fmt("Enter: keeps %s private, or asks to take it back", which);
        return true;
    case RELEASE_CANCEL:
        *out = text_safe("Enter: asks before the release stops and all that it made goes");
        return true;
    case RELEASE_TAKE_BACK:
        *out = text_safe("Enter: asks before all that is public becomes private again");
        return true;
    case CELL_KEY_RETRY:
        *out = text_safe_fmt("Enter: tries %s again", all ? "all that failed" : which);
        return true;
    case RELEASE_CONNECTIONS:
        *out = text_safe_fmt("Enter: uploads use %d connections (now %d)", atoi(argument),
                             m->connections);
        return true;
    default:
        return false;
    }
}
