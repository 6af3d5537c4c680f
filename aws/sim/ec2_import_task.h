/* The life of an import task in simulated time: pending, active, completed or deleted. */
#ifndef AWS_SIM_EC2_IMPORT_TASK_H
#define AWS_SIM_EC2_IMPORT_TASK_H

#include "aws/sim/ec2_store.h"
#include "aws/sim/request.h"

/* Starts a new task whose members are set: looks at the object's bytes, takes up the faults of the
 * request, and schedules what will happen. The object must exist. Thread: any, lock held. */
void ec2_import_start(const struct request *request, struct ec2_import *import);

/* Brings the percentage up to the present. Thread: any, lock held. */
void ec2_import_refresh(struct ec2_import *import);

/* Ends a running task as deleted, with `message` (NULL: without). Thread: any, lock held. */
void ec2_import_fail(struct ec2_import *import, const char *message);

#endif
