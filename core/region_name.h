/* What can be the name of a region, before anything is asked of it. */
#ifndef CORE_REGION_NAME_H
#define CORE_REGION_NAME_H

#include <stdbool.h>

#include "base/err.h"

/* True for a region that this program knows, and for a name of a region's shape that is like none
 * of them: it may be younger than the program. Else ERR_USAGE, with the nearest name where one is
 * near: a call signed for a region that does not exist ends in words about the signature. what is
 * where the name stands, such as "--home". Thread: any. */
bool region_name_check(const char *what, const char *name, struct err *err);

#endif
