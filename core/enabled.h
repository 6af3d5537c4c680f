/* Which regions are meant: all that are enabled for the account, or those that are named. */
#ifndef CORE_ENABLED_H
#define CORE_ENABLED_H

#include <stdbool.h>
#include <stddef.h>

#include "aws/call.h"

struct enabled_region {
    char name[32];
    bool enabled;
};

/* Asks EC2 in the call's region. With wanted_count 0 all regions that are enabled, else the wanted
 * ones, each once, also where they are not enabled; one that does not exist is ERR_USAGE. *out is
 * malloc'd, the caller frees; NULL on failure. Thread: worker. */
bool enabled_regions(struct call *c, const char *const *wanted, size_t wanted_count,
                     struct enabled_region **out, size_t *count, struct err *err);

#endif
