/* Snapshots that EBS direct started: what is known of them beside EC2's part. */
#ifndef AWS_SIM_EBS_STORE_H
#define AWS_SIM_EBS_STORE_H

#include <cjson/cJSON.h>

#include "aws/sim/ebs_blocks.h"
#include "aws/sim/ec2_store.h"
#include "aws/sim/reply.h"

enum ebs_stage {
    EBS_WRITING,
    EBS_SEALED, /* CompleteSnapshot was accepted */
    EBS_EXPIRED /* nothing came within the timeout */
};

struct ebs_upload {
    char *id;
    enum ebs_stage stage;
    char *lineage;             /* the first snapshot of its chain of parents */
    char *account, *region;    /* whose client token ... */
    char *token, *fingerprint; /* ... it was started by, with these parameters; NULL: none */
    char *answer;              /* to StartSnapshot: a repeated one is answered the same */
    int64_t writable_ms;       /* unknown to PutSnapshotBlock and CompleteSnapshot before */
    int64_t touched_ms;        /* started, or last put */
    int64_t timeout_ms;
    uint64_t block_count; /* of the volume */
    struct ebs_blocks blocks;
    struct content *parent; /* NULL: none */
    struct ebs_upload *next;
};

/* Adds one, empty, for EC2's snapshot. The store owns it. Thread: any, lock held. */
struct ebs_upload *ebs_store_add(const struct ec2_snapshot *snapshot);

/* The one of that snapshot, or NULL. Thread: any, lock held. */
struct ebs_upload *ebs_store_find(const char *id);

/* The one that the account started in the region by that token, or NULL. Thread: any, lock held. */
struct ebs_upload *ebs_store_by_token(const char *account, const char *region, const char *token);

/* EC2's snapshot of it; NULL once that is deleted. Thread: any, lock held. */
struct ec2_snapshot *ebs_store_snapshot(const struct ebs_upload *upload);

/* What stands for a chain of parents and the copies of its members: two snapshots are related when
 * it is the same. Borrowed. Thread: any, lock held. */
const char *ebs_store_lineage(const struct ec2_snapshot *snapshot);

/* Lets the blocks and the parent go: they are in the snapshot, or lost. Thread: any, lock held. */
void ebs_upload_drop(struct ebs_upload *upload);

/* Adds what is being written to /_sim/state: `directUploads`, with the blocks that came so far.
 * Thread: any, lock held. */
void ebs_store_state(struct world *w, cJSON *out);

/* Frees everything. Thread: any, lock held. */
void ebs_store_clear(void);

#endif
