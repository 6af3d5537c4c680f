/* The engine's thread: takes what arrived, moves what may move, writes it down, hands out work,
 * shows it. */
#include "core/release.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "core/door.h"
#include "core/engine.h"

/* Wall milliseconds. */
#define MODEL_EVERY_MS  100
#define UPLOAD_EVERY_MS 200
#define STOP_GRACE_MS   5000
#define PULSE_MS        1000 /* so soon it sees that it was stopped, while something moves */

static void stop_uploads(struct release *r)
{
    for (size_t i = 0; i < r->disk_count; i++) {
        if (r->disks[i].upload != NULL)
            upload_cancel(r->disks[i].upload);
        if (r->disks[i].direct != NULL)
            direct_cancel(r->disks[i].direct);
    }
}

/* A resumed release that could not go on is what it was before. */
static bool is_worth_writing(const struct release *r)
{
    return r->started_at != 0 || !r->options.resumed;
}

static const char *const sentences[PHASES] = {
    [PHASE_PLANNED] = "the plan is complete; nothing has been sent",
    [PHASE_LEASING] = "makes sure that nobody else carries it out",
    [PHASE_RUNNING] = "at work",
    [PHASE_HELD] = "nothing moves any more, and not all is as asked",
    [PHASE_PUBLISHING] = "the wave",
    [PHASE_CLOSING] = "all is settled; lease and plan are cleared away",
    [PHASE_DONE] = "all that was asked is true",
    [PHASE_STOPPING] = "ending what is in flight",
    [PHASE_STOPPED] = "stopped; tatami resume goes on",
    [PHASE_REFUSED] = "ended before anything was sent",
};

/* Where these say something else of a release that goes on: things of it are there already. */
static const char *const resumed_sentences[PHASES] = {
    [PHASE_PLANNED] = "the plan is as it was; goes on where it was left",
    [PHASE_REFUSED] = "does not go on; what there is of it stays as it is",
};

static const char *sentence(const struct release *r)
{
    const char *resumed = r->options.resumed ? resumed_sentences[r->phase] : NULL;
    if (r->cancelled_elsewhere && r->phase == PHASE_STOPPED)
        return "stopped; there is nothing to go on with";
    return resumed != NULL ? resumed : sentences[r->phase];
}

static void enter_phase(struct release *r)
{
    struct err err = ERR_INIT;
    if (r->phase == PHASE_STOPPING)
        r->cancel_at = clock_now_ms() + clock_of_wall_ms(STOP_GRACE_MS);
    r->ended_at = r->phase == PHASE_DONE || r->phase == PHASE_STOPPED ? clock_now_ms() : 0;
    engine_begin(r);
    if (r->journal_open && is_worth_writing(r))
        journal_set_phase(r->journal, r->plan->id, phase_name(r->phase), engine_exit_status(r),
                          clock_calendar(), &err);
    struct event e = {
        .kind = EVENT_PHASE,
        .level = r->phase == PHASE_DONE ? EVENT_GOOD : EVENT_INFO,
        .state = phase_name(r->phase),
        .text = text_safe(sentence(r)),
        .progress = -1,
    };
    event_list_add(r->events, &e);
}

void engine_phase(struct release *r, enum phase_event event)
{
    const struct phase_row *row = phase_next(r->phase, event);
    if (row == NULL)
        return;
    r->phase = row->next;
    r->changed = true;
    enter_phase(r);
}

static bool uploading(const struct release *r)
{
    for (size_t i = 0; i < r->disk_count; i++)
        if (r->disks[i].upload != NULL || r->disks[i].direct != NULL)
            return true;
    return false;
}

/* Bytes that really left, of all disks. */
static uint64_t wire_bytes(const struct release *r)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < r->disk_count; i++)
        bytes += r->disks[i].progress.bytes_wire;
    return bytes;
}

static void sample_rates(struct release *r)
{
    struct engine_rates *rates = &r->rates;
    clock_ms now = clock_now_ms();
    if (!uploading(r) || now < rates->next_at)
        return;
    uint64_t bytes = wire_bytes(r);
    if (rates->next_at != 0) {
        if (rates->count == MODEL_RATES)
            for (size_t i = 1; i < MODEL_RATES; i++)
                rates->samples[i - 1] = rates->samples[i];
        else
            rates->count++;
        /* A failed attempt takes its bytes back. */
        rates->samples[rates->count - 1] =
            bytes > rates->last_bytes ? bytes - rates->last_bytes : 0;
        r->changed = true;
    }
    rates->last_bytes = bytes;
    rates->next_at = now + clock_of_wall_ms(1000);
    for (size_t i = 0; i < r->disk_count; i++)
        if (r->disks[i].upload != NULL || r->disks[i].direct != NULL)
            engine_tell_upload(r, &r->disks[i]);
}

static clock_ms next_deadline(const struct release *r)
{
    clock_ms now = clock_now_ms();
    bool moves = r->phase == PHASE_RUNNING || r->phase == PHASE_PUBLISHING;
    clock_ms next = now + clock_of_wall_ms(moves ? PULSE_MS : 60000);
    if (r->phase == PHASE_STOPPING)
        next = atomic_load(&r->cancel) ? next : clock_earlier(next, r->cancel_at);
    else if (engine_waits_for_login(r))
        next = clock_earlier(next, engine_next_login(r));
    else if (r->phase != PHASE_STOPPED)
        next = clock_earlier(next, clock_earlier(engine_next_poll(r), engine_next_step(r)));
    next = clock_earlier(next, engine_next_renewal(r));
    if (uploading(r))
        next = clock_earlier(next, now + clock_of_wall_ms(UPLOAD_EVERY_MS));
    if (r->phase == PHASE_RESOLVING && r->names_out > 0)
        next = clock_earlier(next, r->names_until);
    if (r->changed)
        next = clock_earlier(next, r->next_model_at);
    return next;
}

static void take_mail(struct release *r)
{
    struct mail mail;
    clock_ms began = clock_now_ms(), due = next_deadline(r);
    inbox_take(r->in, due, &mail);
    engine_away(r, due - began);
    while (mail.steps != NULL) {
        struct step *step = mail.steps;
        mail.steps = step->next;
        engine_take(r, step);
    }
    for (size_t i = 0; i < mail.command_count; i++)
        engine_command(r, &mail.commands[i]);
    free(mail.commands);
}

static void cut_off(struct release *r)
{
    if (r->phase != PHASE_STOPPING)
        return;
    stop_uploads(r);
    if (clock_now_ms() >= r->cancel_at)
        atomic_store(&r->cancel, true);
    if (!engine_busy(r) && !uploading(r))
        engine_phase(r, PHASE_EVENT_QUIET);
}

static bool started(const struct release *r)
{
    return r->phase == PHASE_RUNNING || r->phase == PHASE_PUBLISHING || r->phase == PHASE_HELD ||
           r->phase == PHASE_DONE;
}

/* Without its journal it can do nothing more. */
static bool must_stop(const struct release *r)
{
    return r->lost_journal &&
           (started(r) || r->phase == PHASE_LEASING || r->phase == PHASE_CLOSING);
}

static void turn(struct release *r)
{
    take_mail(r);
    engine_uploads(r);
    sample_rates(r);
    engine_names_deadline(r);
    if (r->phase == PHASE_PLANNED && (r->options.resumed || r->options.go))
        engine_go(r);
    engine_login(r);
    if (started(r) && !engine_waits_for_login(r)) {
        engine_stalls(r);
        engine_move(r);
        engine_poll_due(r);
    }
    cut_off(r);
    engine_lease(r);
    engine_commit(r);
    engine_dispatch(r);
    if (r->changed && clock_now_ms() >= r->next_model_at) {
        r->next_model_at = clock_now_ms() + clock_of_wall_ms(MODEL_EVERY_MS);
        engine_publish_model(r);
    }
}

/* A stopped release may be taken up by another tatami while this one still shows it. */
static void let_go(struct release *r)
{
    if (r->phase != PHASE_STOPPED || r->journal_open || !engine_lease_at_rest(r))
        return;
    journal_unlock(r->journal);
    door_close(r->door);
    r->door = NULL;
}

static void begin(struct release *r)
{
    r->region_count = 1;
    r->regions = xcalloc(1, sizeof(*r->regions));
    const char *home = r->plan->region_count > 0 ? r->plan->regions[0].name
                       : r->options.settings->home != NULL
                           ? r->options.settings->home
                           : aws_session_config(r->options.aws)->region;
    r->regions[0].worker =
        worker_start(r->options.aws, home == NULL ? "us-east-1" : home, &r->cancel, r->in);
    if (!r->options.resumed) {
        engine_ask_resolve(r);
        return;
    }
    r->accepted = true;
    engine_recall_limits(r);
    engine_open_door(r);
    engine_lay_out(r);
    engine_ask_resolve(r);
}

/* Nothing is in flight, and nothing starts by itself. */
static bool at_rest(enum phase phase)
{
    return phase == PHASE_HELD || phase == PHASE_DONE || phase == PHASE_STOPPED ||
           phase == PHASE_REFUSED;
}

static void *engine_main(void *arg)
{
    struct release *r = arg;
    begin(r);
    engine_dispatch(r);
    while (!atomic_load(&r->ending) || !at_rest(r->phase) || !engine_lease_at_rest(r)) {
        if ((atomic_load(&r->ending) && !at_rest(r->phase)) || must_stop(r))
            engine_phase(r, PHASE_EVENT_STOP);
        turn(r);
        let_go(r);
    }
    return NULL;
}

struct release *release_start(const struct release_options *options)
{
    struct release *r = xcalloc(1, sizeof(*r));
    r->options = *options;
    r->plan = options->plan;
    r->journal = options->journal;
    r->in = inbox_new();
    r->events = event_list_new();
    pthread_mutex_init(&r->model_lock, NULL);
    r->pace = pace_new();
    pace_set_connections(r->pace, options->settings->connections);
    pace_set_rate(r->pace, options->settings->max_rate_bytes);
    engine_publish_model(r);
    if (pthread_create(&r->thread, NULL, engine_main, r) != 0)
        abort();
    return r;
}

void release_command(struct release *r, const struct command *command)
{
    inbox_put_command(r->in, command);
}

struct model *release_model(struct release *r)
{
    pthread_mutex_lock(&r->model_lock);
    struct model *m = model_ref(r->model);
    pthread_mutex_unlock(&r->model_lock);
    return m;
}

struct event_list *release_events(struct release *r)
{
    return r->events;
}

static void free_regions(struct release *r)
{
    for (size_t i = 0; i < r->region_count; i++) {
        worker_end(r->regions[i].worker);
        while (r->regions[i].queue != NULL) {
            struct step *step = r->regions[i].queue;
            r->regions[i].queue = step->next;
            step_free(step);
        }
    }
    free(r->regions);
}

void release_end(struct release *r)
{
    if (r == NULL)
        return;
    atomic_store(&r->ending, true);
    inbox_ring(r->in);
    pthread_join(r->thread, NULL);
    atomic_store(&r->cancel, true);
    atomic_store(&r->keeper_cancel, true);
    free_regions(r);
    for (size_t i = 0; i < r->disk_count; i++)
        engine_disk_free(&r->disks[i]);
    for (size_t i = 0; i < r->cell_count; i++)
        engine_cell_free(&r->cells[i]);
    free(r->disks);
    free(r->cells);
    lease_free(&r->lease);
    pace_free(r->pace);
    journal_unlock(r->journal);
    door_close(r->door);
    model_unref(r->model);
    inbox_free(r->in);
    event_list_free(r->events);
    plan_free(r->plan);
    pthread_mutex_destroy(&r->model_lock);
    free(r);
}
