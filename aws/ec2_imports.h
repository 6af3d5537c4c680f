/* EC2: VM Import of snapshots. */
#ifndef AWS_EC2_IMPORTS_H
#define AWS_EC2_IMPORTS_H

#include "aws/call.h"
#include "aws/query.h"

enum ec2_import_state {
    EC2_IMPORT_UNKNOWN, /* terminal, as every state but pending and active */
    EC2_IMPORT_PENDING,
    EC2_IMPORT_ACTIVE,
    EC2_IMPORT_COMPLETED,
    EC2_IMPORT_ENDED /* cancelling, cancelled, deleting, deleted, error: deleted is how a failed one
                        ends */
};

struct ec2_import {
    char *task_id, *description;
    enum ec2_import_state state;
    char *state_text, *message, *snapshot_id; /* NULL while EC2 does not say */
    char *bucket, *key;                       /* that it reads from; NULL when EC2 does not say */
    char *disk_description;                   /* the disk container's; NULL when EC2 does not say */
    int progress;                             /* percent; -1 when EC2 does not say */
    struct tag *tags;
    size_t tag_count;
};

struct ec2_imports {
    struct ec2_import *items;
    size_t count;
};
/* Frees what it holds and empties it. Thread: any. */
void ec2_imports_free(struct ec2_imports *imports);
/* The tag's value or NULL; lives as long as the import. Thread: any. */
const char *ec2_import_tag(const struct ec2_import *import, const char *key);

/* ImportSnapshot. Idempotent by token. */
struct ec2_import_snapshot {
    const char *format; /* "RAW", "VHD", "VHDX", "VMDK" */
    const char *bucket, *key, *description, *role, *token;
    const char *kms_key_id; /* NULL: not encrypted */
    const struct tag *tags; /* on the task, not on the snapshot */
    size_t tag_count;
};
/* *task_id is malloc'd, NULL on failure. Thread: worker. */
bool ec2_import_snapshot(struct call *c, const struct ec2_import_snapshot *import, char **task_id,
                         struct err *err);
/* DescribeImportSnapshotTasks, every page: active tasks and those that ended within a week, one
 * after the other as they arrive; on what lives how long, and what may come twice, see
 * ec2_each_image(). AWS documents no tag filter for this call, so all are read and the caller looks
 * at their tags; and it says nowhere when a task began. Thread: worker. */
bool ec2_each_import(struct call *c, void (*each)(void *arg, const struct ec2_import *import),
                     void *arg, struct err *err);
/* The same as a list, each task once; empty on failure; free with ec2_imports_free(). Thread:
 * worker. */
bool ec2_describe_imports(struct call *c, struct ec2_imports *out, struct err *err);
/* CancelImportTask. Thread: worker. */
bool ec2_cancel_import(struct call *c, const char *task_id, const char *reason, struct err *err);

#endif
