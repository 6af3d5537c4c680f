/* EC2: AMIs and snapshots that rest in the Recycle Bin. */
#ifndef AWS_EC2_RECYCLE_H
#define AWS_EC2_RECYCLE_H

#include "aws/call.h"

/* An AMI or a snapshot in the Recycle Bin. A string is NULL where EC2 does not say; id is "" then.
 */
struct ec2_recycled {
    char *id;
    char *name; /* AMIs */
    char *description;
    char *enter_time; /* ISO 8601 */
    char *exit_time;  /* it is deleted for good then */
};
struct ec2_recycled_list {
    struct ec2_recycled *items;
    size_t count;
};
/* Frees what it holds and empties it. Thread: any. */
void ec2_recycled_free(struct ec2_recycled_list *list);

/* ListImagesInRecycleBin of the call's region, every page. *out is empty on failure; free with
 * ec2_recycled_free(). Thread: worker. */
bool ec2_recycled_images(struct call *c, struct ec2_recycled_list *out, struct err *err);
/* ListSnapshotsInRecycleBin, the same. Thread: worker. */
bool ec2_recycled_snapshots(struct call *c, struct ec2_recycled_list *out, struct err *err);
/* RestoreImageFromRecycleBin: its snapshots have to be there, or be restored before. Thread:
 * worker. */
bool ec2_restore_image(struct call *c, const char *id, struct err *err);
/* RestoreSnapshotFromRecycleBin. Thread: worker. */
bool ec2_restore_snapshot(struct call *c, const char *id, struct err *err);

#endif
