/* A plan is carried out: row by row, each checked again just before, journalled, and finished by a
 * second run wherever the first one died. */
#ifndef CORE_CLEANUP_RUN_H
#define CORE_CLEANUP_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "core/cleanup.h"

struct aws;

/* Where one item of the plan stands. */
enum cleanup_state {
    CLEANUP_WAITING,
    CLEANUP_CHECKING,     /* read again from AWS */
    CLEANUP_WORKING,      /* the step itself: permissions, disable, deregister, delete, abort */
    CLEANUP_DISAPPEARING, /* it is deregistered; EC2 shows it for a while */
    CLEANUP_SNAPSHOTS,    /* its snapshots go */
    CLEANUP_DONE,
    CLEANUP_GONE,    /* it was gone before, and by this plan: finished now */
    CLEANUP_DRIFTED, /* not as the plan says: nothing was done to it, the run stops */
    CLEANUP_FAILED,  /* err says why; its region stops, the others go on */
    CLEANUP_LEFT,    /* stopped before its turn */
    CLEANUP_STATES
};
/* "WAIT", "CHCK", "WORK", "GOES", "SNAP", "DONE", "GONE", "DRFT", "FAIL", "LEFT". Thread: any. */
const char *cleanup_state_word(enum cleanup_state state);
/* True for the states that nothing follows. Thread: any. */
bool cleanup_state_ended(enum cleanup_state state);

struct cleanup_progress {
    enum cleanup_state state;
    unsigned snapshots_deleted, snapshots_kept;
    uint64_t freed_bytes;          /* upper bound */
    clock_ms started_at, ended_at; /* program time; 0: not yet */
    struct err err;                /* DRIFTED, FAILED, and why a snapshot stayed */
};

enum cleanup_phase {
    CLEANUP_PHASE_CHECKING, /* account and whole inventory, before the first change */
    CLEANUP_PHASE_RUNNING,
    CLEANUP_PHASE_STOPPING, /* no further row begins */
    CLEANUP_PHASE_ENDED
};

/* What a run was at one moment; progress[i] belongs to plan->items[i]. */
struct cleanup_model {
    uint64_t number; /* rises with every model */
    enum cleanup_phase phase;
    struct cleanup_plan *plan;
    const struct cleanup_progress *progress;
    size_t ended, done, failed, drifted, left; /* items; GONE counts as done */
    size_t images_done, snapshots_done, snapshots_kept;
    uint64_t freed_bytes, freed_micros; /* upper bounds */
    clock_ms now_ms, started_at, ended_at;
    bool mutated;        /* something was changed at AWS, by this run */
    struct err err;      /* why it could not start or stopped as a whole; ERR_NONE otherwise */
    int exit_status;     /* what the program would end with now: 0, 1, 3, 4 or 130 */
    const char *journal; /* the path of the run's journal */
};
/* NULL is a no-op. Thread: any. */
void cleanup_model_free(struct cleanup_model *model);

struct cleanup_run_options {
    struct aws *aws;
    struct cleanup_plan *plan; /* the run takes a reference of its own */
    const char *home;          /* region to ask what is in no region */
    const char *state_dir;     /* the journal is STATE/cleanup-HASH.jsonl */
    bool read_only;
    int wake_fd; /* an eventfd that rings with every change; -1: none */
};

/* Starts the run in threads of its own, one row of a region at a time and all regions at once;
 * another account, a plan that is being carried out by another process (kernel lock of the journal)
 * and --read-only refuse it before any change. Never NULL. Thread: main. */
struct cleanup_run;
struct cleanup_run *cleanup_run_start(const struct cleanup_run_options *options);
/* The latest model, the caller frees it. Never waits. Thread: any. */
struct cleanup_model *cleanup_run_model(struct cleanup_run *run);
/* No further row begins; what is under way is finished (a deregistered AMI's snapshots too). Never
 * waits. Thread: any. */
void cleanup_run_stop(struct cleanup_run *run);
/* Stops, waits for the threads, frees. NULL is a no-op. Thread: main. */
void cleanup_run_end(struct cleanup_run *run);

/* Appends one item's line: "us-east-1 ami-... DONE 1 snapshot deleted", safe to print. Thread: any.
 */
void cleanup_line(const struct cleanup_model *model, size_t index, struct buf *out);
/* Appends the report: what was freed, what was skipped and why, what failed, where the journal is;
 * safe to print. Thread: any. */
void cleanup_report(const struct cleanup_model *model, struct buf *out);
/* Appends the same as one JSON object: {"event": "result", "exit_status": ...}. Thread: any. */
void cleanup_report_json(const struct cleanup_model *model, struct buf *out);

#endif
