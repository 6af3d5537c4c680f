/* Puts a disk's blocks into a pending snapshot: EBS direct. It owns its transfer threads; the
 * engine starts it, samples its counters, takes what has arrived for the journal, and gets one
 * result. */
#ifndef CORE_DIRECT_H
#define CORE_DIRECT_H

#include <stdbool.h>
#include <stdint.h>

#include "aws/call.h"
#include "base/err.h"
#include "core/blocks.h"
#include "core/digest.h"
#include "core/pace.h"
#include "core/source.h"

struct direct_request {
    struct aws *aws;
    const char *region;      /* of the snapshot */
    const char *snapshot_id; /* made by the engine (StartSnapshot is an intent), pending */
    struct source *source;   /* stays open until the transfer has ended; a stream can be taken once,
                                so its next try needs a new one */
    uint64_t volume_bytes;   /* the snapshot's; a stream that is longer is ERR_INPUT */
    struct pace *pace;       /* outlives it */
    const struct blocks *arrived; /* what the journal knows to be in this snapshot, by an earlier
                                     try; NULL for nothing */
    const char *parent_id;        /* the snapshot was started from this one; NULL: from none */
    const struct blocks *parent;  /* all that the parent's disk holds; NULL: the parent is read
                                     (ListSnapshotBlocks, GetSnapshotBlock) */
    void (*done)(void *arg); /* called once, on a transfer thread, when the transfer has ended */
    void *arg;
};

struct direct;
/* Copies the request's strings and digests; starts threads. Thread: engine. */
struct direct *direct_start(const struct direct_request *request);
/* Asks it to end soon (result ERR_CANCELLED); done is still called. Thread: engine. */
void direct_cancel(struct direct *d);

struct direct_progress {
    uint64_t bytes_done;  /* of the disk: sent, known to be there, or zeros */
    uint64_t bytes_total; /* a stream's: the most that it may have, until it has ended */
    uint64_t bytes_wire;  /* really sent */
    uint64_t blocks_put;  /* in the snapshot of its own, by this try and earlier ones */
    uint64_t blocks_same; /* not sent because the parent holds them, data only */
    uint64_t blocks_kept; /* not sent because an earlier try did */
    int connections;      /* that send now */
    int retries;          /* blocks that were sent again */
};
/* Samples; takes no lock that is held across a request. Thread: any. */
void direct_progress(struct direct *d, struct direct_progress *out);

/* What has arrived since the last time, for the journal (BLOCKS_PUT): the caller's, or NULL when
 * nothing is due yet, which it is after a second of program time or 64 MiB, or at once with `all`.
 * To be called with `all` once more after done(), however it ended. Thread: engine. */
struct blocks *direct_take_arrived(struct direct *d, bool all);

struct direct_result {
    int64_t blocks_put;                  /* for CompleteSnapshot, as is */
    char checksum[BLOCKS_CHECKSUM_SIZE]; /* its LINEAR checksum */
    char digest[DIGEST_TEXT_SIZE];       /* the disk's */
    uint64_t size_bytes;                 /* the disk's; of a stream now known */
    const struct blocks *disk;           /* all that the disk holds, for BLOCKS_DISK; lives until
                                            direct_free() */
};
/* After done(): what completes the snapshot. False with the first failure; other blocks may have
 * arrived. ERR_NOT_FOUND: the snapshot is gone; ERR_MISMATCH: the file changed while it was read.
 * Thread: engine. */
bool direct_result(struct direct *d, struct direct_result *out, struct err *err);
/* Waits for its threads, then frees; not from within done(). NULL is a no-op. Thread: engine, after
 * done(). */
void direct_free(struct direct *d);

#endif
