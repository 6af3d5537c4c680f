/* The Recycle Bin asked in a thread of its own, for whoever may not wait: its rules, what is in it,
 * and the restoring of some of that. */
#ifndef CORE_RECYCLE_TASK_H
#define CORE_RECYCLE_TASK_H

#include "core/recycle.h"

struct recycle_task;

/* Each starts its thread at once and copies the names of the regions. Never NULL; the session must
 * outlive the task. Thread: main. */
struct recycle_task *recycle_task_rules(struct aws *aws, const char *const *regions, size_t count);
struct recycle_task *recycle_task_list(struct aws *aws, const char *const *regions, size_t count);
/* The list is copied, the items must outlive the task. Thread: main. */
struct recycle_task *recycle_task_restore(struct aws *aws, const struct recycle_item *const *items,
                                          size_t count);

/* True once the answer stands; never waits. Thread: any. */
bool recycle_task_ended(const struct recycle_task *task);
/* Once it has ended: the rules, the bin (NULL for another kind of task), or for each item how its
 * restoring ended. They live as long as the task. Thread: any. */
struct recycle *recycle_task_answer(const struct recycle_task *task);
const struct recycle_bin *recycle_task_bin(const struct recycle_task *task);
const struct recycle_result *recycle_task_results(const struct recycle_task *task);

/* Cancels, waits for the thread, frees with all answers. NULL is a no-op. Thread: main. */
void recycle_task_free(struct recycle_task *task);

#endif
