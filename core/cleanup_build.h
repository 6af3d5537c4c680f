/* What core/cleanup*.c share: a look at every row of an inventory, with its verdict. */
#ifndef CORE_CLEANUP_BUILD_H
#define CORE_CLEANUP_BUILD_H

#include <stdatomic.h>

#include "core/cleanup.h"
#include "core/texts.h"

/* An AMI that is being copied to another region. */
struct cleanup_copy {
    const char *source_id, *source_region, *to;
};

/* What verdicts depend on. Filled in by the caller, then opened; closed at the end. */
struct cleanup_context {
    const struct inventory *inventory;
    const struct usage *usage;
    const struct families *families; /* NULL: ranks are not known, and nothing is newest */
    const struct recycle *recycle;   /* NULL: nobody looked into the bins, and nothing is in them */
    enum cleanup_step step;
    int step_days;
    uint64_t price_micros;
    time_t now;
    bool any_use; /* uses do not count */

    struct cleanup_copy *copies; /* that are under way, by source */
    size_t copy_count;
};
/* Looks for copies that are under way, and forgets them. Thread: any. */
void cleanup_context_open(struct cleanup_context *c);
void cleanup_context_close(struct cleanup_context *c);
/* Where the AMI is being copied to; NULL: nowhere. Thread: any. */
const char *cleanup_copied_to(const struct cleanup_context *c,
                              const struct inventory_region *region, const char *image);

/* Calls each for every AMI, snapshot that was an AMI's or that marks could mean, staging object and
 * upload; the row lives during the call, but for what it points to in the inventory. Ids of objects
 * and uploads live in the arena. Thread: any. */
void cleanup_each_row(const struct cleanup_context *c, struct arena *arena,
                      void (*each)(void *arg, const struct cleanup_row *row), void *arg);

/* One AMI or snapshot as a row, with its verdict. Thread: any. */
void cleanup_image_row(const struct cleanup_context *c, const struct inventory_region *region,
                       const struct inventory_image *image, struct cleanup_row *out);
void cleanup_snapshot_row(const struct cleanup_context *c, const struct inventory_region *region,
                          const struct inventory_snapshot *snapshot, struct cleanup_row *out);
void cleanup_object_row(const struct cleanup_context *c, const struct inventory_region *region,
                        const struct inventory_object *object, const char *id,
                        struct cleanup_row *out);
void cleanup_upload_row(const struct cleanup_context *c, const struct inventory_region *region,
                        const struct inventory_upload *upload, const char *id,
                        struct cleanup_row *out);

/* The row as rules see it. Thread: any. */
struct rules_row cleanup_rules_row(const struct cleanup_row *row);

/* Appends why the row stays, in words; text from AWS is not safe yet. Thread: any. */
void cleanup_explain(const struct cleanup_context *c, const struct cleanup_row *row,
                     enum cleanup_why why, struct buf *out);

/* True for AMIs and snapshots that another service of AWS makes and deletes (AWS Backup, Data
 * Lifecycle Manager). Thread: any. */
bool cleanup_managed(const struct inventory_tag *tags, size_t count);
#define CLEANUP_KEEP_TAG "tatami:keep"

/* The id of the AMI that the snapshot was made for, else the name of the image that its tags say.
 * Thread: any. */
const char *cleanup_made_for(const struct inventory_snapshot *snapshot);

/* The upper bound of a snapshot's bytes. Thread: any. */
uint64_t cleanup_snapshot_bytes(const struct inventory_snapshot *snapshot);

/* A plan while it is made or read; its strings and arrays lie in the arena. */
struct cleanup_plan_box {
    struct cleanup_plan plan; /* first */
    atomic_uint refs;
    struct arena arena;
};
/* Empty, one reference. Thread: any. */
struct cleanup_plan_box *cleanup_plan_box_new(void);
/* Counts what its items and skips are. Thread: any. */
void cleanup_plan_count(struct cleanup_plan *plan);
/* Sets the hash from everything else. Thread: any. */
void cleanup_plan_sign(struct cleanup_plan *plan);

#endif
