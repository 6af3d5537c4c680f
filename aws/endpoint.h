/* Service and region to URL. */
#ifndef AWS_ENDPOINT_H
#define AWS_ENDPOINT_H

#include <stdbool.h>

#include "aws/config.h"
#include "base/buf.h"

/* The DNS suffix of the partition that a region belongs to ("amazonaws.com"), by the region's
 * prefix; the suffix of `aws` when it is unknown. Never NULL. Thread: any. */
const char *endpoint_dns_suffix(const char *region);
/* True for what can be the name of a region, letters, digits and hyphens: it becomes part of a
 * host's name, to which a signature is sent. NULL is false. Thread: any. */
bool endpoint_is_region(const char *name);
/* "aws", "aws-cn", "aws-us-gov", "aws-eusc". Thread: any. */
const char *endpoint_partition(const char *region);

/* Scheme and authority, "https://ec2.us-east-1.amazonaws.com", without a slash at the end: the
 * override of the configuration, else the region's own; global services (IAM) have one per
 * partition. FIPS and dual-stack names where the configuration asks for them. Thread: any. */
void endpoint_url(const struct aws_config *config, const char *service, const char *region,
                  struct buf *out);
/* True when S3 must use path style: a bucket that is no DNS label (dots), an override unless the
 * profile's s3.addressing_style is `virtual`, or that being `path` (as botocore has it). Thread:
 * any. */
bool endpoint_s3_path_style(const struct aws_config *config, const char *bucket);
/* The region a call to this service is signed for: a global service's own, else `region`. Thread:
 * any. */
const char *endpoint_signing_region(const char *service, const char *region);
/* The short code of a region, its first zone's id without the zone: "us-east-1" is "use1"; made by
 * AWS's rule for regions that are not in the table. Thread: any. */
void endpoint_region_code(const char *region, char out[16]);

#endif
