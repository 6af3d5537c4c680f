/* The listener: connections, one thread each, so that a slow or hanging answer holds up nobody
 * else. */
#ifndef AWS_SIM_HTTP_H
#define AWS_SIM_HTTP_H

#include "aws/sim/world.h"

struct http;

struct http_options {
    uint16_t port;                     /* on 127.0.0.1; 0 takes a free one */
    int latency_ms;                    /* of wall time, before each answer */
    double connection_bytes_s;         /* of bodies, either way; 0: as fast as it goes */
    double total_bytes_s;              /* of all connections together */
    const char *certificate, *key_pem; /* HTTPS with these; NULL: HTTP */
};

/* Listens. NULL with errno set when the port cannot be had. Thread: main. */
struct http *http_start(struct world *w, const struct http_options *options);

uint16_t http_port(const struct http *h);

/* Ends all waits and connections, then frees. Thread: main. */
void http_stop(struct http *h);

#endif
