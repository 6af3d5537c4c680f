/* What the actions of EBS direct do first. */
#include "aws/sim/ebs_call.h"

#include <string.h>

#include "aws/sim/ebs_error.h"
#include "aws/sim/ec2_call.h"
#include "aws/sim/ec2_snapshots.h"

enum { ID_LEN = 64 };

bool ebs_id_check(struct request *request, struct reply *reply, const char *id)
{
    static const char PREFIX[] = "snap-";
    const char *digits = id + strlen(PREFIX);
    if (strncmp(id, PREFIX, strlen(PREFIX)) == 0 && *digits != '\0' && strlen(id) <= ID_LEN &&
        digits[strspn(digits, "0123456789abcdef")] == '\0')
        return true;
    ebs_refuse(request, reply, EBS_INVALID_SNAPSHOT_ID, "The snapshot ID '%s' is not valid.", id);
    return false;
}

static void not_found(struct request *request, struct reply *reply, const char *id)
{
    ebs_refuse(request, reply, EBS_NOT_FOUND, "The snapshot '%s' does not exist.", id);
}

struct ebs_upload *ebs_writable(struct request *request, struct reply *reply)
{
    static const char *const CLOSED[] = {
        [EBS_SEALED] = "is complete and takes no more blocks",
        [EBS_EXPIRED] = "is in the error state",
    };
    const char *id = params_get(&request->params, "snapshotId");
    if (!ebs_id_check(request, reply, id))
        return NULL;
    struct ebs_upload *upload = ebs_store_find(id);
    const struct ec2_snapshot *snapshot = upload != NULL ? ebs_store_snapshot(upload) : NULL;
    if (snapshot == NULL || !ec2_owns(request, &snapshot->head) ||
        strcmp(snapshot->head.region, request->region->name) != 0 ||
        clock_now_ms(request->world->clock) < upload->writable_ms) {
        not_found(request, reply, id);
        return NULL;
    }
    if (upload->stage == EBS_WRITING)
        return upload;
    ebs_refuse(request, reply, EBS_INVALID_SNAPSHOT_ID, "The snapshot '%s' %s.", id,
               CLOSED[upload->stage]);
    return NULL;
}

struct ec2_snapshot *ebs_readable(struct request *request, struct reply *reply, const char *id)
{
    if (!ebs_id_check(request, reply, id))
        return NULL;
    struct ec2_snapshot *snapshot =
        (struct ec2_snapshot *)ec2_store_find(EC2_SNAPSHOT, request->region->name, id);
    if (snapshot == NULL || !ec2_snapshot_readable(snapshot, request->account) ||
        clock_now_ms(request->world->clock) < snapshot->head.visible_ms) {
        not_found(request, reply, id);
        return NULL;
    }
    if (ec2_grants_public(&snapshot->grants)) {
        ebs_refuse(request, reply, EBS_ACCESS_DENIED,
                   "EBS direct APIs do not support public snapshots: %s", id);
        return NULL;
    }
    if (snapshot->state == EC2_SNAPSHOT_COMPLETED)
        return snapshot;
    ebs_refuse(request, reply, EBS_INVALID_SNAPSHOT_ID, "The snapshot '%s' is not completed.", id);
    return NULL;
}

bool ebs_number(struct request *request, struct reply *reply, const struct params *from,
                const char *name, int64_t low, int64_t high, int64_t *value)
{
    if (params_get(from, name) == NULL)
        return true;
    if (params_int(from, name, value) && *value >= low && *value <= high)
        return true;
    ebs_refuse(request, reply, EBS_INVALID_PARAMETER, "Invalid value for %s: %s", name,
               params_get(from, name));
    return false;
}
