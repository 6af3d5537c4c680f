/* One look at one region: every page of one Describe a kind. */
#ifndef CORE_INVENTORY_LOOK_H
#define CORE_INVENTORY_LOOK_H

#include "aws/call.h"
#include "core/inventory_place.h"

struct inventory_request {
    struct call *call;          /* of the region */
    struct call *other;         /* of the region, for what is read at the same time */
    const char *const *buckets; /* of this region; with none objects and uploads are not asked */
    size_t bucket_count;
    bool buckets_unknown; /* which buckets are in this region is not known yet: they stay UNREAD */
    bool only_unread;     /* asks only what no look has asked */
    void (*part)(void *arg, struct inventory_place *place); /* told after each kind, with the place
                                                               so far; what it keeps it copies */
    void *arg;
};

/* Looks, and gives the region as it is now: what failed keeps the rows of before. Snapshots are
 * read beside the rest, in a thread that ends before this returns. After an error that all calls
 * would meet the rest is not asked and fails with it. NULL when it was cancelled. Thread: worker.
 */
struct inventory_place *inventory_look(const struct inventory_request *look,
                                       const struct inventory_place *before);

/* True when something in the region moves, and when something nears its end. Thread: any. */
bool inventory_moves(const struct inventory_region *region, bool *near_end);
/* True when a look was refused because there were too many. Thread: any. */
bool inventory_throttled(const struct inventory_region *region);

#endif
