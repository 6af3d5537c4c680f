/* What a rehearsal prepares before the simulator runs; only core/rehearse*.c include this. */
#ifndef CORE_REHEARSE_SETUP_H
#define CORE_REHEARSE_SETUP_H

#include <stdbool.h>

#include "base/err.h"
#include "core/options.h"

/* Writes the world to path: --world, with the bucket of the settings in it. *written is false when
 * there is nothing to write. ERR_IO, ERR_INPUT. Thread: main. */
bool rehearse_write_world(const struct settings *s, const char *path, bool *written,
                          struct err *err);
/* Makes the environment the rehearsal's. Thread: main, before the first other thread. */
void rehearse_set_environment(const struct settings *s, const char *url, const char *folder);
/* Removes a folder and all that is in it, following no link. Thread: main. */
void rehearse_remove(const char *folder);

#endif
