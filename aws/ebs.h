/* EBS direct: snapshots written and read block by block, without a volume or a bucket. */
#ifndef AWS_EBS_H
#define AWS_EBS_H

#include "aws/call.h"
#include "aws/query.h"

#define EBS_BLOCK_BYTES   (512u << 10)
#define EBS_CHECKSUM_SIZE 45 /* base64 of a SHA-256, with its NUL */

/* StartSnapshot. Idempotent by token; ERR_MISMATCH when the token came with other parameters. */
struct ebs_start {
    int volume_gib;
    const char *description, *token;
    const char *parent_id;   /* what is not put is as in this snapshot; NULL for none */
    const char *kms_key_arn; /* NULL: not encrypted, unless the account's default is */
    int timeout_min; /* without a put or the completion for so long it ends in error; 10 to 4320 */
    const struct tag *tags;
    size_t tag_count;
};
/* *id is malloc'd, NULL on failure. Thread: worker. */
bool ebs_start_snapshot(struct call *c, const struct ebs_start *start, char **id, struct err *err);

/* One block on its way. */
struct ebs_put {
    const char *snapshot_id;
    int64_t index;
    struct http_body body; /* EBS_BLOCK_BYTES, the last block of a disk filled up with zeros */
    const char *checksum;  /* of these bytes: ebs_checksum() */
    int percent;           /* of the whole snapshot, for whoever describes it; -1: not said */
    atomic_uint_least64_t *sent;
    const atomic_uint_least64_t *rate_bytes_s;
    int64_t *took_us; /* the exchange on the wall, without connecting; may be NULL */
};
/* PutSnapshotBlock, one attempt: whoever puts many has a budget of his own for each. A block may be
 * put again. ERR_MISMATCH and ERR_INVALID when something else arrived, ERR_NOT_FOUND also for some
 * seconds after the start. Thread: worker. */
bool ebs_put_block(struct call *c, const struct ebs_put *put, struct err *err);
/* CompleteSnapshot with how many blocks were put and the checksum over theirs (LINEAR: of the raw
 * digests in the order of the blocks). AWS goes on by itself: DescribeSnapshots says when it is
 * done. Thread: worker. */
bool ebs_complete_snapshot(struct call *c, const char *id, int64_t blocks, const char *checksum,
                           struct err *err);

/* ListSnapshotBlocks of a completed snapshot from block `from` on, every page: those that hold
 * data, in order. `each` runs between the pages' requests; the token lives during it and reads the
 * block for seven days. Thread: worker. */
bool ebs_each_block(struct call *c, const char *id, int64_t from,
                    void (*each)(void *arg, int64_t index, const char *token), void *arg,
                    struct err *err);
/* ListChangedBlocks between two snapshots of one lineage, every page; a token is NULL where that
 * snapshot does not hold the block. Thread: worker. */
bool ebs_each_changed_block(struct call *c, const char *first_id, const char *second_id,
                            void (*each)(void *arg, int64_t index, const char *first_token,
                                         const char *second_token),
                            void *arg, struct err *err);
/* GetSnapshotBlock, of which only the SHA-256 of the bytes is kept, after it was compared with the
 * checksum that came with them; ERR_MISMATCH when it is another. Thread: worker. */
#define EBS_HASH_SIZE 32
bool ebs_hash_block(struct call *c, const char *id, int64_t index, const char *token,
                    unsigned char hash[EBS_HASH_SIZE], struct err *err);
/* The same, and the bytes. Thread: worker. */
bool ebs_get_block(struct call *c, const char *id, int64_t index, const char *token,
                   unsigned char out[EBS_BLOCK_BYTES], struct err *err);

/* Base64 of the SHA-256 of the bytes. Thread: any. */
void ebs_checksum(const void *bytes, size_t length, char out[EBS_CHECKSUM_SIZE]);

#endif
