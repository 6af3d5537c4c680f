/* The plan in lines, before anything is sent. */
#ifndef SCREENS_LINES_PLAN_H
#define SCREENS_LINES_PLAN_H

#include <stdio.h>

#include "core/plan.h"

/* Account, identity, images, names, regions, home, path, bytes and who will see it. Thread: main.
 */
void lines_plan(const struct plan *plan, FILE *out);

#endif
