/* Cells: from a snapshot to a public AMI in one region. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/engine.h"

struct engine_cell *engine_cell_at(const struct release *r, size_t image, size_t region)
{
    return &r->cells[image * r->plan->region_count + region];
}

static bool is_home(const struct release *r, const struct engine_cell *c)
{
    (void)r;
    return c->region == 0;
}

static bool has_stale(const struct release *r, const struct engine_cell *c)
{
    (void)r;
    return c->stale_ami != NULL;
}

static bool has_uefi_data(const struct release *r, const struct engine_cell *c)
{
    return r->plan->images[c->image].uefi_data != NULL;
}

static bool deprecates(const struct release *r, const struct engine_cell *c)
{
    (void)c;
    return r->plan->deprecate_at != NULL;
}

static bool protects(const struct release *r, const struct engine_cell *c)
{
    (void)c;
    return r->plan->protect;
}

static bool shares(const struct release *r, const struct engine_cell *c)
{
    (void)c;
    return r->plan->share_count > 0;
}

static bool always(const struct release *r, const struct engine_cell *c)
{
    (void)r;
    (void)c;
    return true;
}

static bool snapshots_too(const struct release *r, const struct engine_cell *c)
{
    (void)c;
    return r->plan->public_snapshots;
}

/* Another program made its AMI; what is made anew later is our own. */
static bool adopts(const struct release *r, const struct engine_cell *c)
{
    (void)r;
    return c->adopt != NULL && c->attempt == 1;
}

static bool registers(const struct release *r, const struct engine_cell *c)
{
    return is_home(r, c) && !adopts(r, c);
}

static bool copies(const struct release *r, const struct engine_cell *c)
{
    return !is_home(r, c) && !adopts(r, c);
}

/* What a state asks of AWS, one after the other. Who reads the AMI's launch permission back takes
 * the snapshots' for done too, so theirs is asked first. */
static const struct {
    enum cell_state state;
    enum step_action action;
    bool (*wanted)(const struct release *r, const struct engine_cell *c);
} chain[] = {
    {CELL_CREATING, STEP_DEREGISTER, has_stale},
    {CELL_CREATING, STEP_ADOPT, adopts},
    {CELL_CREATING, STEP_REGISTER, registers},
    {CELL_CREATING, STEP_COPY, copies},
    {CELL_VERIFYING, STEP_READ_UEFI, has_uefi_data},
    {CELL_SETTLING, STEP_DEPRECATE, deprecates},
    {CELL_SETTLING, STEP_PROTECT, protects},
    {CELL_SETTLING, STEP_SHARE, shares},
    {CELL_PUBLISHING, STEP_PUBLISH_SNAPSHOTS, snapshots_too},
    {CELL_PUBLISHING, STEP_PUBLISH, always},
    {CELL_WITHDRAWING, STEP_WITHDRAW_SNAPSHOTS, snapshots_too},
    {CELL_WITHDRAWING, STEP_WITHDRAW, always},
};

/* The event at the end of a state's chain. */
static const enum cell_event chain_end[CELL_STATES] = {
    [CELL_CREATING] = CELL_EVENT_CREATED,     [CELL_VERIFYING] = CELL_EVENT_VERIFIED,
    [CELL_CHECKING] = CELL_EVENT_VERIFIED,    [CELL_SETTLING] = CELL_EVENT_SETTLED,
    [CELL_PUBLISHING] = CELL_EVENT_PUBLISHED, [CELL_WITHDRAWING] = CELL_EVENT_WITHDRAWN,
};

static void add_id(struct step *s, const char *id)
{
    s->more_ids = xrealloc(s->more_ids, s->more_count + 1, sizeof(*s->more_ids));
    s->more_ids[s->more_count++] = xstrdup(id);
}

static void give_ids(struct release *r, struct engine_cell *c, struct step *s)
{
    switch (s->action) {
    case STEP_DEREGISTER:
        s->id = xstrdup(c->stale_ami);
        break;
    case STEP_REGISTER:
        for (size_t d = 0; d < r->plan->images[c->image].disk_count; d++)
            add_id(s, engine_disk_at(r, c->image, d)->snapshot_id);
        break;
    case STEP_COPY:
        s->id = xstrdup(c->source);
        break;
    case STEP_ADOPT:
        s->id = xstrdup(c->adopt);
        break;
    default:
        s->id = xstrdup(c->ami);
        for (size_t i = 0; i < c->snapshot_count; i++)
            add_id(s, c->snapshots[i]);
    }
}

static void ask_link(struct release *r, struct engine_cell *c)
{
    /* The home AMI may fail while the copy of an earlier one is cleared away. */
    enum step_action action = chain[c->link].action;
    bool is_copied = c->region != 0 && (action == STEP_COPY || action == STEP_ADOPT);
    if (is_copied && engine_source(r, c) == NULL) {
        engine_cell(r, c, CELL_EVENT_OUTDATED);
        return;
    }
    struct step *s = step_new(action, r->plan, c->image, STEP_NO_INDEX, c->region);
    s->attempt = c->attempt;
    s->serial = ++c->serial;
    s->asked_before = c->asked_before;
    s->digest = engine_digest(r, c->image);
    give_ids(r, c, s);
    engine_ask(r, s);
}

/* Goes on to the next step that the state's chain wants, or ends the state. */
static void next_link(struct release *r, struct engine_cell *c)
{
    c->retry_at = 0;
    c->err = ERR_INIT;
    for (c->link++; c->link < (int)ARRAY_LEN(chain); c->link++) {
        if (chain[c->link].state == c->state && chain[c->link].wanted(r, c)) {
            ask_link(r, c);
            return;
        }
    }
    engine_cell(r, c, chain_end[c->state]);
}

static void do_chain(struct release *r, struct engine_cell *c)
{
    c->link = NO_LINK;
    next_link(r, c);
}

static void do_watch(struct release *r, struct engine_cell *c)
{
    c->link = NO_LINK;
    c->seen_at = clock_now_ms();
    c->differs_since = 0;
    engine_watch(r, c->region);
}

/* Ready, though it is public: a release that goes on after the wave. */
static void do_tell(struct release *r, struct engine_cell *c)
{
    if (c->state == CELL_READY || c->state == CELL_PUBLIC)
        c->ended_at = clock_now_ms();
    if (c->state == CELL_READY && c->is_public)
        engine_cell(r, c, CELL_EVENT_SEEN_PUBLIC);
}

void engine_cell_read(struct release *r, struct engine_cell *c)
{
    if (c->link == NO_LINK)
        next_link(r, c);
}

void engine_cell(struct release *r, struct engine_cell *c, enum cell_event event)
{
    static void (*const actions[])(struct release * r, struct engine_cell * c) = {
        [CELL_DO_CREATE] = do_chain, [CELL_DO_WATCH] = do_watch,   [CELL_DO_SETTLE] = do_chain,
        [CELL_DO_TELL] = do_tell,    [CELL_DO_PUBLISH] = do_chain, [CELL_DO_WITHDRAW] = do_chain,
        [CELL_DO_REPORT] = NULL,
    };
    const struct cell_row *row = cell_next(c->state, event);
    if (row == NULL)
        return;
    c->state = row->next;
    c->stage_at = c->moved_at = clock_now_ms();
    c->retry_at = 0;
    if (c->started_at == 0)
        c->started_at = c->moved_at;
    if (c->state != CELL_FAILED)
        c->err = ERR_INIT;
    if (c->state == CELL_FAILED || c->state == CELL_LEFT_OUT)
        engine_drop_steps(r, c);
    engine_tell_cell(r, c);
    if (actions[row->action] != NULL)
        actions[row->action](r, c);
}

/* Where the journal left it: an AMI is watched and read again, whatever was known of it. */
void engine_cell_begin(struct release *r, struct engine_cell *c)
{
    if (c->ami == NULL || c->state == CELL_LEFT_OUT)
        return;
    c->state = CELL_CREATING;
    engine_cell(r, c, CELL_EVENT_CREATED);
}

/* Only a new AMI helps: EC2 gave this one up, or it is not as asked. One that is public may be in
 * use: it is looked at again instead. What was set on it afterwards can be asked once more. */
static bool is_spoiled(const struct engine_cell *c)
{
    bool differs = c->err.kind == ERR_VERIFY && c->failed_in == CELL_VERIFYING;
    return c->ami != NULL && !c->is_public && (c->err.kind == ERR_FAILED || differs);
}

void engine_cell_fail(struct release *r, struct engine_cell *c, const struct err *err)
{
    if (cell_next(c->state, CELL_EVENT_FAIL) == NULL)
        return;
    c->failed_in = c->state;
    c->err = *err;
    c->err_last_at = clock_calendar();
    if (c->tries++ == 0)
        c->err_first_at = c->err_last_at;
    c->ended_at = clock_now_ms();
    engine_cell(r, c, CELL_EVENT_FAIL);
    if (!is_spoiled(c))
        return;
    if (c->was_spoiled)
        engine_cell_retry(r, c);
    else
        engine_note(r, "spoiled", c->image, r->plan->regions[c->region].name, c->ami);
}

void engine_cell_make_stale(struct release *r, struct engine_cell *c)
{
    free(c->stale_ami);
    c->stale_ami = c->ami;
    c->ami = NULL;
    engine_disk_text(&c->source, NULL);
    c->attempt++;
    c->asked_before = false;
    c->was_spoiled = false;
    c->is_read = false;
    c->percent = 0;
    if (c->stale_ami != NULL)
        engine_note(r, "stale", c->image, r->plan->regions[c->region].name, c->stale_ami);
}

void engine_cell_retry(struct release *r, struct engine_cell *c)
{
    if (c->state != CELL_FAILED)
        return;
    enum cell_event event = cell_retry_event(c->failed_in, c->ami != NULL);
    if (adopts(r, c) && c->ami != NULL && c->err.kind == ERR_VERIFY) {
        /* Our tags may be what is missing; another program's AMI is not deregistered for it. */
        engine_disk_text(&c->ami, NULL);
        c->was_spoiled = false;
        event = CELL_EVENT_RECREATE;
    } else if (is_spoiled(c)) {
        engine_cell_make_stale(r, c);
        event = CELL_EVENT_RECREATE;
    } else if (c->ami == NULL && c->err.kind == ERR_MISMATCH) {
        c->attempt++; /* the token was taken with other parameters: a fresh one */
        c->asked_before = false;
    } else if (event == CELL_EVENT_REPUBLISH || event == CELL_EVENT_REWITHDRAW) {
        /* The wish of now, not the one that failed. */
        event = engine_cell_wants_public(r, c) ? CELL_EVENT_REPUBLISH : CELL_EVENT_REWITHDRAW;
    }
    c->ended_at = 0;
    engine_cell(r, c, event);
}

void engine_cell_step(struct release *r, struct engine_cell *c, struct step *step)
{
    bool awaited = step->serial == c->serial;
    if (!step->ok) {
        if (awaited)
            engine_cell_fail(r, c, &step->err);
        return;
    }
    if (step->action == STEP_DEREGISTER) {
        free(c->stale_ami);
        c->stale_ami = NULL;
    }
    bool made =
        step->action == STEP_REGISTER || step->action == STEP_COPY || step->action == STEP_ADOPT;
    if (made && (awaited || c->ami == NULL)) {
        free(c->ami);
        c->ami = xstrdup(step->result);
        c->asked_before = false;
    }
    /* A cell that was left out meanwhile keeps what was made, and goes no further. */
    if (awaited && c->link >= 0 && chain[c->link].state == c->state)
        next_link(r, c);
}

bool engine_cell_verified(const struct engine_cell *c)
{
    static const bool verified[CELL_STATES] = {
        [CELL_READY] = true,  [CELL_PUBLISHING] = true,  [CELL_CONFIRMING] = true,
        [CELL_PUBLIC] = true, [CELL_WITHDRAWING] = true, [CELL_RECEDING] = true,
    };
    /* Who fails in the wave has been verified, unless EC2 gave the AMI up. */
    if (c->state == CELL_FAILED)
        return verified[c->failed_in] && c->failed_in != CELL_READY && c->err.kind != ERR_FAILED;
    return verified[c->state];
}

bool engine_cell_moves(const struct engine_cell *c)
{
    static const bool still[CELL_STATES] = {
        [CELL_WAITING] = true, [CELL_READY] = true,    [CELL_PUBLIC] = true,
        [CELL_FAILED] = true,  [CELL_LEFT_OUT] = true,
    };
    return !still[c->state];
}

bool engine_cell_wants_public(const struct release *r, const struct engine_cell *c)
{
    return c->wish == WISH_NONE ? r->plan->is_public : c->wish == WISH_PUBLIC;
}

bool engine_cell_settled(const struct release *r, const struct engine_cell *c)
{
    return c->state == CELL_LEFT_OUT ||
           c->state == (engine_cell_wants_public(r, c) ? CELL_PUBLIC : CELL_READY);
}

void engine_cell_free(struct engine_cell *c)
{
    free(c->ami);
    free(c->stale_ami);
    free(c->adopt);
    free(c->source);
    for (size_t i = 0; i < c->snapshot_count; i++)
        free(c->snapshots[i]);
    free(c->snapshots);
}
