/* The threads of an inventory: what they share. Only core/inventory_*.c include this. */
#ifndef CORE_INVENTORY_READER_H
#define CORE_INVENTORY_READER_H

#include <pthread.h>

#include "core/inventory_place.h"

/* One region and its thread. What the lock does not guard belongs to that thread. */
struct inventory_worker {
    struct inventory_reader *reader;
    char *name;
    pthread_t thread;
    bool started; /* false: there is no thread, the region is not enabled */
    /* under the lock */
    struct inventory_place *place; /* as it was published last */
    bool refresh, unread;          /* unread: what no look has asked shall be read */
    clock_ms ended_ms, took_ms;    /* of the last look */
    char **buckets;                /* set once, before buckets_known */
    size_t bucket_count;
    int slower; /* the interval is doubled so often because AWS throttles */
};

struct inventory_reader {
    /* set before the first thread */
    struct aws *aws;
    char *home;
    char **wanted, **buckets;
    size_t wanted_count, bucket_count;
    unsigned kinds;
    int wake_fd;
    atomic_bool cancel;
    pthread_t thread;
    bool started;
    /* set by the home thread before the first worker, under the lock */
    struct inventory_worker *workers;
    size_t worker_count;
    /* under the lock */
    pthread_mutex_t lock;
    pthread_cond_t changed; /* there is a newer inventory */
    pthread_cond_t nudged;  /* workers shall see what is new for them */
    clock_ms interval_ms;
    struct inventory *latest;
    uint64_t number;
    char *account, *alias, *identity; /* NULL: not known yet */
    bool buckets_known;
    struct err err;
};

/* Makes what is known the latest inventory and tells everybody. With the lock. Thread: any. */
void inventory_publish(struct inventory_reader *r);
/* The thread of one region. Thread: its own. */
void *inventory_work(void *worker);
/* The thread that resolves account, regions and buckets, and starts the workers. Thread: its own.
 */
void *inventory_resolve(void *reader);

#endif
