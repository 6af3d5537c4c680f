/* What `publish` and `unpublish` ask of a release that is not finished: its journal knows it, or
 * whoever goes on with it would turn it round. */
#ifndef CORE_PUBLISH_WISH_H
#define CORE_PUBLISH_WISH_H

#include "core/journal.h"
#include "core/wave.h"

/* Writes the wave's wish for each of its AMIs into the journal of the unfinished release of that
 * name; at once true where there is none. ERR_REFUSED when another tatami of this machine works on
 * it: that one keeps to its own wishes. Thread: main. */
bool publish_wish(struct journal *journal, const struct wave *wave, struct err *err);

#endif
