/* A console with the cleanup screen, without AWS. */
#ifndef TESTS_TOOLS_FAKECLEANUP_H
#define TESTS_TOOLS_FAKECLEANUP_H

#include "core/inventory.h"
#include "tests/tools/fakeconsole.h"

/* How often something has asked for a way to AWS, which there is none: for the users of AMIs, for
 * the bins' rules, and to start a run. */
extern int fake_cleanup_connects;

/* The screen over an inventory, which is taken over; with `checked` nobody uses any of its AMIs,
 * else nobody was asked. f->console.settings are kept. */
void fake_cleanup_over(struct fake_console *f, struct inventory *inventory, bool checked, int cols,
                       int rows, bool ascii);
/* The same over fake_inventory(), checked, at 120x36. */
void fake_cleanup_open(struct fake_console *f);
void fake_cleanup_draw(struct fake_console *f);
/* Without a word about it when it is not there. */
bool fake_cleanup_shows(const struct fake_console *f, const char *text);
/* Whether a run was reached: without AWS it says that it was not started. */
bool fake_cleanup_ran(const struct fake_console *f);

#endif
