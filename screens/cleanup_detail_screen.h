/* One row of the cleanup screen with all that is known about it. */
#ifndef SCREENS_CLEANUP_DETAIL_SCREEN_H
#define SCREENS_CLEANUP_DETAIL_SCREEN_H

#include "core/cleanup.h"
#include "screens/screen.h"

/* Shows the row as it is now; nothing of it is kept. The console owns the result.
 * Thread: ui. */
struct screen *cleanup_detail_screen_open(const struct cleanup_row *row);

#endif
