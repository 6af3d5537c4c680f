/* A release that goes on without a screen and without a terminal. */
#ifndef CORE_BACKGROUND_H
#define CORE_BACKGROUND_H

#include <stdbool.h>

#include "base/err.h"
#include "core/options.h"

/* Starts `tatami resume ID` in a session of its own, with this program's environment, folder and
 * options; what it says goes to STATE/background.log (mode 0600). The release's kernel lock must
 * be free. Thread: main. */
bool background_start(const struct settings *s, const char *release_id, struct err *err);

#endif
