/* How fast the transfers of a program go: how many connections, how many requests and bytes a
 * second, the pause. All disks share one; it watches the answers and finds the number of
 * connections by itself unless one is named. */
#ifndef CORE_PACE_H
#define CORE_PACE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

enum {
    PACE_CONNECTIONS_MAX = 256,
    PACE_REQUESTS_S = 1000 /* PutSnapshotBlock of an account, where Service Quotas cannot be read */
};

/* Thread-safe. */
struct pace;
/* Adapts, under PACE_REQUESTS_S, without a limit on bytes. Thread: any. */
struct pace *pace_new(void);
/* NULL is a no-op. Thread: any, after the last transfer. */
void pace_free(struct pace *p);

/* 0: it finds the number itself; else so many connections for all disks together. Thread: any. */
void pace_set_connections(struct pace *p, int connections);
/* Bytes a second of all connections together; 0 for no limit. Thread: any. */
void pace_set_rate(struct pace *p, uint64_t bytes_s);
/* What Service Quotas allows the account, PutSnapshotBlock a second; fewer than one is no answer.
 * Thread: any. */
void pace_set_quota(struct pace *p, double requests_s);
/* True for the first who asks: he reads the quota for all. Thread: any. */
bool pace_wants_quota(struct pace *p);
/* While it is set no new block starts. Thread: any. */
void pace_set_paused(struct pace *p, bool paused);
bool pace_paused(const struct pace *p);
/* As many as may send now, of all disks together; and whether that is a person's choice. Thread:
 * any. */
int pace_connections(const struct pace *p);
bool pace_is_fixed(const struct pace *p);

/* A transfer (one disk) begins and ends sharing it. Thread: any. */
void pace_join(struct pace *p);
void pace_leave(struct pace *p);
/* The number of connections that this transfer may have now: its fair share, at least 1. Thread:
 * any. */
int pace_share(const struct pace *p);
/* The limit in bytes a second of one of the `connections` that this transfer has; 0 for none.
 * Thread: any. */
uint64_t pace_connection_rate(const struct pace *p, int connections);

/* Before a request: waits until the account's quota has room for it. False when *cancel became
 * true. Thread: worker. */
bool pace_wait(struct pace *p, const atomic_bool *cancel);
/* After an attempt: how long the answer took on the wall, and how it ended. Thread: worker. */
void pace_answered(struct pace *p, int64_t duration_us, enum err_kind kind);

#endif
