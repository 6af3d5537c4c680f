/* How a plan is made: rows are chosen, what they share is looked at, items and skips are written.
 * For core/cleanup_plan*.c alone. */
#ifndef CORE_CLEANUP_CHOICE_H
#define CORE_CLEANUP_CHOICE_H

#include "core/cleanup_build.h"

/* A row that is meant. */
struct cleanup_chosen {
    struct cleanup_row row;
    bool by_hand;
    enum cleanup_why why;
};

/* A plan while it is made. */
struct cleanup_maker {
    const struct cleanup_plan_options *options;
    struct cleanup_context context;
    struct families *families; /* its own; NULL: the caller's */
    struct arena ids;          /* of rows that may not come into the plan */
    struct cleanup_mark *marks;
    struct cleanup_chosen *chosen;
    size_t count, room;
};

/* A reference from an AMI that goes to a snapshot. */
struct cleanup_use {
    const struct inventory_region *region;
    const char *snapshot;
    const struct inventory_image *image;
};

/* Every use by an AMI that goes, sorted. */
struct cleanup_uses {
    struct cleanup_use *items;
    size_t count;
};

/* Collects them; the caller frees items. Thread: any. */
struct cleanup_uses cleanup_uses_collect(const struct cleanup_maker *m);
/* Why a snapshot that one of them uses stays, as struct cleanup_snapshot.kept_for says it; NULL:
 * the account does not hold it. Thread: any. */
const char *cleanup_kept_for(const struct cleanup_uses *uses, const struct inventory_region *region,
                             const struct inventory_snapshot *snapshot);

/* Writes items and skips of what was chosen into the plan. Thread: any. */
void cleanup_write_rows(struct cleanup_maker *m, struct cleanup_plan_box *box);

#endif
