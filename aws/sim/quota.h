/* AWS's default quotas, as a table. */
#ifndef AWS_SIM_QUOTA_H
#define AWS_SIM_QUOTA_H

#include <stdbool.h>
#include <stddef.h>

struct quota {
    const char *service, *code, *name;
    double value;
    bool adjustable;
};

extern const struct quota quotas[];
extern const size_t quota_count;

/* The row of that code, or NULL. Thread: any. */
const struct quota *quota_find(const char *code);

#endif
