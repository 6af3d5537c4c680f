/* The questions before something becomes public, or stops being so. */
#include "screens/acts_ask.h"

#include "base/mem.h"
#include "screens/ask_dialog.h"
#include "screens/cell_text.h"

/* What an answer sends: one kind, for many cells. */
struct agreed {
    enum command_kind kind;
    size_t count;
    struct {
        int image, region;
    } cells[ACT_CELLS];
};

static struct agreed *agree(enum command_kind kind, const struct act_cells *cells, bool all_images)
{
    struct agreed *agreed = xcalloc(1, sizeof(*agreed));
    agreed->kind = kind;
    agreed->count = cells->count;
    for (size_t i = 0; i < cells->count; i++) {
        agreed->cells[i].image = all_images ? -1 : (int)cells->cells[i]->image;
        agreed->cells[i].region = (int)cells->cells[i]->region;
    }
    return agreed;
}

static void send_agreed(struct console *c, int key, void *data)
{
    const struct agreed *agreed = data;
    int sent = 0;
    (void)key;
    for (size_t i = 0; i < agreed->count; i++)
        sent += console_command(c, (struct command){.kind = agreed->kind,
                                                    .image = agreed->cells[i].image,
                                                    .region = agreed->cells[i].region});
    const char *what = agreed->kind == COMMAND_LEAVE_OUT ? "region" : "AMI";
    if (sent > 0)
        console_say(c, ROLE_TEXT, "Asked for %d %s%s.", sent, what, sent == 1 ? "" : "s");
}

/* The image's name where all cells are of one, else the release's. */
static const char *name_of(const struct model *m, const struct act_cells *cells)
{
    for (size_t i = 1; i < cells->count; i++)
        if (cells->cells[i]->image != cells->cells[0]->image)
            return m->plan->release;
    return m->plan->images[cells->cells[0]->image].name;
}

static void list_cells(struct dialog *d, const struct model *m, const struct act_cells *cells)
{
    for (size_t i = 0; i < cells->count; i++) {
        const struct model_cell *cell = cells->cells[i];
        dialog_list(d, "%-15s %-22s %s", m->plan->regions[cell->region].name,
                    words_are(&cell->ami) ? cell->ami.utf8 : "-", word_name(cell->word));
    }
}

void acts_ask_wish(struct console *c, const struct act_cells *cells, bool to_public)
{
    struct model *m = c->model;
    struct dialog *d;
    const char *name = name_of(m, cells);
    struct agreed *agreed =
        agree(to_public ? COMMAND_WISH_PUBLIC : COMMAND_WISH_PRIVATE, cells, false);
    struct screen *screen = ask_dialog_open(c, to_public ? "MAKE PUBLIC" : "TAKE BACK FROM PUBLIC",
                                            ROLE_DANGER, send_agreed, agreed, &d);
    dialog_say(d, to_public ? "Public" : "Private", ROLE_STRONG, "%zu AMI%s of %s", cells->count,
               cells->count == 1 ? "" : "s", name);
    if (to_public)
        dialog_say(d, "Who", ROLE_TEXT, "every AWS account will see them and can launch them");
    else
        dialog_say(d, "Who", ROLE_TEXT, "strangers' launches of them break at once");
    dialog_say(d, "When", ROLE_TEXT,
               m->phase == PHASE_PUBLISHING || m->phase == PHASE_DONE || !to_public
                   ? "at once"
                   : "with the wave, once every required region is verified");
    dialog_say(d, NULL, ROLE_TEXT, "%s", "");
    list_cells(d, m, cells);
    dialog_phrase(d, "%s %s %s %zu", to_public ? "public" : "private", name, m->account.utf8,
                  cells->count);
    console_push(c, screen);
}

static void send_take_back(struct console *c, int key, void *data)
{
    (void)key;
    (void)data;
    console_command(c, (struct command){.kind = COMMAND_WISH_PRIVATE, .image = -1, .region = -1});
}

void acts_ask_take_back(struct console *c)
{
    struct model *m = c->model;
    struct dialog *d;
    struct act_cells cells = {0};
    int count = acts_count_public(m);
    struct screen *screen =
        ask_dialog_open(c, "TAKE BACK THE RELEASE", ROLE_DANGER, send_take_back, NULL, &d);
    for (size_t i = 0; i < m->cell_count && cells.count < ACT_CELLS; i++)
        if (!m->cells[i].left_out && acts_goes_public(&m->cells[i]))
            cells.cells[cells.count++] = &m->cells[i];
    dialog_say(d, "Private", ROLE_STRONG, "%d AMI%s of %s, all regions at once", count,
               count == 1 ? "" : "s", m->plan->release);
    dialog_say(d, "Who", ROLE_TEXT, "strangers' launches of them break at once");
    dialog_say(d, "Undo", ROLE_TEXT, ":public all, or `tatami publish %s`, makes them public again",
               m->plan->release);
    dialog_say(d, NULL, ROLE_TEXT, "%s", "");
    list_cells(d, m, &cells);
    if ((size_t)count > cells.count)
        dialog_list(d, "and %zu more", (size_t)count - cells.count);
    dialog_phrase(d, "private %s %s %d", m->plan->release, m->account.utf8, count);
    console_push(c, screen);
}

/* Leaving a region out takes it from all images, so that each of them is listed. */
static void list_regions(struct dialog *d, const struct model *m, const struct act_cells *cells)
{
    for (size_t i = 0; i < cells->count; i++) {
        for (size_t image = 0; image < m->plan->image_count; image++) {
            const struct model_cell *cell = model_cell(m, image, cells->cells[i]->region);
            dialog_list(d, "%-15s %-22s %s  %s", m->plan->regions[cell->region].name,
                        words_are(&cell->ami) ? cell->ami.utf8 : "-", word_name(cell->word),
                        m->plan->images[image].system);
        }
    }
}

void acts_ask_leave_out(struct console *c, const struct act_cells *cells, int wave,
                        const char *stays)
{
    struct model *m = c->model;
    struct dialog *d;
    struct agreed *agreed = agree(COMMAND_LEAVE_OUT, cells, true);
    struct screen *screen =
        ask_dialog_open(c, wave > 0 ? "LEAVE OUT AND PUBLISH" : "LEAVE OUT?",
                        wave > 0 ? ROLE_DANGER : ROLE_TITLE, send_agreed, agreed, &d);
    dialog_say(d, "Leave out", ROLE_STRONG, "%zu region%s, with all %zu image%s", cells->count,
               cells->count == 1 ? "" : "s", m->plan->image_count,
               m->plan->image_count == 1 ? "" : "s");
    if (stays[0] != '\0')
        dialog_say(d, "But", ROLE_WARN, "%s", stays);
    if (wave > 0)
        dialog_say(d, "Then", ROLE_TEXT,
                   "nothing holds the barrier: %d AMI%s become%s public at once", wave,
                   wave == 1 ? "" : "s", wave == 1 ? "s" : "");
    else
        dialog_say(d, "Then", ROLE_TEXT,
                   "what is there stays in AWS, private; x takes it in again");
    dialog_say(d, NULL, ROLE_TEXT, "%s", "");
    list_regions(d, m, cells);
    if (wave > 0)
        dialog_phrase(d, "publish %s %s %d", m->plan->release, m->account.utf8, wave);
    else
        dialog_choice(d, 'y', "leave out");
    console_push(c, screen);
}
