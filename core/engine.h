/* The inside of a release engine: what its thread owns. Only core/release*.c include this;
 * everything here is of the engine's thread unless it says otherwise. */
#ifndef CORE_ENGINE_H
#define CORE_ENGINE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/clock.h"
#include "core/lease.h"
#include "core/model_build.h"
#include "core/release.h"
#include "core/step.h"
#include "core/upload.h"
#include "core/worker.h"

#define NO_LINK (-1)

struct engine_disk {
    size_t image, disk;
    enum disk_state state;
    int attempt;       /* of the import */
    bool asked_before; /* an import of this attempt was asked and never answered */
    char *upload_id;   /* NULL while no upload is open */
    bool upload_asked; /* an upload may be open whose id was lost */
    bool resumed;      /* parts may be there already */
    char *digest;      /* NULL while unknown */
    char *task_id, *snapshot_id;
    struct image *local;      /* open file; NULL before it is needed */
    struct upload *upload;    /* NULL while nothing is sent */
    struct inbox *in;         /* rung when the upload has ended */
    atomic_bool upload_ended; /* set on a transfer thread */
    struct s3_part *parts;    /* malloc'd, for the completion */
    size_t part_count;
    struct upload_progress progress;
    int import_percent;
    char *import_message;
    clock_ms stage_at, moved_at; /* the state's begin; the last progress of any kind */
    struct err err;
    bool import_is_dead; /* the task ended badly: a retry needs another one */
    bool tagged;         /* the snapshot was found to be this disk's and tagged once */
    bool clean_tried;
    int tries;
    time_t err_first_at, err_last_at;
};

struct engine_cell {
    size_t image, region;
    enum cell_state state, failed_in;
    int attempt;
    bool asked_before;
    unsigned serial;       /* of the step whose answer is awaited */
    bool unseen;           /* the newest poll did not list it */
    int link;              /* which step of the state's chain is out or next; NO_LINK */
    char *ami, *stale_ami; /* stale: of an earlier attempt, to be deregistered */
    char *source;          /* a copy's home AMI; NULL before it is asked */
    char **snapshots;      /* as read back */
    size_t snapshot_count;
    bool is_read;   /* the AMI was read back since the program began */
    bool is_public; /* as read back */
    bool
        was_spoiled; /* its AMI was bad when the release was left: one that still is is made anew */
    int percent;
    enum wish wish;
    clock_ms started_at, ended_at, stage_at, moved_at, seen_at;
    clock_ms differs_since; /* verification differs since; 0: it does not */
    struct err err;         /* kind ERR_NONE: none */
    int tries;
    time_t err_first_at, err_last_at;
    clock_ms retry_at; /* a step waits for this; 0: none */
};

struct engine_region {
    struct worker *worker;
    bool busy;
    struct step *queue;  /* waiting, in order */
    clock_ms poll_at;    /* 0: no poll wanted */
    int polls_failed;    /* one after the other */
    bool poll_out;       /* a poll is queued or out */
    bool surveyed;       /* what is there of the release is known; nothing starts before */
    struct err poll_err; /* the last poll failed so; kind ERR_NONE: it did not */
};

/* Throughput, one sample a second of wall time. */
struct engine_rates {
    uint64_t samples[MODEL_RATES];
    size_t count;
    uint64_t last_bytes;
    clock_ms next_at;
};

struct release {
    struct release_options options;
    pthread_t thread;
    struct inbox *in;
    struct plan *plan;
    struct journal *journal;
    bool journal_open; /* a batch is begun */
    bool lost_journal; /* a commit failed: nothing leaves any more */
    enum phase phase;
    bool accepted; /* the plan is in the journal */
    bool wave;     /* the barrier has opened once */
    bool refused_by_person;
    bool mutated; /* something was asked of AWS that changes something, now or before */
    clock_ms next_model_at;
    atomic_bool cancel; /* of control workers */
    struct door *door;  /* NULL: nobody can ask from outside */
    atomic_bool ending; /* the engine's thread shall end */
    clock_ms cancel_at; /* stopping: when control workers are cut off; 0: not */

    struct engine_disk *disks;
    size_t disk_count;
    struct engine_cell *cells;
    size_t cell_count;
    struct engine_region *regions; /* the plan's, then engine_local() and engine_keeper() */
    size_t region_count;
    struct lease lease;             /* its worker's while a step of it is out */
    enum lease_state leased;        /* as the last of those left it */
    clock_ms renew_at, lease_until; /* until: giving back ends then; 0: it is not given back */
    int plan_number, plan_written;  /* changes of the plan: how many, and how many of these are in
                                       the bucket */
    clock_ms plan_at;               /* writing them failed: not before this */
    atomic_bool keeper_cancel;      /* of the keeper */
    size_t names_out;               /* regions whose name check has not answered */
    clock_ms names_until;
    struct upload_pace pace;
    struct engine_rates rates;
    struct err err; /* why it was refused or stopped */
    clock_ms started_at, ended_at, saved_at;

    bool changed; /* a new model is due */
    uint64_t model_number;
    pthread_mutex_t model_lock;
    struct model *model; /* under model_lock */
    struct event_list *events;
};

/* Desks beside the regions: files are read at one, the lease is kept at the other. */
static inline size_t engine_local(const struct release *r)
{
    return r->plan->region_count;
}

static inline size_t engine_keeper(const struct release *r)
{
    return r->plan->region_count + 1;
}

/* release.c */
void engine_phase(struct release *r, enum phase_event event);
/* True when no later call can succeed either. */
bool engine_ends_everything(const struct err *err);
/* The credentials are over, the lease is lost, home cannot be read: stops, resumable. */
void engine_stop_because(struct release *r, const struct err *err);

/* release_plan.c: from the offline plan to a resolved one; a plan of the journal is resolved, only
 * the account is compared. */
void engine_ask_resolve(struct release *r);
void engine_resolved(struct release *r, struct step *step);
void engine_names(struct release *r, struct step *step);
void engine_names_deadline(struct release *r);
void engine_go(struct release *r);
/* Ends what has not begun. */
void engine_refuse(struct release *r, const struct err *err);
/* From here on another tatami of this machine can ask it to stop. */
void engine_open_door(struct release *r);
/* Nobody else carries it out: it begins, or goes on. */
void engine_leased(struct release *r);
/* Makes disks, cells and regions for the resolved plan. */
void engine_lay_out(struct release *r);

/* release_steps.c: handing out and taking back. */
/* Queues a step for its region (STEP_NO_INDEX: the local worker); writes the intent. */
void engine_ask(struct release *r, struct step *step);
/* Forgets what is queued for a cell, and the answer of what is out. Its intents stay without an
 * answer: whoever asks again looks first. */
void engine_drop_steps(struct release *r, struct engine_cell *c);
/* Gives what is due to idle workers; after the commit only. */
void engine_dispatch(struct release *r);
/* A step came back: the journal's result, another try, or its meaning for disk, cell, region. Frees
 * it. */
void engine_take(struct release *r, struct step *step);
/* True while any step is queued or out. */
bool engine_busy(const struct release *r);
/* When the next queued step is due; a far time when none waits. */
clock_ms engine_next_step(const struct release *r);

/* release_lease.c */
/* Takes the lease, then engine_leased(); at once without a bucket. */
void engine_lease_take(struct release *r);
/* Of a release that was refused nothing stays in the journal, unless it was begun here before. */
void engine_forget(struct release *r);
void engine_lease_step(struct release *r, const struct step *step);
/* Renews it or gives it back when that is due. */
void engine_lease(struct release *r);
/* When engine_lease() has something to do; a far time when never. */
clock_ms engine_next_renewal(const struct release *r);
/* False while a lease is still to be given back, though nothing else is to be done. */
bool engine_lease_at_rest(struct release *r);

/* release_changes.c */
/* The plan with what a person changed of it, for the bucket; malloc'd. */
char *engine_plan_text(struct release *r);
/* Takes over what the plan in the bucket knows newer. */
void engine_take_changes(struct release *r, const char *text);

/* release_survey.c */
/* Asks every region what is there; disks and cells begin with the answers. */
void engine_survey(struct release *r);
/* True while an answer is awaited. */
bool engine_surveys(const struct release *r);
void engine_survey_result(struct release *r, const struct step *step);

/* release_disk.c */
/* Starts a disk where the journal left it, or at the beginning. */
void engine_disk_begin(struct release *r, struct engine_disk *d);
bool engine_disk_moves(const struct engine_disk *d);
void engine_disk_retry(struct release *r, struct engine_disk *d);
/* The next import is a new attempt: the old token would return the dead task. */
void engine_disk_forget_task(struct engine_disk *d);
void engine_disk_free(struct engine_disk *d);
void engine_disk(struct release *r, struct engine_disk *d, enum disk_event event);
void engine_disk_fail(struct release *r, struct engine_disk *d, const struct err *err);
void engine_disk_step(struct release *r, struct engine_disk *d, struct step *step);
void engine_disk_import(struct release *r, struct engine_disk *d, const struct ec2_import *import);
struct engine_disk *engine_disk_at(struct release *r, size_t image, size_t disk);
bool engine_disks_ready(const struct release *r, size_t image);
/* The digests of an image's disks as the tags have them; malloc'd. */
char *engine_digest(const struct release *r, size_t image);

/* What the plan says of it. */
const struct plan_disk *engine_disk_plan(const struct release *r, const struct engine_disk *d);
/* Replaces a text by a copy of another, which may be NULL. */
void engine_disk_text(char **to, const char *from);
/* Writes a fact about it. */
void engine_disk_remember(struct release *r, const struct engine_disk *d, const char *what,
                          const char *value);

/* release_upload.c */
void engine_disk_send(struct release *r, struct engine_disk *d);
void engine_disk_forget_upload(struct engine_disk *d);
/* Samples the uploads and takes the results of those that have ended. */
void engine_uploads(struct release *r);

/* release_cell.c */
void engine_cell_begin(struct release *r, struct engine_cell *c);
bool engine_cell_moves(const struct engine_cell *c);
void engine_cell_retry(struct release *r, struct engine_cell *c);
void engine_cell_free(struct engine_cell *c);
/* The AMI was read back as asked: what no list says of it is asked for, then it is verified. */
void engine_cell_read(struct release *r, struct engine_cell *c);
/* A new attempt: the AMI that is there goes first, since it holds the name. */
void engine_cell_make_stale(struct release *r, struct engine_cell *c);
void engine_cell(struct release *r, struct engine_cell *c, enum cell_event event);
void engine_cell_fail(struct release *r, struct engine_cell *c, const struct err *err);
void engine_cell_step(struct release *r, struct engine_cell *c, struct step *step);
struct engine_cell *engine_cell_at(const struct release *r, size_t image, size_t region);
bool engine_cell_verified(const struct engine_cell *c);
bool engine_cell_wants_public(const struct release *r, const struct engine_cell *c);
/* True when it is where its wish is. */
bool engine_cell_settled(const struct release *r, const struct engine_cell *c);
/* Starts what may start: home cells, copies, the wave, wishes. */
void engine_move(struct release *r);
/* From here on what is verified and wanted public becomes so. */
void engine_open_wave(struct release *r);

/* release_source.c: the home AMI that a copy comes from. */
/* What CopyImage shall copy; remembered. NULL while there is no verified home AMI.
 */
const char *engine_source(struct release *r, struct engine_cell *c);
/* True when the home AMI of its copy has been, or is being, made anew. */
bool engine_copy_outdated(const struct release *r, const struct engine_cell *c);
/* True when asking this once more is in vain: its home AMI failed or is replaced. */
bool engine_source_gone(const struct release *r, const struct step *s);
/* Begins an outdated copy anew, unless it is public, or may be: somebody may use it. */
void engine_copy_renew(struct release *r, struct engine_cell *c);

/* release_command.c */
void engine_command(struct release *r, const struct command *command);

/* release_poll.c */
void engine_watch(struct release *r, size_t region);
void engine_poll_due(struct release *r);
void engine_poll_result(struct release *r, struct step *step);
void engine_look_result(struct release *r, struct step *step);
clock_ms engine_next_poll(const struct release *r);

/* release_stall.c */
void engine_stalls(struct release *r);
/* True when it has not moved for longer than usual. */
bool engine_cell_stale(const struct engine_cell *c);

/* release_journal.c */
void engine_begin(struct release *r);
void engine_commit(struct release *r);
/* Writes the fact what/image/of, such as "digest/0/root". */
void engine_note(struct release *r, const char *what, size_t image, const char *of,
                 const char *value);
/* Without a journal nothing may leave: what is in flight ends, nothing new starts. */
void engine_lose_journal(struct release *r, const struct err *err);
void engine_intend(struct release *r, struct step *step);
void engine_answer(struct release *r, struct step *step);
/* Rebuilds disks and cells from intents and facts. */
bool engine_restore(struct release *r, struct err *err);

/* release_model.c */
void engine_publish_model(struct release *r);

/* release_words.c */
/* One sentence: what matters most now, and the way on. */
struct safe_text engine_headline(const struct release *r, const struct model *m);
int engine_exit_status(const struct release *r);

/* release_events.c */
void engine_tell(struct release *r, enum event_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Why the release as a whole cannot go on. */
void engine_tell_error(struct release *r, const struct err *err);
void engine_tell_disk(struct release *r, const struct engine_disk *d);
/* How far an upload is; not for the log. */
void engine_tell_upload(struct release *r, const struct engine_disk *d);
void engine_tell_cell(struct release *r, const struct engine_cell *c);

#endif
