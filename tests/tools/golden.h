/* Golden screens: the text of a grid and its role letters, kept under tests/unit/golden/. */
#ifndef TESTS_TOOLS_GOLDEN_H
#define TESTS_TOOLS_GOLDEN_H

#include "ui/grid.h"

/* Compares the grid with tests/unit/golden/NAME.txt and fails the test at the first line that
 * differs. With TATAMI_GOLDEN=update it writes the file instead. */
void golden_check(const char *name, const struct grid *grid);

#endif
