/* Snapshots as other parts of EC2 make and use them. */
#ifndef AWS_SIM_EC2_SNAPSHOTS_H
#define AWS_SIM_EC2_SNAPSHOTS_H

#include "aws/sim/ec2_store.h"
#include "aws/sim/reply.h"

/* Brings the percentage and the full size up to the present. Thread: any, lock held. */
void ec2_snapshot_refresh(struct ec2_snapshot *snapshot);

/* The completed snapshot that an import task made. Thread: any, lock held. */
struct ec2_snapshot *ec2_snapshot_from_import(const struct ec2_import *import);

/* How long the copy of a snapshot takes and where it begins. */
struct ec2_snapshot_copy {
    const struct ec2_snapshot *source;
    const char *region;
    const char *account;
    const char *name; /* what chance goes by */
    bool encrypted;   /* even when the source is not */
    const char *key;  /* KMS key, NULL: the account's default */
    int minutes;      /* a time-based copy; 0: as it comes */
};

/* Starts a copy: pending from now on, completed (or an error) later, never before other copies of
 * that snapshot into that region. Its content is the source's. Thread: any, lock held. */
struct ec2_snapshot *ec2_snapshot_copy(struct world *w, const struct ec2_snapshot_copy *copy);

/* Replaces the content by a corrupted one where a corrupted-block fault hit the request. Thread:
 * any, lock held. */
void ec2_content_corrupt(const struct request *request, struct content **content);

/* Lets the faults that hit the request change a copy that it started. Thread: any, lock held. */
void ec2_snapshot_copy_faults(const struct request *request, struct ec2_snapshot *snapshot);

/* Whether SourceRegion is a region that the account has switched on; else answers the error.
 * Thread: any. */
bool ec2_source_region_check(struct request *request, struct reply *reply);

/* Reads the duration of a time-based copy, 0 when it is not given; false after answering an error.
 * Thread: any. */
bool ec2_timed_copy_check(struct request *request, struct reply *reply, const char *parameter,
                          int *minutes);

/* Whether the account may start `wanted` more snapshot copies into the request's region; else
 * answers ResourceLimitExceeded. Thread: any, lock held. */
bool ec2_snapshot_copies_check(struct request *request, struct reply *reply, int wanted);

/* The image that uses the snapshot, or NULL. Thread: any, lock held. */
const struct ec2_image *ec2_snapshot_user(const struct ec2_snapshot *snapshot);

/* Whether the account may read the snapshot: its own, public, or shared with it. Thread: any, lock
 * held. */
bool ec2_snapshot_readable(const struct ec2_snapshot *snapshot, const struct account *account);

#endif
