/* Who else may use a resource: launch permissions of an AMI, create-volume permissions of a
 * snapshot. */
#ifndef AWS_SIM_EC2_GRANTS_H
#define AWS_SIM_EC2_GRANTS_H

#include <stdbool.h>
#include <stddef.h>

enum ec2_grant_kind {
    EC2_GRANT_USER,
    EC2_GRANT_GROUP,
    EC2_GRANT_ORGANIZATION,
    EC2_GRANT_UNIT,
    EC2_GRANT_KINDS
};

/* Names of one kind of grantee: in LaunchPermission.Add.N.X, as X.N beside OperationType, in
 * replies. */
struct ec2_grant_name {
    const char *member;
    const char *list;
    const char *element;
};

extern const struct ec2_grant_name EC2_GRANT_NAMES[EC2_GRANT_KINDS];

struct ec2_grant {
    enum ec2_grant_kind kind;
    char *who;
};

struct ec2_grants {
    struct ec2_grant *items;
    size_t count;
};

/* Adds a grant (`who` is copied) unless it is there. Thread: any, lock held. */
void ec2_grants_add(struct ec2_grants *grants, enum ec2_grant_kind kind, const char *who);

/* Removes a grant if it is there. Thread: any, lock held. */
void ec2_grants_remove(struct ec2_grants *grants, enum ec2_grant_kind kind, const char *who);

/* Whether this very grant exists. Thread: any, lock held. */
bool ec2_grants_has(const struct ec2_grants *grants, enum ec2_grant_kind kind, const char *who);

/* Whether the group `all` is granted. Thread: any, lock held. */
bool ec2_grants_public(const struct ec2_grants *grants);

/* Frees the content and leaves an empty list. Thread: any, lock held. */
void ec2_grants_clear(struct ec2_grants *grants);

#endif
