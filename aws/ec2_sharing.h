/* EC2: who may launch an AMI, who may read a snapshot. */
#ifndef AWS_EC2_SHARING_H
#define AWS_EC2_SHARING_H

#include "aws/call.h"

enum ec2_principal_kind { EC2_ALL, EC2_ACCOUNT, EC2_ORGANIZATION, EC2_UNIT };

/* Somebody with a launch permission; id is NULL for all. */
struct ec2_principal {
    enum ec2_principal_kind kind;
    char *id; /* account id, or ARN of the organization or unit */
};

struct ec2_principals {
    struct ec2_principal *items;
    size_t count;
};
/* Frees what it holds and empties it. Thread: any. */
void ec2_principals_free(struct ec2_principals *p);

/* ModifyImageAttribute: adds or removes launch permissions. Idempotent. Thread: worker. */
bool ec2_modify_launch_permission(struct call *c, const char *image_id, bool add,
                                  const struct ec2_principal *who, size_t count, struct err *err);
/* DescribeImageAttribute launchPermission. Thread: worker. */
bool ec2_launch_permissions(struct call *c, const char *image_id, struct ec2_principals *out,
                            struct err *err);
/* ModifySnapshotAttribute createVolumePermission; principals are all or accounts. Thread: worker.
 */
bool ec2_modify_snapshot_permission(struct call *c, const char *snapshot_id, bool add,
                                    const struct ec2_principal *who, size_t count, struct err *err);
/* DescribeSnapshotAttribute createVolumePermission. Thread: worker. */
bool ec2_snapshot_permissions(struct call *c, const char *snapshot_id, struct ec2_principals *out,
                              struct err *err);

#endif
