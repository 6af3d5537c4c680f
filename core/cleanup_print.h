/* A plan in lines, for people and for programs. */
#ifndef CORE_CLEANUP_PRINT_H
#define CORE_CLEANUP_PRINT_H

#include "core/cleanup.h"

/* Appends what goes, what stays and why, what was not read, and the sums; safe to print. Thread:
 * any. */
void cleanup_print(const struct cleanup_plan *plan, struct buf *out);
/* Appends which plan it is: hash, time, account, rules. Thread: any. */
void cleanup_print_head(const struct cleanup_plan *plan, struct buf *out);
/* Appends the sums alone: what goes, what it frees, until when it can be undone. Thread: any. */
void cleanup_print_sums(const struct cleanup_plan *plan, struct buf *out);
/* Appends a JSON object a line: event "item", "skip" and "unread". Thread: any. */
void cleanup_print_json(const struct cleanup_plan *plan, struct buf *out);
/* Appends one JSON line, event "result", with exit status, sums and hash. Thread: any. */
void cleanup_print_result(const struct cleanup_plan *plan, int exit_status, struct buf *out);
/* Appends the groups of a view, one a line; safe to print. Thread: any. */
void cleanup_print_view(const struct cleanup_view *view, uint64_t price_micros, time_t now,
                        struct buf *out);

#endif
