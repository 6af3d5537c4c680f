/* The plan of a release of which only the tags of what it has made tell: enough to undo it. */
#ifndef CORE_CANCEL_TAGS_H
#define CORE_CANCEL_TAGS_H

#include <stdbool.h>

#include "base/err.h"
#include "core/inventory.h"
#include "core/journal.h"
#include "core/plan.h"

/* What the tags say of the releases that bear a name. */
struct cancel_tags {
    char *id;      /* tatami:id of the one that is unfinished; NULL for none */
    char *bucket;  /* that its import reads from; NULL where nothing says it */
    size_t whole;  /* releases of that name that nothing says are unfinished */
    size_t unread; /* regions that did not answer: there may be more */
};
/* Frees what it holds; a zeroed one is fine. Thread: any. */
void cancel_tags_free(struct cancel_tags *tags);

/* Looks for a release by its name, or its tatami:id. Unfinished is what has an upload, an import
 * that runs, a pending or failed AMI, or a snapshot that waits for its AMI: none uses it in a
 * region whose AMIs were read, and its image has none there; what this journal has seen the end of
 * is none. ERR_USAGE when two are unfinished. Thread: main. */
bool cancel_tags_find(const struct inventory *inventory, struct journal *journal, const char *name,
                      struct cancel_tags *out, struct err *err);

/* A plan of what bears that id: names, regions and account, and nothing that an upload or a
 * registration takes. Free with plan_free(). Thread: any. */
struct plan *cancel_tags_plan(const struct inventory *inventory, const char *id);

#endif
