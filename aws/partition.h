/* The partitions of AWS: suffixes, global endpoints and regions, from a table. */
#ifndef AWS_PARTITION_H
#define AWS_PARTITION_H

#include <stddef.h>

struct partition {
    const char *name;                     /* "aws", "aws-cn", "aws-us-gov", "aws-eusc" */
    const char *prefix;                   /* what its regions begin with; "" for aws */
    const char *suffix, *dual_suffix;     /* of host names; of those with IPv6 too */
    const char *iam_host, *iam_fips_host; /* IAM has one endpoint, under four names */
    const char *iam_dual_host, *iam_fips_dual_host;
    const char *iam_region;     /* that it is signed for */
    const char *account_region; /* the same of Account; NULL where there is none */
    const char *first_region;   /* the one that is there for every account */
    const char *const *regions; /* all, ended by NULL */
};

/* The one without a prefix is the last. Thread: any. */
extern const struct partition partitions[];
extern const size_t partition_count;

/* The partition of a region, by its prefix; aws when it is unknown. Never NULL. Thread: any. */
const struct partition *partition_of(const char *region);
/* The partition of an ARN, "arn:aws-cn:..."; aws when it is unknown or NULL. Never NULL. Thread:
 * any. */
const struct partition *partition_of_arn(const char *arn);
/* The names of all regions of all partitions, one by one from index 0; NULL behind the last.
 * Thread: any. */
const char *partition_region(size_t index);

#endif
