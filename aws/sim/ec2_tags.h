/* Tags: those that a creation brings along, CreateTags, DeleteTags, DescribeTags. */
#ifndef AWS_SIM_EC2_TAGS_H
#define AWS_SIM_EC2_TAGS_H

#include "aws/sim/reply.h"

/* Whether every TagSpecification is for one of `types` (ended by NULL) and its tags keep AWS's
 * rules; else answers the error. Thread: any. */
bool ec2_tag_specs_check(struct request *request, struct reply *reply, const char *const *types);

/* Adds the tags that the request's TagSpecification has for `type` ("image", "snapshot"), less
 * those that a missing-tag fault loses. Thread: any, lock held. */
void ec2_tag_specs_read(const struct request *request, const char *type, struct params *tags);

#endif
