/* Elements that become strings of a struct as they stand: a row each. */
#ifndef AWS_EC2_FIELDS_H
#define AWS_EC2_FIELDS_H

#include <stddef.h>

#include "aws/xml.h"

/* The text at path stands in the char * at offset. The first row of a table is the id, "" where the
 * others are NULL. */
struct ec2_field {
    const char *path;
    size_t offset;
};

/* Points the struct's strings into the item's document. Thread: any. */
void ec2_fields_read(const struct ec2_field *fields, size_t count, const struct xml *item,
                     void *record);
/* Gives the struct, a plain copy of another, strings of its own. Thread: any. */
void ec2_fields_own(const struct ec2_field *fields, size_t count, void *record);
/* Frees strings of its own. Thread: any. */
void ec2_fields_free(const struct ec2_field *fields, size_t count, void *record);

/* The text at path, or NULL; it stands in the node's document. Thread: any. */
char *ec2_text(const struct xml *node, const char *path);

#endif
