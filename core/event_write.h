/* An event as a line for people and as a line of JSON. */
#ifndef CORE_EVENT_WRITE_H
#define CORE_EVENT_WRITE_H

#include "base/buf.h"
#include "core/event.h"

/* Appends "12:00:01  us-east-1       public ..." with a newline; local time. The event has been
 * added to a list, so that none of its texts is NULL. Thread: any. */
void event_write_text(const struct event *event, struct buf *out);
/* Appends {"time":...,"event":"cell",...} with a newline; what failed is event "error". Empty
 * fields are left out. Thread: any. */
void event_write_json(const struct event *event, struct buf *out);

#endif
