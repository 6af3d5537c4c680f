/* EC2: what only DescribeImageAttribute says of an AMI. */
#include "aws/ec2_attribute.h"

#include <stdlib.h>

#include "aws/actions.h"
#include "aws/query.h"
#include "base/mem.h"

bool ec2_image_attribute(struct call *c, const char *image_id, const char *attribute, char **value,
                         struct err *err)
{
    struct buf form = BUF_INIT;
    struct xml *root = NULL;

    *value = NULL;
    query_add(&form, "ImageId", image_id);
    query_add(&form, "Attribute", attribute);
    bool ok = call_query(c, &aws_actions[EC2_DESCRIBE_IMAGE_ATTRIBUTE], &form, &root, err);
    if (ok) {
        char *path = xasprintf("%s/value", attribute);
        *value = xml_dup_or_empty(root, path);
        free(path);
    }
    xml_free(root);
    buf_free(&form);
    return ok;
}
