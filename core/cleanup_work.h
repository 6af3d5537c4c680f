/* One item of a cleanup plan at AWS: checked again, then carried out; only core/cleanup_run
 * includes this. */
#ifndef CORE_CLEANUP_WORK_H
#define CORE_CLEANUP_WORK_H

#include <stdatomic.h>

#include "aws/call.h"
#include "core/cleanup_journal.h"
#include "core/cleanup_run.h"
#include "core/removal.h"

/* What an item's work needs, and how far it is. */
struct cleanup_work {
    struct removal removal; /* first; its call is of the item's region */
    const struct cleanup_plan *plan;
    struct cleanup_journal *journal;
    size_t index; /* in the plan */
    bool begun;   /* an earlier run changed it: what is missing may be its work */
    bool asked;   /* something was changed, or may have been */
    struct cleanup_progress progress;
    void (*told)(struct cleanup_work *work); /* progress has changed */
    void *run;                               /* of told */
};

/* Does it all and leaves the ending in work->progress: DONE, GONE, DRIFTED or FAILED with err.
 * Blocks. Thread: worker. */
void cleanup_work_run(struct cleanup_work *work);

/* A model of these facts: progress and journal are copied, the plan gets a reference, the counts
 * and the exit status are made. Thread: any. */
struct cleanup_model *cleanup_model_new(const struct cleanup_model *facts);

/* ---- between its files ---- */

/* Thread: worker. */
void cleanup_work_state(struct cleanup_work *work, enum cleanup_state state);

/* The bodies: check is false with ERR_VERIFY when the item is not as the plan says. Thread: worker.
 */
bool cleanup_check_image(struct cleanup_work *work, struct err *err);
bool cleanup_check_snapshot(struct cleanup_work *work, struct err *err);
bool cleanup_check_object(struct cleanup_work *work, struct err *err);
bool cleanup_check_upload(struct cleanup_work *work, struct err *err);
#endif
