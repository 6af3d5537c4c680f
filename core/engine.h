/* The inside of a release engine: what its thread owns. Only core/release*.c include this;
 * everything here is of the engine's thread unless it says otherwise. */
#ifndef CORE_ENGINE_H
#define CORE_ENGINE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/clock.h"
#include "core/direct.h"
#include "core/lease.h"
#include "core/model_build.h"
#include "core/pace.h"
#include "core/release.h"
#include "core/step.h"
#include "core/upload.h"
#include "core/worker.h"

#define NO_LINK (-1)

/* How far the snapshot of a disk that goes by EBS direct is known to be. */
enum far { FAR_NOT, FAR_STARTED, FAR_PUT, FAR_NOTED, FAR_SEALED, FAR_FINISHED };

struct engine_disk {
    size_t image, disk;
    enum disk_state state;
    int attempt;       /* of the import, or of the pending snapshot */
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
    bool stale_told;
    bool import_is_dead; /* the task, or the pending snapshot, ended badly: a retry needs another
                            one */
    bool tagged;         /* the snapshot was found to be this disk's and tagged once */
    bool clean_tried;
    int tries;
    time_t err_first_at, err_last_at;
    /* By EBS direct. snapshot_id is the pending snapshot's from its start on. */
    enum far far;
    char *seal;            /* blocks and checksum that complete the snapshot; NULL while unknown */
    struct source *source; /* the bytes of `local`; NULL before they are needed */
    struct direct *direct; /* NULL while nothing is sent */
    struct blocks
        *arrived; /* by an earlier try; NULL: none, or it is known to be of another file */
    uint64_t blocks_put, blocks_same;
    struct err doubt; /* the snapshot takes nothing more, and why is not known yet; else ERR_NONE */
    clock_ms retry_at; /* a step waits for this; 0: none */
    char *adopt_task;  /* an import of another program to take over instead of asking; NULL: none */
    char *adopt_etag;  /* of the staging object that it left; NULL: none */
    bool adopted;      /* its snapshot is another program's, completed before the release began */
};

struct engine_cell {
    size_t image, region;
    enum cell_state state, failed_in;
    int attempt;
    bool asked_before;
    unsigned serial; /* of the step whose answer is awaited */
    bool unseen;     /* the newest poll did not list it */
    bool stale_told;
    int link;              /* which step of the state's chain is out or next; NO_LINK */
    char *ami, *stale_ami; /* stale: of an earlier attempt, to be deregistered */
    char *adopt;           /* another program's AMI, to take over in the first attempt; or NULL */
    char *source;          /* a copy's home AMI; NULL before it is asked */
    char **snapshots;      /* as read back */
    size_t snapshot_count;
    bool is_read;     /* the AMI was read back since the program began */
    bool is_public;   /* as read back */
    bool was_spoiled; /* its AMI was bad when the release was left: if it still is, a new one */
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
    bool bare;           /* nothing is there; it waits for what the others have */
    struct err poll_err; /* the last poll failed so; kind ERR_NONE: it did not */
};

/* Throughput, one sample a second of wall time. */
struct engine_rates {
    uint64_t samples[MODEL_RATES];
    size_t count;
    uint64_t last_bytes;
    clock_ms next_at;
};

/* What is known of the credentials. */
enum login {
    LOGIN_GOOD,
    LOGIN_AWAITED /* they are over: nothing leaves until a person has signed in again */
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
    bool looked_again;        /* nothing was found anywhere of what the journal knows */
    bool cancelled_elsewhere; /* nor the second time */
    bool mutated;             /* something was asked of AWS that changes something, now or before */
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
    struct pace *pace;
    struct engine_rates rates;
    struct err err; /* why it was refused or stopped */
    enum login login;
    struct err login_err;           /* why it waits for one */
    clock_ms login_since, login_at; /* it waits since; the next look for new credentials */
    bool login_out;                 /* a look is under way */
    clock_ms away_ms;               /* so long it stood still, all in all */
    clock_ms turned_at;             /* the engine's last turn, and */
    time_t turned_on;               /* the calendar then; 0: none */
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

/* release_login.c */
/* The credentials are over: true when somebody looks on who may sign in again, and what has failed
 * for it is to be asked once more then; false when the release has to stop. */
bool engine_await_login(struct release *r, const struct err *err);
bool engine_waits_for_login(const struct release *r);
/* A person says that there has been a login. */
void engine_login_now(struct release *r);
/* Looks for new credentials when that is due. */
void engine_login(struct release *r);
void engine_login_result(struct release *r, const struct step *s);
clock_ms engine_next_login(const struct release *r);
/* A turn begins, so long a wait after the last one: where it comes far too late, nothing has
 * stalled. */
void engine_away(struct release *r, clock_ms wait);
/* Program time without that in which the release stood still; for how long a step was tried. */
clock_ms engine_awake_ms(const struct release *r);

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
/* Takes the lease, then engine_leased(). */
void engine_lease_take(struct release *r);
/* Of a release that was refused nothing stays in the journal, unless it was begun here before. */
void engine_forget(struct release *r);
void engine_lease_step(struct release *r, const struct step *step);
/* Renews it at the next occasion. */
void engine_lease_soon(struct release *r);
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

/* Connections and rate of the upload that the options name go into the journal; recalled, those of
 * the journal hold where the options name none. Thread: engine. */
void engine_keep_limits(struct release *r);
void engine_recall_limits(struct release *r);
/* So many from now on, also for whoever goes on with the release. Thread: engine. */
void engine_keep_connections(struct release *r, int connections);

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

/* A step for it, with what every one of its steps knows. */
struct step *engine_disk_new_step(struct release *r, struct engine_disk *d, enum step_action action,
                                  size_t region);
/* What the plan says of it. */
const struct plan_disk *engine_disk_plan(const struct release *r, const struct engine_disk *d);
/* False also in a direct release where the snapshot is adopted: nothing is put into that. */
static inline bool engine_disk_is_direct(const struct release *r, const struct engine_disk *d)
{
    return r->plan->via == VIA_DIRECT && !d->adopted;
}
/* How many bytes are to be sent, or looked at: the file's, or by EBS direct the disk's. */
uint64_t engine_disk_bytes(const struct release *r, const struct engine_disk *d);
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
bool engine_disk_stale(const struct engine_disk *d);

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
/* What has not moved for longer than usual; what fails and is tried again by itself (image may be
 * STEP_NO_INDEX). */
void engine_tell_stale(struct release *r, size_t image, size_t region, const struct err *err);
void engine_tell_retry(struct release *r, size_t image, size_t region, const char *action,
                       const struct err *err);
/* Why the release as a whole cannot go on. */
void engine_tell_error(struct release *r, const struct err *err);
void engine_tell_disk(struct release *r, const struct engine_disk *d);
/* How far an upload is; not for the log. */
void engine_tell_upload(struct release *r, const struct engine_disk *d);
void engine_tell_cell(struct release *r, const struct engine_cell *c);

#include "core/engine_direct.h"

#endif
