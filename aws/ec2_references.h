/* EC2: what in this account refers to an AMI. */
#ifndef AWS_EC2_REFERENCES_H
#define AWS_EC2_REFERENCES_H

#include "aws/call.h"

enum ec2_reference_kind {
    EC2_REFERENCE_OTHER, /* a type that this table does not know: it counts as a use */
    EC2_REFERENCE_INSTANCE,
    EC2_REFERENCE_LAUNCH_TEMPLATE,
    EC2_REFERENCE_PARAMETER, /* of Systems Manager */
    EC2_REFERENCE_IMAGE_RECIPE,
    EC2_REFERENCE_CONTAINER_RECIPE
};

struct ec2_reference {
    char *image_id;
    enum ec2_reference_kind kind;
    char *type; /* "ec2:LaunchTemplate" */
    char *arn;  /* whose last part names instance, template (and version, where EC2 says it),
                   parameter or recipe */
};

struct ec2_references {
    struct ec2_reference *items;
    size_t count;
};
/* Frees what it holds and empties it. Thread: any. */
void ec2_references_free(struct ec2_references *references);

/* AMIs that one request may name. */
#define EC2_REFERENCES_IMAGES_MAX 10

/* DescribeImageReferences, every page: everything of this account in the call's region that refers
 * to one of 1 to EC2_REFERENCES_IMAGES_MAX AMIs now. Instances in every state but terminated; the
 * latest 10,000 versions of each launch template, the most that EC2 looks at. Other accounts are
 * not seen: ec2_usage.h. *out is empty on failure; free with ec2_references_free(). An AMI that
 * is not in the list is unused only when this returned true. Thread: worker. */
bool ec2_references(struct call *c, const char *const *image_ids, size_t count,
                    struct ec2_references *out, struct err *err);

#endif
