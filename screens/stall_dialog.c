/* The question that a stall is. */
#include "screens/stall_dialog.h"

#include "screens/acts.h"
#include "screens/ask_dialog.h"
#include "screens/words.h"

static bool is_stall(const struct model_error *error, enum word word)
{
    return word == WORD_FAIL && error != NULL && error->kind == ERR_STALLED;
}

static struct act_cells still_cells(const struct model *m)
{
    struct act_cells cells = {0};
    for (size_t i = 0; i < m->cell_count && cells.count < ACT_CELLS; i++)
        if (is_stall(m->cells[i].error, m->cells[i].word))
            cells.cells[cells.count++] = &m->cells[i];
    return cells;
}

/* The next disk from `at` that stands still; NULL for none. */
static const struct model_disk *still_disk(const struct model *m, size_t at)
{
    for (size_t i = at; i < m->disk_count; i++)
        if (is_stall(m->disks[i].error, m->disks[i].word))
            return &m->disks[i];
    return NULL;
}

/* What still stands still when it is answered; without its disk an image has nothing to leave out.
 */
static void answer(struct console *c, int key, void *data)
{
    struct act_cells cells = still_cells(c->model);
    (void)data;
    if (key == 'r' && still_disk(c->model, 0) != NULL)
        acts_retry_all(c);
    else if (key == 'r' && cells.count > 0)
        acts_retry(c, &cells);
    else if (cells.count > 0)
        acts_leave_out(c, &cells);
}

static void say(struct console *c, struct dialog *d)
{
    const struct model *m = c->model;
    struct act_cells cells = still_cells(m);
    const struct model_disk *disk = still_disk(m, 0);
    if (disk != NULL)
        dialog_say(d, m->plan->images[disk->image].system, ROLE_WARN, "%s",
                   words_str(&disk->error->message));
    for (size_t i = 0; i < cells.count && i < DIALOG_LINES / 2; i++)
        dialog_say(d, m->plan->regions[cells.cells[i]->region].name, ROLE_WARN, "%s",
                   words_str(&cells.cells[i]->error->message));
    dialog_say(d, NULL, ROLE_TEXT, "%s", "");
    dialog_say(d, NULL, ROLE_TEXT, "What else there is goes on; the wave waits for an answer.");
}

/* When the newest of them was met (calendar); 0 for none. */
static time_t newest_stall(const struct model *m)
{
    time_t newest = 0;
    struct act_cells cells = still_cells(m);
    for (size_t i = 0; i < cells.count; i++)
        if (cells.cells[i]->error->last_at > newest)
            newest = cells.cells[i]->error->last_at;
    for (size_t i = 0; i < m->disk_count; i++)
        if (still_disk(m, i) != NULL && still_disk(m, i)->error->last_at > newest)
            newest = still_disk(m, i)->error->last_at;
    return newest;
}

struct screen *stall_dialog_open(struct console *c, time_t *asked_at)
{
    time_t newest = newest_stall(c->model);
    struct dialog *d;
    if (newest <= *asked_at)
        return NULL;
    *asked_at = newest;
    struct screen *screen = ask_dialog_open(c, "STANDS STILL", ROLE_TITLE, answer, NULL, &d);
    d->escape = "decide later";
    ask_dialog_follow(screen, c, say);
    dialog_choice(d, 'r', "wait on");
    if (still_cells(c->model).count > 0)
        dialog_choice(d, 'x', "leave out of this release");
    return screen;
}
