/* Who else may use a resource: launch permissions of an AMI, create-volume permissions of a
 * snapshot. */
#include "aws/sim/ec2_grants.h"

#include <stdlib.h>
#include <string.h>

#include "aws/sim/mem.h"

const struct ec2_grant_name EC2_GRANT_NAMES[EC2_GRANT_KINDS] = {
    [EC2_GRANT_USER] = {"UserId", "UserId", "userId"},
    [EC2_GRANT_GROUP] = {"Group", "UserGroup", "group"},
    [EC2_GRANT_ORGANIZATION] = {"OrganizationArn", "OrganizationArn", "organizationArn"},
    [EC2_GRANT_UNIT] = {"OrganizationalUnitArn", "OrganizationalUnitArn", "organizationalUnitArn"},
};

static struct ec2_grant *find(const struct ec2_grants *grants, enum ec2_grant_kind kind,
                              const char *who)
{
    for (size_t i = 0; i < grants->count; i++) {
        if (grants->items[i].kind == kind && strcmp(grants->items[i].who, who) == 0)
            return &grants->items[i];
    }
    return NULL;
}

void ec2_grants_add(struct ec2_grants *grants, enum ec2_grant_kind kind, const char *who)
{
    if (find(grants, kind, who) != NULL)
        return;
    grants->items = xrealloc(grants->items, grants->count + 1, sizeof *grants->items);
    grants->items[grants->count++] = (struct ec2_grant){kind, xstrdup(who)};
}

void ec2_grants_remove(struct ec2_grants *grants, enum ec2_grant_kind kind, const char *who)
{
    struct ec2_grant *grant = find(grants, kind, who);
    if (grant == NULL)
        return;
    free(grant->who);
    size_t after = (size_t)(&grants->items[grants->count] - grant) - 1;
    memmove(grant, grant + 1, after * sizeof *grant);
    grants->count--;
}

bool ec2_grants_has(const struct ec2_grants *grants, enum ec2_grant_kind kind, const char *who)
{
    return find(grants, kind, who) != NULL;
}

bool ec2_grants_public(const struct ec2_grants *grants)
{
    return ec2_grants_has(grants, EC2_GRANT_GROUP, "all");
}

void ec2_grants_clear(struct ec2_grants *grants)
{
    for (size_t i = 0; i < grants->count; i++)
        free(grants->items[i].who);
    free(grants->items);
    *grants = (struct ec2_grants){0};
}
