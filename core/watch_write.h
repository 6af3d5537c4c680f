/* What a watch tells, as a line for people and as a line of JSON. */
#ifndef CORE_WATCH_WRITE_H
#define CORE_WATCH_WRITE_H

#include "base/buf.h"
#include "core/watch.h"

/* One line: {"time":...,"event":"cell",...} or "12:00:01  us-east-1  COPY ..." in local time. event
 * is "release", "cell" (an AMI), "disk" (an import task, a snapshot, an upload), "region", and
 * "error" for what failed; state is the word that the screens show. Empty fields are left out.
 * Thread: any. */
void watch_write_change(const struct watch_change *change, bool json, struct buf *out);
/* What there is in all, once every region has answered: event "account". */
void watch_write_summary(const struct watch_view *view, bool json, struct buf *out);
/* A release that is in flight, as it stands: the first line about it. */
void watch_write_release(const struct watch_release *release, time_t now, bool json,
                         struct buf *out);
/* An import task, as it stands: the first line about it. */
void watch_write_import(const struct watch_import *import, time_t now, bool json, struct buf *out);

#endif
