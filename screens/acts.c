/* What a person can do to cells. */
#include "screens/acts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/pace.h"
#include "screens/acts_ask.h"
#include "screens/cell_text.h"

static bool refuse(struct safe_text *reason, struct safe_text why)
{
    if (reason != NULL)
        *reason = why;
    else
        text_free(&why);
    return false;
}

static const char *region_of(const struct console *c, const struct model_cell *cell)
{
    return c->model->plan->regions[cell->region].name;
}

/* The reasons that hold for every command. */
static bool moves(const struct console *c, struct safe_text *reason)
{
    if (c->model == NULL || c->model->plan == NULL)
        return refuse(reason, text_safe("there is no release yet"));
    if (c->model->read_only)
        return refuse(reason, text_safe("read only: nothing is changed"));
    if (c->model->phase == PHASE_STOPPING || c->model->phase == PHASE_STOPPED)
        return refuse(reason,
                      text_safe("the release is stopping; `tatami resume` goes on with it"));
    if (c->model->phase < PHASE_RUNNING)
        return refuse(reason, text_safe("the release has not started; :go starts it"));
    return true;
}

static bool disk_failed(const struct model *m, size_t image)
{
    for (size_t i = 0; i < m->disk_count; i++)
        if (m->disks[i].image == image && m->disks[i].state == DISK_FAILED)
            return true;
    return false;
}

static bool can_retry(const struct model_cell *cell)
{
    return cell->state == CELL_FAILED;
}

bool acts_can_retry(const struct console *c, const struct act_cells *cells,
                    struct safe_text *reason)
{
    if (!moves(c, reason))
        return false;
    for (size_t i = 0; i < cells->count; i++)
        if (can_retry(cells->cells[i]))
            return true;
    if (cells->count == 0)
        return refuse(reason, text_safe("no region stands here"));
    const struct model_cell *cell = cells->cells[0];
    if (disk_failed(c->model, cell->image))
        return refuse(reason, text_safe("its disk failed; R retries that"));
    if (cell_is_problem(cell))
        return refuse(reason, text_safe_fmt("%s tries again by itself", region_of(c, cell)));
    return refuse(reason, text_safe_fmt("%s has not failed", region_of(c, cell)));
}

bool acts_can_retry_all(const struct console *c, struct safe_text *reason)
{
    if (!moves(c, reason))
        return false;
    for (size_t i = 0; i < c->model->cell_count; i++)
        if (can_retry(&c->model->cells[i]))
            return true;
    for (size_t i = 0; i < c->model->disk_count; i++)
        if (c->model->disks[i].state == DISK_FAILED)
            return true;
    return refuse(reason, text_safe("nothing has failed"));
}

/* Why a region cannot be left out, "" when it can. */
static const char *stays_because(const struct model_cell *cell)
{
    if (cell->home)
        return "is the home region: every copy comes from it";
    if (cell->is_public)
        return "is public already; p takes that back";
    if (cell->state == CELL_PUBLISHING || cell->state == CELL_CONFIRMING)
        return "is being made public just now";
    return "";
}

bool acts_can_leave_out(const struct console *c, const struct act_cells *cells,
                        struct safe_text *reason)
{
    if (!moves(c, reason))
        return false;
    for (size_t i = 0; i < cells->count; i++)
        if (cells->cells[i]->left_out || stays_because(cells->cells[i])[0] == '\0')
            return true;
    if (cells->count == 0)
        return refuse(reason, text_safe("no region stands here"));
    return refuse(reason, text_safe_fmt("%s %s", region_of(c, cells->cells[0]),
                                        stays_because(cells->cells[0])));
}

bool acts_can_wish(const struct console *c, const struct act_cells *cells, struct safe_text *reason)
{
    if (!moves(c, reason))
        return false;
    for (size_t i = 0; i < cells->count; i++)
        if (!cells->cells[i]->left_out)
            return true;
    if (cells->count == 0)
        return refuse(reason, text_safe("no region stands here"));
    return refuse(reason, text_safe_fmt("%s is left out; x takes it in again",
                                        region_of(c, cells->cells[0])));
}

bool acts_can_pause(const struct console *c, struct safe_text *reason)
{
    if (!moves(c, reason))
        return false;
    for (size_t i = 0; i < c->model->disk_count; i++)
        if (c->model->disks[i].state < DISK_COMPLETING)
            return true;
    return refuse(reason, text_safe("no upload is left to pause"));
}

bool acts_goes_public(const struct model_cell *cell)
{
    return cell->is_public || cell->state == CELL_PUBLISHING || cell->state == CELL_CONFIRMING;
}

int acts_count_public(const struct model *model)
{
    int count = 0;
    for (size_t i = 0; i < model->cell_count; i++)
        count += !model->cells[i].left_out && acts_goes_public(&model->cells[i]);
    return count;
}

bool acts_can_take_back(const struct console *c, struct safe_text *reason)
{
    return moves(c, reason) && (acts_count_public(c->model) > 0 ||
                                refuse(reason, text_safe("nothing of the release is public")));
}

void acts_take_back(struct console *c)
{
    acts_ask_take_back(c);
}

static bool send(struct console *c, enum command_kind kind, int image, int region)
{
    return console_command(
        c, (struct command){.kind = kind, .image = image, .region = region, .number = 0});
}

void acts_retry(struct console *c, const struct act_cells *cells)
{
    int sent = 0;
    for (size_t i = 0; i < cells->count; i++)
        if (can_retry(cells->cells[i]))
            sent +=
                send(c, COMMAND_RETRY, (int)cells->cells[i]->image, (int)cells->cells[i]->region);
    if (sent > 0)
        console_say(c, ROLE_TEXT, "Asked to try %d region%s again.", sent, sent == 1 ? "" : "s");
}

void acts_retry_all(struct console *c)
{
    if (send(c, COMMAND_RETRY, -1, -1))
        console_say(c, ROLE_TEXT, "Asked to try all that failed again.");
}

bool acts_opens_barrier(const struct model *model, const struct act_cells *cells, int *count)
{
    bool waits = model->phase == PHASE_RUNNING || model->phase == PHASE_HELD;
    *count = 0;
    if (!waits || model->plan->publish_when != PUBLISH_ALL)
        return false;
    for (size_t i = 0; i < model->cell_count; i++) {
        const struct model_cell *cell = &model->cells[i];
        bool goes = cell->left_out;
        for (size_t k = 0; k < cells->count && !goes; k++)
            goes = cells->cells[k]->region == cell->region;
        bool verified =
            cell->word == WORD_PRIV || cell->word == WORD_PUBL || cell->word == WORD_DONE;
        if (!goes && cell->required && !verified)
            return false;
        *count += !goes && verified && !cell->is_public && cell_will_be_public(model, cell);
    }
    return *count > 0;
}

/* Those of the cells that stay though they were chosen, and why: "us-east-1 is the home region:
 * every copy comes from it", two at most by name; malloc'd, "" for none. */
static char *say_stays(const struct console *c, const struct act_cells *cells)
{
    struct buf words = BUF_INIT;
    int more = 0;
    for (size_t i = 0; i < cells->count; i++) {
        const struct model_cell *cell = cells->cells[i];
        const char *why = cell->left_out ? "" : stays_because(cell);
        if (why[0] != '\0' && words.length > 0)
            more++;
        else if (why[0] != '\0')
            buf_add_fmt(&words, "%s stays: it %s", region_of(c, cell), why);
    }
    if (more > 0)
        buf_add_fmt(&words, "; %d more stay", more);
    return buf_take(&words);
}

/* True when an AMI that is verified would be left out, of whatever image. */
static bool takes_verified(const struct model *m, const struct act_cells *cells)
{
    for (size_t i = 0; i < cells->count; i++)
        for (size_t image = 0; image < m->plan->image_count; image++) {
            enum word word = model_cell(m, image, cells->cells[i]->region)->word;
            if (word == WORD_PRIV || word == WORD_DONE)
                return true;
        }
    return false;
}

static void leave_out_now(struct console *c, const struct act_cells *cells, bool back,
                          const char *stays)
{
    int sent = 0;
    for (size_t i = 0; i < cells->count; i++)
        sent +=
            send(c, back ? COMMAND_REJOIN : COMMAND_LEAVE_OUT, -1, (int)cells->cells[i]->region);
    if (sent > 0)
        console_say(c, stays[0] != '\0' ? ROLE_WARN : ROLE_TEXT,
                    "%d region%s %s; x turns it round.%s%s%s", sent, sent == 1 ? "" : "s",
                    back ? "taken in again" : "left out of this release",
                    stays[0] != '\0' ? " " : "", stays, stays[0] != '\0' ? "." : "");
}

/* The home region cannot turn the choice round, wherever it stands among the marks. */
static bool goes_back(const struct act_cells *cells)
{
    for (size_t i = 0; i < cells->count; i++)
        if (cells->cells[i]->left_out || stays_because(cells->cells[i])[0] == '\0')
            return cells->cells[i]->left_out;
    return false;
}

void acts_leave_out(struct console *c, const struct act_cells *cells)
{
    struct act_cells able = {0};
    bool back = goes_back(cells);
    int wave = 0;
    for (size_t i = 0; i < cells->count; i++)
        if (cells->cells[i]->left_out == back && (back || stays_because(cells->cells[i])[0] == 0))
            able.cells[able.count++] = cells->cells[i];
    char *stays = back ? xstrdup("") : say_stays(c, cells);
    bool opens = !back && acts_opens_barrier(c->model, &able, &wave);
    if (opens || (!back && takes_verified(c->model, &able)))
        acts_ask_leave_out(c, &able, opens ? wave : 0, stays);
    else
        leave_out_now(c, &able, back, stays);
    free(stays);
}

void acts_wish(struct console *c, const struct act_cells *cells, bool to_public)
{
    struct act_cells able = {0};
    bool grave = to_public;
    for (size_t i = 0; i < cells->count; i++) {
        const struct model_cell *cell = cells->cells[i];
        if (cell->left_out || cell_will_be_public(c->model, cell) == to_public)
            continue;
        able.cells[able.count++] = cell;
        grave = grave || acts_goes_public(cell);
    }
    if (able.count == 0) {
        console_say(c, ROLE_WARN, "That is what is asked already.");
        return;
    }
    if (grave) {
        acts_ask_wish(c, &able, to_public);
        return;
    }
    for (size_t i = 0; i < able.count; i++)
        send(c, COMMAND_WISH_PRIVATE, (int)able.cells[i]->image, (int)able.cells[i]->region);
    if (!c->model->read_only)
        console_say(c, ROLE_TEXT, "%zu AMI%s will be kept private; p turns it round.", able.count,
                    able.count == 1 ? "" : "s");
}

void acts_toggle_public(struct console *c, const struct act_cells *cells)
{
    const struct model_cell *first = NULL;
    for (size_t i = 0; i < cells->count && first == NULL; i++)
        if (!cells->cells[i]->left_out)
            first = cells->cells[i];
    if (first != NULL)
        acts_wish(c, cells, !cell_will_be_public(c->model, first));
}

void acts_pause(struct console *c)
{
    bool paused = c->model->paused;
    if (send(c, paused ? COMMAND_CONTINUE : COMMAND_PAUSE, -1, -1))
        console_say(c, ROLE_TEXT, "%s",
                    paused ? "The upload goes on." : "No new part starts; u goes on.");
}

void acts_connections(struct console *c, int number)
{
    number = number < 1 ? 1 : number > PACE_CONNECTIONS_MAX ? PACE_CONNECTIONS_MAX : number;
    if (console_command(
            c, (struct command){
                   .kind = COMMAND_CONNECTIONS, .image = -1, .region = -1, .number = number}))
        console_say(c, ROLE_TEXT, "Uploads use %d connection%s.", number, number == 1 ? "" : "s");
}
