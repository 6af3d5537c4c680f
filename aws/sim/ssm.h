/* Systems Manager's Parameter Store: its actions, and what other services ask about parameters. */
#ifndef AWS_SIM_SSM_H
#define AWS_SIM_SSM_H

#include "aws/sim/service.h"

/* One a row of the action table; the request and its answer are those of the API reference. Thread:
 * any, lock held. */
action_fn ssm_put_parameter;
action_fn ssm_get_parameter;
action_fn ssm_get_parameters;
action_fn ssm_get_parameters_by_path;
action_fn ssm_get_parameter_history;
action_fn ssm_delete_parameter;
action_fn ssm_delete_parameters;
action_fn ssm_label_parameter_version;

/* Is told of one stored parameter: its newest version; `type` is its data type ("text",
 * "aws:ec2:image"). */
typedef void ssm_parameter_fn(void *arg, const char *name, const char *type, const char *value);

/* Tells of each parameter that the account has in the region, in order of names. Thread: any, lock
 * held. */
void ssm_each_parameter(const struct account *account, const struct region *region,
                        ssm_parameter_fn *fn, void *arg);

#endif
