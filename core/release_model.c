/* The engine's knowledge as a model for the screens. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "aws/call.h"
#include "base/mem.h"
#include "core/engine.h"

static enum word disk_word(const struct engine_disk *d)
{
    static const enum word words[DISK_STATES] = {
        [DISK_WAITING] = WORD_WAIT, [DISK_CHECKING] = WORD_UPLD,      [DISK_OPENING] = WORD_UPLD,
        [DISK_SENDING] = WORD_UPLD, [DISK_COMPLETING] = WORD_UPLD,    [DISK_MARKING] = WORD_UPLD,
        [DISK_LOOKING] = WORD_UPLD, [DISK_STARTING] = WORD_UPLD,      [DISK_CLEARING] = WORD_UPLD,
        [DISK_PUTTING] = WORD_UPLD, [DISK_NOTING] = WORD_UPLD,        [DISK_SEALING] = WORD_UPLD,
        [DISK_PENDING] = WORD_IMPT, [DISK_ASKING_IMPORT] = WORD_IMPT, [DISK_IMPORTING] = WORD_IMPT,
        [DISK_TAGGING] = WORD_IMPT, [DISK_READY] = WORD_DONE,         [DISK_CLEANING] = WORD_DONE,
        [DISK_DONE] = WORD_DONE,    [DISK_FAILED] = WORD_FAIL,
    };
    if (d->retry_at != 0 && engine_disk_moves(d))
        return WORD_RTRY;
    return engine_disk_stale(d) ? WORD_STAL : words[d->state];
}

/* The home cell of an image waits for the slowest of its disks and shows it. */
static enum word waiting_word(struct release *r, const struct engine_cell *c)
{
    if (c->region != 0)
        return WORD_WAIT;
    enum word word = WORD_IMPT;
    for (size_t i = 0; i < r->plan->images[c->image].disk_count; i++) {
        enum word disk = disk_word(engine_disk_at(r, c->image, i));
        if (disk == WORD_FAIL)
            return WORD_WAIT;
        if (disk == WORD_RTRY || disk == WORD_STAL)
            return disk;
        if (disk < word)
            word = disk;
    }
    return word;
}

static enum word cell_word(struct release *r, const struct engine_cell *c)
{
    static const enum word words[CELL_STATES] = {
        [CELL_CREATING] = WORD_COPY,    [CELL_PENDING] = WORD_COPY,    [CELL_VERIFYING] = WORD_COPY,
        [CELL_SETTLING] = WORD_COPY,    [CELL_CHECKING] = WORD_COPY,   [CELL_READY] = WORD_PRIV,
        [CELL_PUBLISHING] = WORD_PRIV,  [CELL_CONFIRMING] = WORD_PRIV, [CELL_PUBLIC] = WORD_PUBL,
        [CELL_WITHDRAWING] = WORD_PUBL, [CELL_RECEDING] = WORD_PUBL,   [CELL_FAILED] = WORD_FAIL,
        [CELL_LEFT_OUT] = WORD_SKIP,
    };
    if (c->state == CELL_WAITING)
        return waiting_word(r, c);
    if (engine_cell_moves(c)) {
        if (c->retry_at != 0 || r->regions[c->region].poll_err.kind != ERR_NONE)
            return WORD_RTRY;
        if (engine_cell_stale(c))
            return WORD_STAL;
    }
    if (c->region == 0 && words[c->state] == WORD_COPY)
        return WORD_IMPT;
    return words[c->state];
}

static const struct err *cell_error(const struct release *r, const struct engine_cell *c)
{
    if (c->err.kind != ERR_NONE)
        return &c->err;
    const struct err *poll = &r->regions[c->region].poll_err;
    return poll->kind != ERR_NONE && engine_cell_moves(c) ? poll : NULL;
}

static struct safe_text cell_note(struct release *r, const struct engine_cell *c)
{
    static const char *const notes[CELL_STATES] = {
        [CELL_CREATING] = "asked",
        [CELL_PENDING] = "",
        [CELL_VERIFYING] = "verifying",
        [CELL_SETTLING] = "attributes",
        [CELL_CHECKING] = "verifying",
        [CELL_READY] = "",
        [CELL_PUBLISHING] = "publishing",
        [CELL_CONFIRMING] = "reading back",
        [CELL_PUBLIC] = "",
        [CELL_WITHDRAWING] = "withdrawing",
        [CELL_RECEDING] = "reading back",
        [CELL_LEFT_OUT] = "left out",
    };
    const struct err *err = cell_error(r, c);
    if (err != NULL)
        return text_safe(err->code[0] != '\0' ? err->code : err->message);
    if (c->state == CELL_READY && engine_cell_wants_public(r, c))
        return text_safe("waits for the wave");
    if (c->state == CELL_WAITING)
        return text_safe(c->region == 0 ? "waits for its snapshot" : "waits for the home AMI");
    return text_safe(notes[c->state]);
}

static void build_cell(struct release *r, const struct engine_cell *c, struct model_cell *m)
{
    const struct err *err = cell_error(r, c);
    *m = (struct model_cell){
        .image = c->image,
        .region = c->region,
        .state = c->state,
        .word = cell_word(r, c),
        .home = c->region == 0,
        .required = c->state != CELL_LEFT_OUT && !r->plan->regions[c->region].best_effort,
        .is_public = c->is_public,
        .left_out = c->state == CELL_LEFT_OUT,
        .wish = c->wish,
        .percent = engine_cell_verified(c) ? 100 : c->percent,
        .started_at = c->started_at,
        .ended_at = c->ended_at,
        .ami = text_safe(c->ami),
        .snapshot = text_safe(c->snapshot_count > 0 ? c->snapshots[0] : ""),
        .note = cell_note(r, c),
        .error =
            err == NULL ? NULL : model_error_new(err, c->err_first_at, c->err_last_at, c->tries),
    };
}

static uint64_t peak_rate(const struct release *r)
{
    uint64_t peak = 0;
    for (size_t i = 0; i < r->rates.count; i++)
        if (r->rates.samples[i] > peak)
            peak = r->rates.samples[i];
    return peak;
}

static uint64_t average_rate(const struct release *r)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < r->rates.count; i++)
        sum += r->rates.samples[i];
    return r->rates.count == 0 ? 0 : sum / r->rates.count;
}

static void build_disk(const struct release *r, const struct engine_disk *d, struct model_disk *m)
{
    uint64_t total =
        d->progress.bytes_total > 0 ? d->progress.bytes_total : engine_disk_bytes(r, d);
    bool past = d->state >= DISK_NOTING && d->state <= DISK_DONE;
    uint64_t done = past ? total : d->progress.bytes_done;
    uint64_t average = average_rate(r);
    *m = (struct model_disk){
        .image = d->image,
        .disk = d->disk,
        .state = d->state,
        .word = disk_word(d),
        .bytes_done = done,
        .bytes_total = total,
        .parts_done = d->progress.parts_done,
        .parts_total = d->progress.parts_total,
        .connections = d->progress.connections,
        .retries = d->progress.retries,
        .blocks_put = d->blocks_put,
        .blocks_same = d->blocks_same,
        .rate_now = r->rates.count == 0 ? 0 : r->rates.samples[r->rates.count - 1],
        .rate_average = average,
        .rate_peak = peak_rate(r),
        .left_ms = average == 0 ? -1 : (clock_ms)((total - done) * 1000 / average),
        .import_percent = d->import_percent,
        .import_task = text_safe(d->task_id),
        .import_message = text_safe(d->import_message),
        .snapshot = text_safe(d->snapshot_id),
        .digest = text_safe(d->digest),
        .error = d->err.kind != ERR_NONE
                     ? model_error_new(&d->err, d->err_first_at, d->err_last_at, d->tries)
                     : NULL,
    };
}

/* A region counts as copied or public when all its images are. */
static void count_regions(const struct model *m, struct model_counts *n)
{
    for (size_t g = 0; g < m->plan->region_count; g++) {
        bool asked = false, copied = true, is_public = true;
        for (size_t i = 0; i < m->plan->image_count; i++) {
            const struct model_cell *c = model_cell(m, i, g);
            if (c->left_out)
                continue;
            asked = true;
            copied = copied && (c->word == WORD_PRIV || c->word == WORD_PUBL);
            is_public = is_public && c->word == WORD_PUBL;
        }
        n->regions_copied += asked && copied;
        n->regions_public += asked && is_public;
    }
}

static void add_counts(struct model_counts *sum, const struct model_counts *n)
{
    sum->cells += n->cells;
    sum->required += n->required;
    sum->waiting += n->waiting;
    sum->working += n->working;
    sum->ready += n->ready;
    sum->is_public += n->is_public;
    sum->failed += n->failed;
    sum->retrying += n->retrying;
    sum->left_out += n->left_out;
}

static void build_counts(struct model *m)
{
    for (size_t i = 0; i < m->plan->image_count; i++) {
        struct model_counts n;
        model_count(m, i, &n);
        add_counts(&m->counts, &n);
    }
    m->counts.regions = (int)m->plan->region_count;
    count_regions(m, &m->counts);
}

/* Usual lengths of the stages, in program time, where nothing better is known. */
#define USUAL_IMPORT_MS   (10 * 60000)
#define USUAL_PENDING_MS  60000
#define USUAL_REGISTER_MS 30000
#define USUAL_COPY_MS     (10 * 60000)
#define USUAL_PUBLISH_MS  15000

/* What is left of a stage that began at `since` and has reached so many percent. */
static clock_ms left_of(clock_ms since, int percent, clock_ms usual)
{
    clock_ms spent = clock_now_ms() - since;
    if (percent >= 5)
        return spent * (100 - percent) / percent;
    return spent < usual ? usual - spent : usual / 4;
}

static clock_ms left_of_disk(const struct release *r, const struct engine_disk *d,
                             const struct model_disk *m)
{
    if (d->state == DISK_FAILED)
        return 0;
    clock_ms usual = r->plan->via == VIA_DIRECT ? USUAL_PENDING_MS : USUAL_IMPORT_MS;
    if (d->state < DISK_ASKING_IMPORT)
        return (m->left_ms < 0 ? 0 : (clock_ms)((double)m->left_ms * clock_rate())) + usual;
    if (d->state < DISK_READY)
        return left_of(d->stage_at, d->import_percent, usual);
    return 0;
}

static clock_ms left_of_cell(const struct engine_cell *c)
{
    clock_ms own = c->region == 0 ? USUAL_REGISTER_MS : USUAL_COPY_MS;
    if (c->state == CELL_WAITING || c->state == CELL_CREATING)
        return own + USUAL_PUBLISH_MS;
    if (c->state == CELL_PENDING)
        return left_of(c->stage_at, c->percent, own) + USUAL_PUBLISH_MS;
    return engine_cell_moves(c) ? USUAL_PUBLISH_MS : 0;
}

static clock_ms longest(clock_ms a, clock_ms b)
{
    return a > b ? a : b;
}

static void build_eta(const struct release *r, struct model *m)
{
    m->eta_low_ms = m->eta_high_ms = -1;
    if (r->phase != PHASE_RUNNING && r->phase != PHASE_PUBLISHING)
        return;
    clock_ms disks = 0, home = 0, copies = 0;
    for (size_t i = 0; i < r->disk_count; i++)
        disks = longest(disks, left_of_disk(r, &r->disks[i], &m->disks[i]));
    for (size_t i = 0; i < r->cell_count; i++) {
        const struct engine_cell *c = &r->cells[i];
        clock_ms *stage = c->region == 0 ? &home : &copies;
        *stage = longest(*stage, left_of_cell(c));
    }
    clock_ms left = disks + (home > USUAL_PUBLISH_MS ? home : 0) + copies;
    m->eta_low_ms = left * 4 / 5;
    m->eta_high_ms = left * 13 / 10;
}

static void build_about(const struct release *r, struct model *m)
{
    m->phase = r->phase;
    m->account = text_safe(m->plan == NULL ? "" : m->plan->account);
    m->alias = text_safe(m->plan == NULL ? "" : m->plan->account_alias);
    m->identity = text_safe(m->plan == NULL ? "" : m->plan->identity);
    m->credentials_source = text_safe(aws_credentials_source(r->options.aws));
    m->rehearsal = r->options.rehearsal;
    m->read_only = r->options.read_only;
    m->now = clock_now_ms();
    m->started_at = r->started_at;
    m->ended_at = r->ended_at;
    m->saved_at = r->saved_at;
    m->connections = pace_connections(r->pace);
    m->paused = pace_paused(r->pace);
    m->signed_out = engine_waits_for_login(r);
    m->keys_left_s = aws_credentials_left_s(r->options.aws);
    m->exit_status = engine_exit_status(r);
    m->events = r->events;
    m->rate_count = r->rates.count;
    for (size_t i = 0; i < r->rates.count; i++)
        m->rates[i] = r->rates.samples[i];
    if (r->err.kind != ERR_NONE)
        m->error = model_error_new(&r->err, clock_calendar(), clock_calendar(), 1);
}

static void add_manifest_cell(struct manifest_image *image, const struct release *r,
                              const struct engine_cell *c)
{
    if (!engine_cell_verified(c))
        return;
    struct manifest_region *region =
        manifest_add(image, r->plan->regions[c->region].name, c->ami, "available", c->is_public);
    for (size_t i = 0; region != NULL && i < c->snapshot_count; i++)
        manifest_add_snapshot(region, c->snapshots[i]);
}

/* Only what was read back and verified; a cell that was left out is no part of the release. */
static struct manifest *build_manifest(const struct release *r)
{
    struct manifest *m = manifest_new(r->plan->release, r->plan->account, r->plan->regions[0].name);
    for (size_t i = 0; i < r->plan->image_count; i++) {
        char *digest = engine_digest(r, i);
        struct manifest_image *image =
            manifest_image(m, r->plan->images[i].name, r->plan->images[i].system, digest);
        for (size_t d = 0; d < r->plan->images[i].disk_count; d++)
            manifest_add_sum(image, r->plan->images[i].disks[d].sha256);
        for (size_t g = 0; g < r->plan->region_count; g++)
            add_manifest_cell(image, r, engine_cell_at(r, i, g));
        free(digest);
    }
    manifest_sort(m);
    return m;
}

static bool at_rest(const struct release *r)
{
    return r->phase == PHASE_DONE || r->phase == PHASE_HELD || r->phase == PHASE_STOPPED;
}

static void hand_over(struct release *r, struct model *m)
{
    pthread_mutex_lock(&r->model_lock);
    struct model *old = r->model;
    r->model = m;
    pthread_mutex_unlock(&r->model_lock);
    model_unref(old);
    uint64_t one = 1;
    if (r->options.wake_fd >= 0 && write(r->options.wake_fd, &one, sizeof(one)) < 0)
        return; /* the counter is full: the reader is awake already */
}

void engine_publish_model(struct release *r)
{
    struct model *m = model_new();
    m->number = ++r->model_number;
    m->plan = r->cell_count > 0 ? r->plan : NULL;
    build_about(r, m);
    m->disk_count = r->disk_count;
    m->disks = xcalloc(r->disk_count + 1, sizeof(*m->disks));
    for (size_t i = 0; i < r->disk_count; i++)
        build_disk(r, &r->disks[i], &m->disks[i]);
    m->cell_count = r->cell_count;
    m->cells = xcalloc(r->cell_count + 1, sizeof(*m->cells));
    for (size_t i = 0; i < r->cell_count; i++)
        build_cell(r, &r->cells[i], &m->cells[i]);
    if (m->plan != NULL)
        build_counts(m);
    build_eta(r, m);
    m->headline = engine_headline(r, m);
    m->manifest = at_rest(r) && m->plan != NULL ? build_manifest(r) : NULL;
    r->changed = false;
    hand_over(r, m);
}
