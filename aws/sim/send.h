/* A reply on its way out, whole or as a fault wants it. */
#ifndef AWS_SIM_SEND_H
#define AWS_SIM_SEND_H

#include "aws/sim/pace.h"
#include "aws/sim/reply.h"
#include <microhttpd.h>

struct send_options {
    bool truncate;     /* the connection breaks after half of the body */
    int keep_alive_ms; /* status and white space first, the body that many wall milliseconds later
                        */
    int trickle_ms;    /* wall milliseconds before every byte of the body; 0: none */
    struct pace_route route; /* what the bytes of the body go through */
};

/* Queues the reply with the headers that every AWS answer has. The body is taken out of the reply.
 * Thread: any. */
enum MHD_Result send_reply(struct MHD_Connection *connection, const struct request *request,
                           struct reply *reply, struct send_options options);

#endif
