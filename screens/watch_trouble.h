/* What the watch screens say while there is nothing to show, and of regions that do not answer. */
#ifndef SCREENS_WATCH_TROUBLE_H
#define SCREENS_WATCH_TROUBLE_H

#include "screens/console.h"

/* Why nothing of the account can be read, or that it is being asked. Thread: ui. */
void watch_trouble_draw(const struct console *c, const struct view *v);
/* Whether there is nothing to show: which regions there are is not known. Thread: ui. */
bool watch_trouble(const struct console *c);
/* The first kind whose last look at the region failed, NULL when none did. Thread: any. */
const struct inventory_reading *watch_failure(const struct inventory_region *region);
/* "2 of 34 regions do not answer: eu-south-1 (RequestTimeout), ...", or how many have not yet;
 * false when all of them do and none is throttled. The caller frees. Thread: ui. */
bool watch_trouble_say(const struct inventory *inventory, struct safe_text *out, enum role *role);

#endif
