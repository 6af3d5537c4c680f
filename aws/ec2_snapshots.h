/* EC2: snapshots. */
#ifndef AWS_EC2_SNAPSHOTS_H
#define AWS_EC2_SNAPSHOTS_H

#include "aws/call.h"
#include "aws/query.h"

enum ec2_snapshot_state {
    EC2_SNAPSHOT_UNKNOWN,
    EC2_SNAPSHOT_PENDING,
    EC2_SNAPSHOT_COMPLETED,
    EC2_SNAPSHOT_ERROR
};

/* A snapshot as DescribeSnapshots says. A string is NULL where EC2 does not say; id is "" then. */
struct ec2_snapshot {
    char *id, *description;
    enum ec2_snapshot_state state;
    char *state_text, *state_message;
    int progress; /* percent; -1 when EC2 does not say */
    int volume_gib;
    int64_t full_size_bytes; /* of all blocks, not of what changed: an upper bound of what is paid;
                                -1 when EC2 does not say */
    char *start_time;        /* ISO 8601 */
    char *storage_tier;      /* "standard", "archive" */
    char *owner;
    bool encrypted;
    struct tag *tags;
    size_t tag_count;
};

struct ec2_snapshots {
    struct ec2_snapshot *items;
    size_t count;
};

/* Frees what it holds and empties it. Thread: any. */
void ec2_snapshots_free(struct ec2_snapshots *s);
/* The tag's value or NULL; lives as long as the snapshot. Thread: any. */
const char *ec2_snapshot_tag(const struct ec2_snapshot *s, const char *key);

/* Own snapshots; NULL fields do not filter. description may hold * and ?. */
struct ec2_snapshot_filter {
    const char *tag_key, *tag_value;
    const char *id;
    const char *description;
    const char *state; /* "pending" */
};
/* DescribeSnapshots, every page of 1000, one snapshot after the other as they arrive; on what lives
 * how long, and what may come twice, see ec2_each_image(). Thread: worker. */
bool ec2_each_snapshot(struct call *c, const struct ec2_snapshot_filter *filter,
                       void (*each)(void *arg, const struct ec2_snapshot *snapshot), void *arg,
                       struct err *err);
/* DescribeSnapshots, every page. *out is empty on failure; free with ec2_snapshots_free(). Thread:
 * worker. */
bool ec2_describe_snapshots(struct call *c, const struct ec2_snapshot_filter *filter,
                            struct ec2_snapshots *out, struct err *err);
/* DeleteSnapshot. Thread: worker. */
bool ec2_delete_snapshot(struct call *c, const char *id, struct err *err);

#endif
