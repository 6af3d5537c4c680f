/* Changes of launch and create-volume permissions, in both styles of parameters. */
#ifndef AWS_SIM_EC2_PERMISSIONS_H
#define AWS_SIM_EC2_PERMISSIONS_H

#include "aws/sim/ec2_grants.h"
#include "aws/sim/reply.h"

struct ec2_permission_change {
    struct ec2_grants add;
    struct ec2_grants remove;
};

/* Reads `structure`.Add.N and .Remove.N ("LaunchPermission"), and OperationType with UserId.N,
 * UserGroup.N ... False after answering InvalidAMIAttributeItemValue or the like; *change is to be
 * cleared in any case. Thread: any. */
bool ec2_permissions_read(struct request *request, struct reply *reply, const char *structure,
                          struct ec2_permission_change *change);

/* Whether the change makes public what is not public now. Thread: any. */
bool ec2_permissions_publish(const struct ec2_permission_change *change,
                             const struct ec2_grants *now);

/* Whether nothing would change. Thread: any. */
bool ec2_permissions_empty(const struct ec2_permission_change *change);

/* Does what the change says. Thread: any, lock held. */
void ec2_permissions_apply(const struct ec2_permission_change *change, struct ec2_grants *grants);
/* Frees what the change holds. Thread: any. */
void ec2_permissions_clear(struct ec2_permission_change *change);

/* Whether the list `prefix`.N of a describe call (ExecutableBy, RestorableBy) is absent or names
 * one whom the grants are for: `all` means public, `self` the caller, else an account. Thread: any,
 * lock held. */
bool ec2_permissions_fit(const struct request *request, const char *prefix,
                         const struct ec2_grants *grants);

/* Writes <name> with an <item> for each grant. Thread: any. */
void ec2_permissions_write(struct str *out, const char *name, const struct ec2_grants *grants);

#endif
