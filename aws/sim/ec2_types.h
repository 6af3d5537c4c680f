/* The types of resources as rows: their size, the texts that they own, what else is freed. */
#ifndef AWS_SIM_EC2_TYPES_H
#define AWS_SIM_EC2_TYPES_H

#include "aws/sim/ec2_store.h"

struct ec2_type_row {
    const char *prefix; /* of its ids */
    size_t size;
    const size_t *texts; /* offsets of the texts that a resource owns */
    size_t text_count;
    void (*clear)(struct ec2_resource *r); /* frees what is no such text; NULL: nothing */
};

extern const struct ec2_type_row ec2_type_rows[EC2_TYPES];

#endif
