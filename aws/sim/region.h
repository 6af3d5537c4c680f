/* The regions of the `aws` partition, as a table. */
#ifndef AWS_SIM_REGION_H
#define AWS_SIM_REGION_H

#include <stdbool.h>
#include <stddef.h>

struct region {
    const char *name;      /* us-east-1 */
    const char *zone_id;   /* use1: availability zone ids are use1-az1... */
    const char *geography; /* country as DescribeRegions' geographySet names it */
    bool opt_in;           /* off until an account opts in (launched after March 2019) */
};

extern const struct region regions[];
extern const size_t region_count;

/* The row of that name, or NULL. Thread: any. */
const struct region *region_find(const char *name);

/* Its place in the table: an index into arrays of region_count. Thread: any. */
size_t region_index(const struct region *region);

#define REGION_MAX 48 /* room for arrays indexed by region */

#endif
