/* A plan that is being carried out: a row for each thing, what failed in full, the report. */
#ifndef SCREENS_CLEANUP_RUN_SCREEN_H
#define SCREENS_CLEANUP_RUN_SCREEN_H

#include "core/cleanup_run.h"
#include "screens/console.h"

/* Starts the run and shows it; false, with why not said, where there is no way to AWS or nothing
 * may be changed here. Leaving stops before the next row and waits for the one that is under way.
 * Thread: ui. */
bool cleanup_run_screen_open(struct console *c, struct cleanup_plan *plan);

#endif
