/* What a run is and has done: counts, exit status, and the words for people and programs. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "core/cleanup_work.h"

struct owned_model {
    struct cleanup_model model; /* first */
    struct cleanup_progress *progress;
    char *journal;
};

void cleanup_model_free(struct cleanup_model *model)
{
    struct owned_model *m = (struct owned_model *)model;
    if (m == NULL)
        return;
    cleanup_plan_unref(m->model.plan);
    free(m->progress);
    free(m->journal);
    free(m);
}

static const struct state_row {
    const char *word, *name; /* in the table, in JSON */
    bool ended;
} states[CLEANUP_STATES] = {
    [CLEANUP_WAITING] = {.word = "WAIT", .name = "waiting"},
    [CLEANUP_CHECKING] = {.word = "CHCK", .name = "checking"},
    [CLEANUP_WORKING] = {.word = "WORK", .name = "working"},
    [CLEANUP_DISAPPEARING] = {.word = "GOES", .name = "disappearing"},
    [CLEANUP_SNAPSHOTS] = {.word = "SNAP", .name = "snapshots"},
    [CLEANUP_DONE] = {.word = "DONE", .name = "done", .ended = true},
    [CLEANUP_GONE] = {.word = "GONE", .name = "gone", .ended = true},
    [CLEANUP_DRIFTED] = {.word = "DRFT", .name = "drifted", .ended = true},
    [CLEANUP_FAILED] = {.word = "FAIL", .name = "failed", .ended = true},
    [CLEANUP_LEFT] = {.word = "LEFT", .name = "left", .ended = true},
};

const char *cleanup_state_word(enum cleanup_state state)
{
    return states[state].word;
}

bool cleanup_state_ended(enum cleanup_state state)
{
    return states[state].ended;
}

static bool is_done(enum cleanup_state state)
{
    return state == CLEANUP_DONE || state == CLEANUP_GONE;
}

static void count(struct cleanup_model *m)
{
    for (size_t i = 0; i < m->plan->item_count; i++) {
        const struct cleanup_progress *p = &m->progress[i];
        m->ended += states[p->state].ended;
        m->done += is_done(p->state);
        m->images_done += is_done(p->state) && m->plan->items[i].kind == CLEANUP_IMAGE;
        m->failed += p->state == CLEANUP_FAILED;
        m->drifted += p->state == CLEANUP_DRIFTED;
        m->left += p->state == CLEANUP_LEFT;
        m->snapshots_done += p->snapshots_deleted;
        m->snapshots_kept += p->snapshots_kept;
        m->freed_bytes += p->freed_bytes;
    }
    m->freed_micros = cleanup_cost(m->freed_bytes, m->plan->price_micros);
}

static int exit_status(const struct cleanup_model *m)
{
    bool whole = m->err.kind == ERR_NONE;
    bool refused = m->drifted > 0 || m->err.kind == ERR_REFUSED;
    if (whole && m->done == m->plan->item_count)
        return 0;
    if (m->err.kind == ERR_CANCELLED || (whole && m->failed + m->drifted == 0))
        return 130;
    if (m->mutated)
        return 3;
    return refused ? 4 : 1;
}

struct cleanup_model *cleanup_model_new(const struct cleanup_model *facts)
{
    struct owned_model *m = xcalloc(1, sizeof(*m));
    size_t items = facts->plan->item_count;
    m->progress = xcalloc(items + 1, sizeof(*m->progress));
    memcpy(m->progress, facts->progress, items * sizeof(*m->progress));
    m->journal = xstrdup(facts->journal);
    m->model = *facts;
    m->model.plan = cleanup_plan_ref(facts->plan);
    m->model.progress = m->progress;
    m->model.journal = m->journal;
    count(&m->model);
    m->model.exit_status = exit_status(&m->model);
    return &m->model;
}

/* ---- words ---- */

static void add_safe(struct buf *out, const char *text)
{
    struct safe_text safe = text_safe(text);
    buf_add_str(out, safe.utf8);
    text_free(&safe);
}

/* What went wrong, AWS's code and request id, and what to do. */
static void add_error(struct buf *out, const struct err *err)
{
    if (err->kind == ERR_NONE)
        return;
    add_safe(out, err->message);
    if (err->code[0] != '\0') {
        buf_add_str(out, " (");
        add_safe(out, err->code);
        if (err->request_id[0] != '\0') {
            buf_add_str(out, ", request ");
            add_safe(out, err->request_id);
        }
        buf_add_char(out, ')');
    }
    if (err->advice[0] != '\0') {
        buf_add_str(out, "; ");
        add_safe(out, err->advice);
    }
}

static void add_snapshots(struct buf *out, const struct cleanup_progress *p)
{
    if (p->snapshots_deleted > 0)
        buf_add_fmt(out, "  %u snapshot%s deleted", p->snapshots_deleted,
                    p->snapshots_deleted == 1 ? "" : "s");
    if (p->snapshots_kept > 0)
        buf_add_fmt(out, "  %u shared snapshot%s stay%s", p->snapshots_kept,
                    p->snapshots_kept == 1 ? "" : "s", p->snapshots_kept == 1 ? "s" : "");
}

void cleanup_line(const struct cleanup_model *model, size_t index, struct buf *out)
{
    const struct cleanup_item *item = &model->plan->items[index];
    const struct cleanup_progress *p = &model->progress[index];
    add_safe(out, item->region);
    buf_add_str(out, "  ");
    add_safe(out, item->id);
    buf_add_fmt(out, "  %s", states[p->state].word);
    if (item->kind == CLEANUP_IMAGE)
        add_snapshots(out, p);
    if (p->err.kind != ERR_NONE) {
        buf_add_str(out, "  ");
        add_error(out, &p->err);
    }
}

static void add_amount(struct buf *out, const struct cleanup_model *m)
{
    struct safe_text amount =
        cleanup_amount(m->freed_bytes, m->freed_micros, m->plan->price_micros, false);
    buf_add_str(out, amount.utf8);
    text_free(&amount);
}

/* "AMIs done 68 of 70, snapshots deleted 68, freed ..." in the words of the step. */
static void add_sum(struct buf *out, const struct cleanup_model *m)
{
    buf_add_fmt(out, "%s: %zu of %zu done", cleanup_step_name(m->plan->step), m->done,
                m->plan->item_count);
    if (m->snapshots_done > 0)
        buf_add_fmt(out, ", %zu snapshot%s deleted", m->snapshots_done,
                    m->snapshots_done == 1 ? "" : "s");
    if (m->freed_bytes > 0) {
        buf_add_str(out, ", frees ");
        add_amount(out, m);
    }
    if (m->snapshots_kept > 0)
        buf_add_fmt(out, ", %zu shared snapshot%s kept", m->snapshots_kept,
                    m->snapshots_kept == 1 ? "" : "s");
    if (m->failed > 0)
        buf_add_fmt(out, ", %zu failed", m->failed);
    if (m->drifted > 0)
        buf_add_fmt(out, ", %zu not as planned any more", m->drifted);
    if (m->left > 0)
        buf_add_fmt(out, ", %zu left", m->left);
    buf_add_str(out, ".\n");
}

static void add_skips(struct buf *out, const struct cleanup_plan *plan)
{
    for (size_t i = 0; i < plan->skip_count; i++) {
        const struct cleanup_skip *skip = &plan->skips[i];
        buf_add_str(out, "skipped  ");
        add_safe(out, skip->region);
        buf_add_str(out, "  ");
        add_safe(out, skip->id);
        buf_add_str(out, "  ");
        add_safe(out, skip->reason);
        buf_add_char(out, '\n');
    }
}

/* How what is left gets done. */
static void add_way_on(struct buf *out, const struct cleanup_model *m)
{
    if (m->drifted > 0)
        buf_add_str(out, "Nothing is done that differs from its plan: make a new one.\n");
    else if (m->err.kind == ERR_NONE && m->failed + m->left > 0)
        buf_add_fmt(out, "Apply the plan again to finish it (--apply FILE --yes %.*s).\n",
                    CLEANUP_HASH_SHORT, m->plan->hash);
}

void cleanup_report(const struct cleanup_model *m, struct buf *out)
{
    for (size_t i = 0; i < m->plan->item_count; i++) {
        if (m->progress[i].state != CLEANUP_FAILED && m->progress[i].state != CLEANUP_DRIFTED)
            continue;
        cleanup_line(m, i, out);
        buf_add_char(out, '\n');
    }
    add_skips(out, m->plan);
    if (m->err.kind != ERR_NONE) {
        add_error(out, &m->err);
        buf_add_char(out, '\n');
    }
    add_sum(out, m);
    add_way_on(out, m);
    if (m->journal[0] != '\0') {
        buf_add_str(out, "Journal: ");
        add_safe(out, m->journal);
        buf_add_char(out, '\n');
    }
}

static void add_member(struct buf *out, const char *name, const char *value)
{
    buf_add_fmt(out, ", \"%s\": ", name);
    buf_add_json(out, value);
}

static void add_json_error(struct buf *out, const struct err *err)
{
    if (err->kind == ERR_NONE)
        return;
    add_member(out, "error", err_kind_name(err->kind));
    add_member(out, "message", err->message);
    add_member(out, "advice", err->advice);
    add_member(out, "code", err->code);
    add_member(out, "request_id", err->request_id);
}

static void add_json_items(struct buf *out, const struct cleanup_model *m)
{
    buf_add_str(out, ", \"items\": [");
    for (size_t i = 0; i < m->plan->item_count; i++) {
        const struct cleanup_progress *p = &m->progress[i];
        buf_add_fmt(out, "%s{\"region\": ", i == 0 ? "" : ", ");
        buf_add_json(out, m->plan->items[i].region);
        add_member(out, "id", m->plan->items[i].id);
        add_member(out, "state", states[p->state].name);
        buf_add_fmt(out, ", \"snapshots_deleted\": %u, \"snapshots_kept\": %u",
                    p->snapshots_deleted, p->snapshots_kept);
        add_json_error(out, &p->err);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

static void add_json_skips(struct buf *out, const struct cleanup_plan *plan)
{
    buf_add_str(out, ", \"skipped\": [");
    for (size_t i = 0; i < plan->skip_count; i++) {
        buf_add_fmt(out, "%s{\"region\": ", i == 0 ? "" : ", ");
        buf_add_json(out, plan->skips[i].region);
        add_member(out, "id", plan->skips[i].id);
        add_member(out, "why", cleanup_why_name(plan->skips[i].why));
        add_member(out, "reason", plan->skips[i].reason);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

void cleanup_report_json(const struct cleanup_model *m, struct buf *out)
{
    char now[24];
    clock_format_iso(clock_calendar(), now);
    buf_add_fmt(out, "{\"time\": \"%s\", \"event\": \"result\", \"exit_status\": %d", now,
                m->exit_status);
    add_member(out, "plan", m->plan->hash);
    add_member(out, "account", m->plan->account);
    add_member(out, "step", cleanup_step_name(m->plan->step));
    buf_add_fmt(out,
                ", \"done\": %zu, \"failed\": %zu, \"drifted\": %zu, \"left\": %zu, "
                "\"snapshots_deleted\": %zu, \"snapshots_kept\": %zu, \"freed_bytes\": %llu",
                m->done, m->failed, m->drifted, m->left, m->snapshots_done, m->snapshots_kept,
                (unsigned long long)m->freed_bytes);
    add_json_error(out, &m->err);
    add_json_items(out, m);
    add_json_skips(out, m->plan);
    add_member(out, "journal", m->journal);
    buf_add_char(out, '}');
}
