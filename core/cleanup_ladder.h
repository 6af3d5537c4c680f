/* The gentler steps: private, then disabled, then deregistered, with days between that a tag
 * remembers. Pure. */
#ifndef CORE_CLEANUP_LADDER_H
#define CORE_CLEANUP_LADDER_H

#include <stdbool.h>
#include <time.h>

#include "base/buf.h"

struct inventory_image;

enum cleanup_step {
    CLEANUP_STEP_NONE,    /* deregister and delete at once: no ladder was asked for */
    CLEANUP_STEP_PRIVATE, /* takes every launch permission away */
    CLEANUP_STEP_DISABLE,
    CLEANUP_STEP_DEREGISTER, /* only what stood disabled long enough */
    CLEANUP_STEPS
};

/* The tag that remembers: its value is "private 2026-11-23T01:02:03Z". */
#define CLEANUP_LADDER_TAG "tatami:cleanup"

/* "private"; "deregister" for the first and the last. Thread: any. */
const char *cleanup_step_name(enum cleanup_step step);
/* The step of that name; false when there is none. "deregister" is CLEANUP_STEP_DEREGISTER.
 * Thread: any. */
bool cleanup_step_from_name(const char *name, enum cleanup_step *out);

enum cleanup_rung {
    CLEANUP_RUNG_GO,    /* its turn */
    CLEANUP_RUNG_DONE,  /* this step or a later one was taken */
    CLEANUP_RUNG_EARLY, /* the step before was not taken, or less than so many days ago */
};
/* Where an AMI stands towards the step. words, when not NULL, gets the reason for anything but GO:
 * "private since 2026-11-20, 7 days are asked". Thread: any. */
enum cleanup_rung cleanup_ladder(enum cleanup_step step, const struct inventory_image *image,
                                 int days, time_t now, struct buf *words);
/* Appends the tag's value for a step that is taken now. Thread: any. */
void cleanup_ladder_value(enum cleanup_step step, time_t now, struct buf *out);

#endif
