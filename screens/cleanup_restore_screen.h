/* What stands in the Recycle Bins, and bringing it back. */
#ifndef SCREENS_CLEANUP_RESTORE_SCREEN_H
#define SCREENS_CLEANUP_RESTORE_SCREEN_H

#include "screens/console.h"

/* Lists the bins of every region of the inventory, once it says which there are; says why not where
 * there is no way to AWS. Thread: ui. */
void cleanup_restore_screen_open(struct console *c);

#endif
