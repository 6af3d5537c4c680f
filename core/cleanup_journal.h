/* The journal of a cleanup: what will be asked of AWS is on disk before it is asked, one JSON
 * object a line, so that a second run knows what the first one began. */
#ifndef CORE_CLEANUP_JOURNAL_H
#define CORE_CLEANUP_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "core/cleanup.h"

struct cleanup_journal;

/* Opens or makes STATE/cleanup-HASH.jsonl (HASH: the plan's first CLEANUP_HASH_SHORT characters;
 * mode 0600, links are not followed) and, beside it, the plan as cleanup-HASH.json, so that the run
 * can be finished by whoever comes next. ERR_REFUSED when another process holds it (a kernel lock,
 * which death releases), ERR_IO with what to do. NULL on failure. Thread: worker. */
struct cleanup_journal *cleanup_journal_open(const char *state_dir, const struct cleanup_plan *plan,
                                             struct err *err);
/* Releases the lock. NULL is a no-op. Thread: worker, after all others. */
void cleanup_journal_close(struct cleanup_journal *j);
/* Lives as long as the journal. Thread: any. */
const char *cleanup_journal_path(const struct cleanup_journal *j);

/* True when an earlier run had begun to change this item: what it finds now may be its own work.
 * Thread: any. */
bool cleanup_journal_begun(const struct cleanup_journal *j, size_t item);
/* True when an earlier run has ended this item as planned: it is not touched again, whatever stands
 * there now. Thread: any. */
bool cleanup_journal_done(const struct cleanup_journal *j, size_t item);

/* What will be asked for an item; on disk when this returns. ERR_IO: then it must not be asked.
 * Thread: any. */
bool cleanup_journal_intend(struct cleanup_journal *j, size_t item, const char *action,
                            const char *id, struct err *err);
/* What came of it; failure is NULL when it was done. Thread: any. */
void cleanup_journal_answer(struct cleanup_journal *j, size_t item, const char *action,
                            const char *id, const struct err *failure);
/* How an item ended, in the word of its state; done: as the plan wants it. Thread: the item's
 * worker. */
void cleanup_journal_item(struct cleanup_journal *j, size_t item, const char *state, bool done);
/* The run has ended in order. Thread: worker. */
void cleanup_journal_end(struct cleanup_journal *j, int exit_status);

/* Runs of this state folder that death ended, or that left an item half done: the paths of their
 * plans, by name; *out and the paths are malloc'd. A run that another process carries out now is
 * none. Thread: main. */
size_t cleanup_journal_unfinished(const char *state_dir, char ***out);

#endif
