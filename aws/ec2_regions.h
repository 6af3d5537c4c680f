/* EC2: the regions of the account. */
#ifndef AWS_EC2_REGIONS_H
#define AWS_EC2_REGIONS_H

#include "aws/call.h"

enum ec2_opt_in { EC2_OPT_IN_UNKNOWN, EC2_OPT_IN_NOT_REQUIRED, EC2_OPTED_IN, EC2_NOT_OPTED_IN };

struct ec2_region {
    char name[32];
    enum ec2_opt_in opt_in;
};

/* DescribeRegions with AllRegions: *out is malloc'd, in AWS's order, the caller frees. Thread:
 * worker. */
bool ec2_regions(struct call *c, struct ec2_region **out, size_t *count, struct err *err);

#endif
