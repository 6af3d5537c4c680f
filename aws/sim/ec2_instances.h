/* Instances, as far as they say which AMI is in use. */
#ifndef AWS_SIM_EC2_INSTANCES_H
#define AWS_SIM_EC2_INSTANCES_H

#include "aws/sim/ec2_field.h"
#include "aws/sim/ec2_store.h"

enum ec2_instance_state {
    EC2_INSTANCE_PENDING,
    EC2_INSTANCE_RUNNING,
    EC2_INSTANCE_SHUTTING_DOWN,
    EC2_INSTANCE_TERMINATED,
    EC2_INSTANCE_STOPPING,
    EC2_INSTANCE_STOPPED
};

struct ec2_instance {
    struct ec2_resource head;
    enum ec2_instance_state state;
    char *image_id;
    char *instance_type;
    char *client_token;
    char *template_id; /* NULL: launched without one */
};

/* Names of enum ec2_instance_state, ended by NULL. */
extern const char *const EC2_INSTANCE_STATES[];

extern const struct ec2_field EC2_INSTANCE_FIELDS[];

/* Remembers that an image is launched now; lastLaunchedTime shows it a day later. Thread: any, lock
 * held. */
void ec2_image_launched(struct ec2_image *image);

#endif
