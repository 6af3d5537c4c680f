/* The operator's screen over made inventories, in a console without a terminal. */
#ifndef TESTS_TOOLS_FAKEWATCH_H
#define TESTS_TOOLS_FAKEWATCH_H

#include "tests/tools/fakeaccount.h"
#include "tests/tools/fakeconsole.h"

/* The console begins at watch; this machine's journal knows the release acmeos-13-20260921. */
void fake_watch_bare(struct fake_console *f, int cols, int rows, bool ascii);
/* The same after two looks, LOOK_FIRST and LOOK_LATER. */
void fake_watch_open(struct fake_console *f, int cols, int rows, bool ascii);
/* A look arrives, at its own time; draws. */
void fake_watch_look(struct fake_console *f, enum fake_look look);
/* The same with an inventory, whose reference it takes over. */
void fake_watch_deliver(struct fake_console *f, struct inventory *inventory, enum fake_look look);
void fake_watch_draw(struct fake_console *f);

#endif
