/* Golden files: what the harness's terminal shows against what it is known to show. */
#ifndef TESTS_TOOLS_TT_GOLDEN_H
#define TESTS_TOOLS_TT_GOLDEN_H

#include <stdbool.h>

/* Writes the screen's dump. Thread: any. */
bool golden_write(const char *path);
/* Compares; lines that differ are printed as TAP comments when `loud`. False also when there is no
 * such file. Thread: any. */
bool golden_matches(const char *path, bool loud);

#endif
