/* What refers to an AMI: instances, launch templates, SSM parameters, Image Builder recipes. */
#ifndef AWS_SIM_EC2_REFERENCES_H
#define AWS_SIM_EC2_REFERENCES_H

#include "aws/sim/ec2_field.h"
#include "aws/sim/ec2_store.h"

/* An Image Builder recipe; comes with --world only. Its id is its own, not AWS's. */
struct ec2_recipe {
    struct ec2_resource head;
    char *name;
    char *version; /* 1.0.0 */
    char *image_id;
    bool container;
};

extern const struct ec2_field EC2_RECIPE_FIELDS[];

enum ec2_reference_kind {
    EC2_REFERENCE_INSTANCE,
    EC2_REFERENCE_TEMPLATE,
    EC2_REFERENCE_PARAMETER,
    EC2_REFERENCE_IMAGE_RECIPE,
    EC2_REFERENCE_CONTAINER_RECIPE,
    EC2_REFERENCE_KINDS
};

/* What is looked for, and how far. */
struct ec2_reference_query {
    struct world *world;
    const char *account;
    const char *region;
    const char *image_id;
    int version_depth;        /* so many of the newest versions of a template count */
    const bool *state_wanted; /* by enum ec2_instance_state; NULL: all */
    int64_t until_ms;         /* what was made later does not count; 0: all counts */
};

/* Is told of one resource that refers to the image. */
typedef void ec2_reference_fn(void *arg, enum ec2_reference_kind kind, const char *arn);

/* Tells of each resource of that kind and account which refers to the image. Thread: any, lock
 * held.
 */
void ec2_references(const struct ec2_reference_query *query, enum ec2_reference_kind kind,
                    ec2_reference_fn *fn, void *arg);

/* Names as the API has them: ec2:Instance ... Ended by NULL. */
extern const char *const EC2_REFERENCE_NAMES[];

#endif
