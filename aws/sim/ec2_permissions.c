/* Changes of launch and create-volume permissions, in both styles of parameters. */
#include "aws/sim/ec2_permissions.h"

#include <string.h>

enum { ACCOUNT_DIGITS = 12 };

static bool is_account(const char *who)
{
    return strlen(who) == ACCOUNT_DIGITS && strspn(who, "0123456789") == ACCOUNT_DIGITS;
}

static bool is_all(const char *who)
{
    return strcmp(who, "all") == 0;
}

static bool is_organization(const char *who)
{
    return strncmp(who, "arn:", 4) == 0 && strstr(who, ":organization/") != NULL;
}

static bool is_unit(const char *who)
{
    return strncmp(who, "arn:", 4) == 0 && strstr(who, ":ou/") != NULL;
}

static bool (*const VALID[EC2_GRANT_KINDS])(const char *who) = {
    [EC2_GRANT_USER] = is_account,
    [EC2_GRANT_GROUP] = is_all,
    [EC2_GRANT_ORGANIZATION] = is_organization,
    [EC2_GRANT_UNIT] = is_unit,
};

static bool take(struct request *request, struct reply *reply, enum ec2_grant_kind kind,
                 const char *who, struct ec2_grants *grants)
{
    if (!VALID[kind](who)) {
        reply_error(request, reply, 400, "InvalidAMIAttributeItemValue",
                    "Invalid attribute item value \"%s\" for %s item type.", who,
                    EC2_GRANT_NAMES[kind].element);
        return false;
    }
    ec2_grants_add(grants, kind, who);
    return true;
}

/* LaunchPermission.Add.1.Group=all */
static bool read_structure(struct request *request, struct reply *reply, const char *structure,
                           const char *operation, struct ec2_grants *grants)
{
    const struct params *params = &request->params;
    bool any = true;
    for (int i = 1; any; i++) {
        any = false;
        for (int kind = 0; kind < EC2_GRANT_KINDS; kind++) {
            const char *who = params_getf(params, "%s.%s.%d.%s", structure, operation, i,
                                          EC2_GRANT_NAMES[kind].member);
            if (who == NULL)
                continue;
            any = true;
            if (!take(request, reply, (enum ec2_grant_kind)kind, who, grants))
                return false;
        }
    }
    return true;
}

/* OperationType=add, UserGroup.1=all */
static bool read_lists(struct request *request, struct reply *reply,
                       struct ec2_permission_change *change)
{
    const char *operation = params_get(&request->params, "OperationType");
    for (int kind = 0; kind < EC2_GRANT_KINDS; kind++) {
        const char *who;
        for (int i = 1;
             (who = params_getf(&request->params, "%s.%d", EC2_GRANT_NAMES[kind].list, i)) != NULL;
             i++) {
            bool adds = operation != NULL && strcmp(operation, "add") == 0;
            if (!adds && (operation == NULL || strcmp(operation, "remove") != 0)) {
                reply_error(request, reply, 400, "InvalidParameterValue",
                            "Value (%s) for parameter operationType is invalid.",
                            operation == NULL ? "null" : operation);
                return false;
            }
            if (!take(request, reply, (enum ec2_grant_kind)kind, who,
                      adds ? &change->add : &change->remove))
                return false;
        }
    }
    return true;
}

bool ec2_permissions_read(struct request *request, struct reply *reply, const char *structure,
                          struct ec2_permission_change *change)
{
    *change = (struct ec2_permission_change){0};
    return read_structure(request, reply, structure, "Add", &change->add) &&
           read_structure(request, reply, structure, "Remove", &change->remove) &&
           read_lists(request, reply, change);
}

bool ec2_permissions_publish(const struct ec2_permission_change *change,
                             const struct ec2_grants *now)
{
    return ec2_grants_public(&change->add) && !ec2_grants_public(now);
}

bool ec2_permissions_empty(const struct ec2_permission_change *change)
{
    return change->add.count == 0 && change->remove.count == 0;
}

void ec2_permissions_apply(const struct ec2_permission_change *change, struct ec2_grants *grants)
{
    for (size_t i = 0; i < change->add.count; i++)
        ec2_grants_add(grants, change->add.items[i].kind, change->add.items[i].who);
    for (size_t i = 0; i < change->remove.count; i++)
        ec2_grants_remove(grants, change->remove.items[i].kind, change->remove.items[i].who);
}

void ec2_permissions_clear(struct ec2_permission_change *change)
{
    ec2_grants_clear(&change->add);
    ec2_grants_clear(&change->remove);
}

bool ec2_permissions_fit(const struct request *request, const char *prefix,
                         const struct ec2_grants *grants)
{
    const char *who;
    if (!params_has(&request->params, prefix))
        return true;
    for (int i = 1; (who = params_getf(&request->params, "%s.%d", prefix, i)) != NULL; i++) {
        if (strcmp(who, "all") == 0 && ec2_grants_public(grants))
            return true;
        const char *account = strcmp(who, "self") == 0 ? request->account->id : who;
        if (ec2_grants_has(grants, EC2_GRANT_USER, account))
            return true;
    }
    return false;
}

void ec2_permissions_write(struct str *out, const char *name, const struct ec2_grants *grants)
{
    xml_open(out, name);
    for (size_t i = 0; i < grants->count; i++) {
        xml_open(out, "item");
        xml_text(out, EC2_GRANT_NAMES[grants->items[i].kind].element, grants->items[i].who);
        xml_close(out, "item");
    }
    xml_close(out, name);
}
