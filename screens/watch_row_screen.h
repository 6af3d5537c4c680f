/* One import task, one pending AMI or snapshot, or one upload: everything that is known of it. */
#ifndef SCREENS_WATCH_ROW_SCREEN_H
#define SCREENS_WATCH_ROW_SCREEN_H

#include "core/watch.h"
#include "screens/screen.h"

/* The watch outlives the screen; what is shown may go. The console owns the result. Thread: ui. */
struct screen *watch_import_screen_open(const struct watch *watch, const struct watch_import *row);
struct screen *watch_pending_screen_open(const struct watch *watch,
                                         const struct watch_pending *row);
struct screen *watch_upload_screen_open(const struct watch *watch, const struct watch_upload *row);

#endif
