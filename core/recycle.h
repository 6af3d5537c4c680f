/* The Recycle Bin: for how long what is deleted can be had back, and what is in it now. */
#ifndef CORE_RECYCLE_H
#define CORE_RECYCLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "aws/ec2_recycle.h"
#include "aws/rbin.h"
#include "base/err.h"

struct aws;
struct inventory_tag;

/* What one region said. */
struct recycle_region {
    const char *name;
    bool read; /* false: err says why; then nothing may be called undoable */
    struct err err;
    struct rbin_rules images, snapshots;
    struct ec2_recycled_list binned; /* AMIs in the bin; only of recycle_read() */
    bool binned_read;                /* they are all; false: err says why, or nobody asked */
};

/* Rules of many regions; refcounted, immutable. */
struct recycle {
    const struct recycle_region *regions;
    size_t region_count;
};
/* One more reference, and one less; the last one frees. NULL is fine. Thread: any. */
struct recycle *recycle_ref(struct recycle *recycle);
void recycle_unref(struct recycle *recycle);
/* Of these regions; takes their rules over, copies the names. Thread: any. */
struct recycle *recycle_new(const struct recycle_region *regions, size_t count);

/* Reads the rules of these regions, and which AMIs are in their bins, at once; a region fails for
 * itself. Never NULL. cancel may be NULL. Thread: worker. */
struct recycle *recycle_read(struct aws *aws, const char *const *regions, size_t count,
                             const atomic_bool *cancel);
/* For how many days an AMI (image) or snapshot with these tags stays in the bin: the longest of the
 * rules that hold; 0: gone for good; -1: not known. recycle may be NULL. Thread: any. */
int recycle_days(const struct recycle *recycle, const char *region, bool image,
                 const struct inventory_tag *tags, size_t tag_count);

/* Whether the AMI rests in the region's bin, so that it cannot be had back without its snapshots:
 * 1, 0, or -1 when the bin was not read. Thread: any. */
int recycle_holds(const struct recycle *recycle, const char *region, const char *image);

/* What is in the bin. */
struct recycle_item {
    const char *region, *id, *name, *description; /* name: of an AMI; "" else */
    bool image;
    time_t entered_at, leaves_at;
};
struct recycle_bin {
    const struct recycle_item *items; /* by region, AMIs first, then by name and id */
    size_t item_count;
    const struct recycle_region *regions; /* those that could not be read have read == false */
    size_t region_count;
};
/* Lists the bins of these regions at once. Never NULL; free with recycle_bin_free(). Thread: main
 * or worker. */
struct recycle_bin *recycle_list(struct aws *aws, const char *const *regions, size_t count,
                                 const atomic_bool *cancel);
void recycle_bin_free(struct recycle_bin *bin);

/* How the restoring of one item ended. */
struct recycle_result {
    bool ok;
    struct err err;
};
/* Restores these items, snapshots of a region before its AMIs, and reads back that they are there;
 * results (one for each item) is the caller's. False when any failed. Thread: main or worker. */
bool recycle_restore(struct aws *aws, const struct recycle_item *const *items, size_t count,
                     const atomic_bool *cancel, struct recycle_result *results);

#endif
