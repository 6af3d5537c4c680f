/* One event as one line, and which events a person wants to see. */
#ifndef SCREENS_EVENT_LINE_H
#define SCREENS_EVENT_LINE_H

#include "core/event.h"
#include "core/plan.h"
#include "screens/filter.h"
#include "ui/grid.h"

/* Draws into row y, with the image where the plan has several. plan may be NULL. Thread: ui. */
void event_line_draw(const struct view *v, int y, const struct plan *plan,
                     const struct event *event);

/* True for what a person reads: no progress of uploads, and calls only where asked for. Thread:
 * any. */
bool event_line_counts(const struct event *event, bool calls);

/* True when the filter holds for it; region, state, ami, snapshot, note (text and code) and image
 * are its fields. Thread: any. */
bool event_line_matches(const struct event *event, const struct filter *filter);

/* Draws the newest events that count, the newest at the top. Thread: ui. */
void event_line_latest(const struct view *v, const struct plan *plan, struct event_list *list);

/* The newest event that counts and is older than number `before` (0: the newest of all), or NULL.
 * Thread: ui. */
const struct event *event_line_before(struct event_list *list, uint64_t before,
                                      const struct filter *filter, bool calls);

#endif
