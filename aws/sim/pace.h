/* Bandwidth: bytes that take their time, by connection and in all. */
#ifndef AWS_SIM_PACE_H
#define AWS_SIM_PACE_H

#include <pthread.h>
#include <stdint.h>

/* A line of so many bytes a second of wall time; what two threads take of it comes one after the
 * other. */
struct pace {
    pthread_mutex_t lock;
    double bytes_s;  /* 0: no limit */
    int64_t busy_ns; /* monotonic: until then the line is taken */
};

/* Thread: any. */
void pace_init(struct pace *pace, double bytes_s);
void pace_free(struct pace *pace);

/* The lines that a connection's bytes go through, and what every wait waits on too. */
struct pace_route {
    struct pace *own, *all; /* NULL: no limits */
    int stop_fd;            /* readable once the simulator ends */
};

/* Waits until `bytes` are through both lines, or until the simulator ends. Thread: any. */
void pace_take(const struct pace_route *route, uint64_t bytes);

#endif
