/* Attributes of a snapshot: who may make volumes of it. */
#include <string.h>

#include "aws/sim/ec2.h"
#include "aws/sim/ec2_access.h"
#include "aws/sim/ec2_call.h"
#include "aws/sim/ec2_permissions.h"

static const char VOLUME_PERMISSION[] = "createVolumePermission";

/* The owner's snapshot that the request is about, when its attribute is the one that there is. */
static struct ec2_snapshot *subject(struct request *request, struct reply *reply,
                                    const char *const *known)
{
    if (!ec2_accept(request, reply, known))
        return NULL;
    const char *attribute = params_get(&request->params, "Attribute");
    if (attribute != NULL && strcmp(attribute, VOLUME_PERMISSION) != 0) {
        reply_error(request, reply, 400, "InvalidParameterValue",
                    "Value (%s) for parameter attribute is invalid.", attribute);
        return NULL;
    }
    return ec2_own_snapshot(request, reply, params_get(&request->params, "SnapshotId"));
}

static bool share_check(struct request *request, struct reply *reply,
                        const struct ec2_snapshot *snapshot,
                        const struct ec2_permission_change *change)
{
    if (!ec2_permissions_publish(change, &snapshot->grants))
        return true;
    if (ec2_access_blocked(request, EC2_SNAPSHOT)) {
        reply_error(request, reply, 400, "OperationNotPermitted",
                    "You can’t publicly share this snapshot because block public access for "
                    "snapshots is enabled for this account.");
        return false;
    }
    if (snapshot->encrypted) {
        reply_error(request, reply, 400, "OperationNotPermitted",
                    "Encrypted snapshots cannot be shared publicly");
        return false;
    }
    return true;
}

void ec2_modify_snapshot_attribute(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"*SnapshotId",
                                        "Attribute",
                                        "OperationType",
                                        "UserId.N",
                                        "UserGroup.N",
                                        "CreateVolumePermission.Add.N.UserId",
                                        "CreateVolumePermission.Add.N.Group",
                                        "CreateVolumePermission.Remove.N.UserId",
                                        "CreateVolumePermission.Remove.N.Group",
                                        NULL};
    struct ec2_permission_change change = {0};
    struct ec2_snapshot *snapshot = subject(request, reply, KNOWN);
    if (snapshot == NULL)
        return;
    if (ec2_permissions_read(request, reply, "CreateVolumePermission", &change) &&
        share_check(request, reply, snapshot, &change)) {
        if (fault_of(request, FAULT_NO_EFFECT) == NULL)
            ec2_permissions_apply(&change, &snapshot->grants);
        reply_true(request, reply);
    }
    ec2_permissions_clear(&change);
}

void ec2_reset_snapshot_attribute(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"*SnapshotId", "*Attribute", NULL};
    struct ec2_snapshot *snapshot = subject(request, reply, KNOWN);
    if (snapshot == NULL)
        return;
    if (fault_of(request, FAULT_NO_EFFECT) == NULL)
        ec2_grants_clear(&snapshot->grants);
    reply_true(request, reply);
}

void ec2_describe_snapshot_attribute(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"*SnapshotId", "*Attribute", NULL};
    const struct ec2_snapshot *snapshot = subject(request, reply, KNOWN);
    if (snapshot == NULL)
        return;
    reply_open(request, reply);
    xml_text(&reply->body, "snapshotId", snapshot->head.id);
    ec2_permissions_write(&reply->body, VOLUME_PERMISSION, &snapshot->grants);
    reply_close(request, reply);
}
