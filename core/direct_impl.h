/* The inside of a direct transfer; only core/direct*.c include this. */
#ifndef CORE_DIRECT_IMPL_H
#define CORE_DIRECT_IMPL_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "core/direct.h"

enum { DIRECT_WINDOW_BYTES = 16 << 10 };

/* One transfer thread with its connection. */
struct direct_lane {
    struct direct *direct;
    int index;
    pthread_t id;
    /* From here on the thread's own. */
    struct call *call;
    struct digest_hasher *hasher;
    unsigned char *window; /* DIRECT_WINDOW_BYTES; of a stream a whole block */
};

/* A block that somebody has to look at. */
struct direct_block {
    uint64_t index;
    bool may_hold_data; /* false: zeros, by what the source says */
    size_t length;      /* of a stream: bytes in the window */
};

/* The parent's blocks as ListSnapshotBlocks has them, in order. */
struct direct_parent;

struct direct {
    /* Unchanged once started. */
    struct direct_request request;
    char *region, *snapshot_id, *parent_id;
    struct blocks *parent;        /* its digests; NULL: not known */
    struct direct_parent *listed; /* where they are not known; by the first thread before it starts
                                     the others */
    clock_ms started_at;
    bool is_fresh; /* nothing was put into the snapshot before */

    atomic_bool cancel;
    atomic_bool all_taken; /* no block is left to start */
    atomic_int running;    /* threads */
    atomic_int sending, sent_again;
    atomic_int scout; /* which lane, from 1, asks whether the snapshot is known by now; 0: none */
    atomic_uint_least64_t bytes_done, bytes_wire, bytes_total;
    atomic_uint_least64_t blocks_put, blocks_same, blocks_kept;
    atomic_uint_least64_t connection_rate; /* bytes a second of one thread; 0 for no limit */

    pthread_mutex_t take_lock;     /* around the source's order; taken before `lock` */
    uint64_t next;                 /* index of the next block to look at */
    uint64_t data_start, data_end; /* bytes: the range of data that `next` is in or before */
    bool source_ended;             /* nothing but zeros is left in it */
    uint64_t size_bytes;           /* of the disk; of a stream so far */

    pthread_mutex_t lock; /* the rest */
    struct blocks *put;   /* all that the snapshot holds of its own */
    struct blocks *fresh; /* of these, what the journal does not know */
    struct blocks *disk;  /* what the disk holds, without its blocks of zeros */
    clock_ms fresh_at;    /* when it was taken last */
    struct direct_lane *lanes[PACE_CONNECTIONS_MAX];
    int lane_count;
    struct err first;
    struct direct_result result;
};

enum direct_turn { DIRECT_BLOCK, DIRECT_END, DIRECT_FAILED };

/* The next block to look at, in order: one that may hold data, or that the parent or the snapshot
 * holds already. What is skipped is zeros on all sides. Thread: transfer. */
enum direct_turn direct_next(struct direct_lane *lane, struct direct_block *out, struct err *err);

/* How many lanes may send now. Thread: any. */
int direct_lanes(const struct direct *d);

/* Makes the block's digest, and puts it unless the snapshot has it already. Thread: transfer. */
bool direct_send(struct direct_lane *lane, const struct direct_block *block, struct err *err);

/* Lists the parent's blocks. NULL on failure; free with direct_parent_free(). Thread: transfer. */
struct direct_parent *direct_parent_list(struct call *c, const char *id, struct err *err);
void direct_parent_free(struct direct_parent *p);
/* Its first block at or after *index; false when there is none, also for NULL. Thread: any. */
bool direct_parent_next(const struct direct_parent *p, uint64_t *index);
/* The block's digest, digest_of_zeros where the parent does not hold it. Reads it. Thread:
 * transfer. */
bool direct_parent_hash(const struct direct_parent *p, struct call *c, const char *id,
                        uint64_t index, unsigned char hash[DIGEST_SIZE], struct err *err);

#endif
