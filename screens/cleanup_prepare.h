/* What has to be known before a plan stands: who uses the AMIs, and for how long the Recycle Bins
 * keep them. Asked while a small window says so. */
#ifndef SCREENS_CLEANUP_PREPARE_H
#define SCREENS_CLEANUP_PREPARE_H

#include "screens/cleanup_draft.h"
#include "screens/console.h"

/* Asks, makes the draft's plan, leaves, and hands the draft to `done`, which takes it over. Esc
 * leaves without. reader may be NULL: what the draft knows of use stands. The reader must outlive
 * the window. path is handed through, may be NULL and is copied. Takes the draft over. Thread: ui.
 */
void cleanup_prepare(struct console *c, struct cleanup_draft *draft, struct usage_reader *reader,
                     const char *path,
                     void (*done)(struct console *c, struct cleanup_draft *draft,
                                  const char *path));

#endif
