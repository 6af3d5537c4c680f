/* Finishing a release that another program began: what upload-ami (NixOS/amis) or create-amis.sh
 * (nixpkgs) has left at AWS is proved from AWS and becomes this release's. */
#ifndef CORE_ADOPT_H
#define CORE_ADOPT_H

#include <stdio.h>

#include "aws/call.h"
#include "core/journal.h"
#include "core/options.h"
#include "core/plan.h"

/* With --adopt: settles what the other program names and asks for where nobody said otherwise, so
 * that plan_make() plans the same AMIs. Without it nothing. ERR_USAGE when --adopt is neither the
 * word upload-ami nor a folder. Thread: main. */
bool adopt_settle(struct settings *s, struct err *err);

/* Resolves the plan, reads what the other program has left in all regions, and proves each piece:
 * an import task and a staging object by bucket, key, size and ETag, a snapshot by owner, state,
 * size and content, an AMI by its name, its snapshots and every line of verification, a copy by its
 * source. Says what is adopted and what is left and why; wants --yes or the typed phrase; then
 * writes release and findings into the journal and takes its kernel lock. Only reads AWS: the
 * engine tags what is adopted, with the rest of its work. ERR_EXISTS when an AMI that cannot be
 * adopted holds a name, ERR_NOT_FOUND when nothing was left, ERR_REFUSED when nobody agrees.
 * Nothing is written on failure. Lines or --json to `out`. Thread: main. */
bool adopt_release(const struct settings *s, struct aws *aws, struct journal *journal,
                   struct plan *plan, FILE *out, struct err *err);

#endif
