/* What a person has chosen to clean away, on its way to a plan. */
#ifndef SCREENS_CLEANUP_DRAFT_H
#define SCREENS_CLEANUP_DRAFT_H

#include "core/cleanup.h"
#include "screens/cleanup_marks.h"

/* Made by cleanup_draft_new(). */
struct cleanup_draft {
    struct inventory *inventory; /* its own reference */
    struct usage *usage;         /* its own reference; NULL: nothing was asked */
    struct recycle *recycle;     /* its own reference; NULL: not read */
    struct cleanup_mark *marks;  /* strings are its own */
    size_t mark_count;
    struct marks newest; /* identities of those that are the newest of their family */
    size_t hidden;       /* marks that stay as they are, since their rows are not shown */
    bool unmarked;       /* nothing is marked: it is the line under the cursor */
    enum cleanup_step step;
    int step_days;
    uint64_t price_micros;
    struct cleanup_plan *plan; /* NULL before cleanup_draft_plan() */
    /* Told when the plan's run has begun: its marks have done their work. May be NULL. */
    void (*begun)(void *data, const struct cleanup_plan *plan);
    void *data; /* of begun; outlives the draft */
};

/* A draft of these rows, which are copied. Thread: ui. */
struct cleanup_draft *cleanup_draft_new(struct inventory *inventory,
                                        const struct cleanup_row *const *rows, size_t count);
/* NULL is a no-op. Thread: ui. */
void cleanup_draft_free(struct cleanup_draft *draft);

/* Replaces what is known of use. usage may be NULL. Thread: ui. */
void cleanup_draft_know(struct cleanup_draft *draft, struct usage *usage);
/* As the options of a plan; borrowed. Thread: ui. */
struct cleanup_plan_options cleanup_draft_options(const struct cleanup_draft *draft);
/* Whether the item of the plan is the newest of its family. Thread: ui. */
bool cleanup_draft_is_newest(const struct cleanup_draft *draft, const struct cleanup_item *item);
/* Makes the plan anew, by the step that stands there. Thread: ui. */
void cleanup_draft_plan(struct cleanup_draft *draft);
/* The regions of the marks, each once: malloc'd, the caller frees; the names are the draft's.
 * Thread: ui. */
const char **cleanup_draft_regions(const struct cleanup_draft *draft, size_t *count);

/* Writes the plan as JSON into the file `path`, or, where that is NULL or "", into a file of its
 * own in the folder. *written is the path, malloc'd, NULL on failure. ERR_USAGE for an empty plan
 * and without path and folder, ERR_IO. Thread: ui. */
bool cleanup_draft_save(const struct cleanup_draft *draft, const char *folder, const char *path,
                        char **written, struct err *err);

#endif
