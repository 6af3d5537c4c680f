/* EC2: what only DescribeImageAttribute says of an AMI. */
#ifndef AWS_EC2_ATTRIBUTE_H
#define AWS_EC2_ATTRIBUTE_H

#include "aws/call.h"

/* DescribeImageAttribute of an attribute with one value, such as "uefiData". *value is malloc'd, ""
 * when it is not set, NULL on failure. Thread: worker. */
bool ec2_image_attribute(struct call *c, const char *image_id, const char *attribute, char **value,
                         struct err *err);

#endif
