/* Filters of describe calls: rows of a schema, tags, and the wildcards * and ?. */
#ifndef AWS_SIM_EC2_FILTER_H
#define AWS_SIM_EC2_FILTER_H

#include "aws/sim/ec2_schema.h"
#include "aws/sim/reply.h"

/* Whether every filter is one of the schema's, with a value; else answers InvalidParameterValue.
 * The filters are `prefix.N.Name` and `prefix.N.Value.M`. Thread: any. */
bool ec2_filters_check(struct request *request, struct reply *reply,
                       const struct ec2_schema *schema, const char *prefix);

/* Whether `thing` satisfies all filters: some value of each matches. Thread: any, lock held. */
bool ec2_filters_match(const struct request *request, const struct ec2_schema *schema,
                       const char *prefix, const void *thing);

/* Whether text matches a pattern in which * is any run, ? any one character, and a backslash takes
 * the next one literally. Case counts. Thread: any. */
bool ec2_wildcard_match(const char *pattern, const char *text);

#endif
