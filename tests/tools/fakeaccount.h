/* Inventories made by hand: three releases in flight in 34 regions, import tasks, uploads. */
#ifndef TESTS_TOOLS_FAKEACCOUNT_H
#define TESTS_TOOLS_FAKEACCOUNT_H

#include "core/inventory.h"

enum fake_look {
    LOOK_FIRST, /* all regions answer */
    LOOK_LATER, /* half a minute later: imports go on, a copy is there and one has failed */
    LOOK_ENDED, /* an hour later: one release is public everywhere */
    LOOK_SICK,  /* as LOOK_LATER, but two regions do not answer and three are throttled */
    LOOK_PART,  /* the first regions have answered */
    LOOK_EMPTY, /* nothing moves */
    LOOK_NONE,  /* the credentials are not known */
    LOOKS
};

/* Calendar time of the first look, and program time and calendar time of any look. */
#define FAKE_TODAY 1795443720 /* 2026-11-23 14:22 UTC */
clock_ms fake_look_ms(enum fake_look look);
time_t fake_look_at(enum fake_look look);

/* One reference; number must rise from look to look. */
struct inventory *fake_account(enum fake_look look, uint64_t number);
/* The same as LOOK_FIRST, with `text` for the nth of the texts that come from outside; NULL when
 * there is no nth. */
struct inventory *fake_account_with(size_t nth, const char *text);

#endif
