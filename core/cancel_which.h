/* Which unfinished release is to be undone: this machine's journal knows it, or its plan lies in a
 * bucket, or the tags of what it has made tell of it. */
#ifndef CORE_CANCEL_WHICH_H
#define CORE_CANCEL_WHICH_H

#include <stdatomic.h>
#include <stdbool.h>

#include "aws/call.h"
#include "core/inventory.h"
#include "core/journal.h"
#include "core/options.h"
#include "core/plan.h"

struct cancel_choice {
    struct plan *plan; /* free with plan_free() */
    bool found;        /* another machine's, put into the journal just now */
};

/* name NULL: the only one that is unfinished here. Takes the release's kernel lock. Where the
 * journal does not have it, the buckets of the settings are asked for its plan, then the account
 * for its tags. ERR_USAGE when there is none, or more than one; ERR_REFUSED when there is one that
 * nothing says is unfinished. Thread: main. */
bool cancel_choose(const struct settings *s, struct aws *aws, struct journal *journal,
                   const char *name, const atomic_bool *cancel, struct cancel_choice *out,
                   struct err *err);

/* What stands in these regions (none: all) and buckets now; NULL with *err set, also on cancel.
 * inventory_unref(). Thread: main. */
struct inventory *cancel_look(struct aws *aws, const char *home, const struct plan_region *regions,
                              size_t region_count, const struct settings_list *buckets,
                              const atomic_bool *cancel, struct err *err);

#endif
