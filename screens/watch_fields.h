/* The fields of a task, a pending AMI or snapshot, an upload. */
#ifndef SCREENS_WATCH_FIELDS_H
#define SCREENS_WATCH_FIELDS_H

#include "core/watch.h"
#include "ui/grid.h"

/* Each draws from row y on and returns the row behind it. Thread: ui. */
int watch_fields_import(const struct view *v, int y, const struct watch_view *view,
                        const struct watch_import *i);
int watch_fields_pending(const struct view *v, int y, const struct watch_view *view,
                         const struct watch_pending *p, const struct inventory *inventory);
int watch_fields_upload(const struct view *v, int y, const struct watch_view *view,
                        const struct watch_upload *u);
/* The changes of one thing, the newest first. */
int watch_fields_changes(const struct view *v, int y, const struct watch_view *view,
                         const char *region, const char *id);

#endif
