/* The blocks that were put into one snapshot: sparse, by index. */
#ifndef AWS_SIM_EBS_BLOCKS_H
#define AWS_SIM_EBS_BLOCKS_H

#include "aws/sim/content.h"

struct ebs_block {
    struct content *content; /* CONTENT_BLOCK bytes; NULL: not put */
    unsigned char sha256[32];
};

/* Starts zeroed. Pages of blocks, as many as the highest index that was put needs. */
struct ebs_blocks {
    struct ebs_block **pages;
    uint64_t page_count;
    uint64_t count; /* blocks that were put */
};

/* Keeps a block, in place of one that was there; takes a reference. Thread: any, lock held. */
void ebs_blocks_put(struct ebs_blocks *blocks, uint64_t index, struct content *content,
                    const unsigned char sha256[32]);

/* The first block at or after *index that was put, and *index its own; NULL behind the last.
 * Thread: any, lock held. */
const struct ebs_block *ebs_blocks_next(const struct ebs_blocks *blocks, uint64_t *index);

/* SHA-256 of the digests of all blocks in order of their index: EBS direct's LINEAR aggregate.
 * Thread: any, lock held. */
void ebs_blocks_linear(const struct ebs_blocks *blocks, unsigned char out[32]);

/* A sealed content of `size` bytes: the blocks, and where none was put those of `parent` (may be
 * NULL). Thread: any, lock held. */
struct content *ebs_blocks_compose(const struct ebs_blocks *blocks, struct content *parent,
                                   uint64_t size);

/* Lets all blocks go. Thread: any, lock held. */
void ebs_blocks_clear(struct ebs_blocks *blocks);

#endif
