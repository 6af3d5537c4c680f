/* The listener: connections, one thread each, so that a slow or hanging answer holds up nobody
 * else. */
#ifndef AWS_SIM_HTTP_H
#define AWS_SIM_HTTP_H

#include "aws/sim/world.h"

struct http;

/* Listens on 127.0.0.1; port 0 takes a free one. Each answer comes latency_ms of wall time late.
 * NULL with errno set when the port cannot be had. Thread: main. */
struct http *http_start(struct world *w, uint16_t port, int latency_ms);

uint16_t http_port(const struct http *h);

/* Ends all waits and connections, then frees. Thread: main. */
void http_stop(struct http *h);

#endif
