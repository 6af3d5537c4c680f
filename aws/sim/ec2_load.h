/* Members of --world's resources, read one at a time. */
#ifndef AWS_SIM_EC2_LOAD_H
#define AWS_SIM_EC2_LOAD_H

#include <cjson/cJSON.h>

#include "aws/sim/ec2_field.h"
#include "aws/sim/ec2_store.h"

/* Sets the row called like the member; false when no row is, or the value does not fit. Thread:
 * any, lock held. */
bool ec2_load_field(void *thing, const struct ec2_field *fields, const cJSON *member);

/* Set one member of an instance, a launch template, a recipe; false when it cannot be. Thread: any,
 * lock held. */
bool ec2_load_instance_member(struct ec2_resource *r, const cJSON *member);
bool ec2_load_template_member(struct ec2_resource *r, const cJSON *member);
bool ec2_load_recipe_member(struct ec2_resource *r, const cJSON *member);

#endif
