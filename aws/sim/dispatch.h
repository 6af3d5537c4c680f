/* One request from headers to reply: signature, action, faults, throttle, handler. */
#ifndef AWS_SIM_DISPATCH_H
#define AWS_SIM_DISPATCH_H

#include "aws/sim/body.h"
#include "aws/sim/reply.h"

/* With the headers at hand. False when the reply, an error, stands without the body. Else
 * *streams says whether the body belongs into a content. Thread: any. */
bool dispatch_headers(struct request *request, struct reply *reply, bool *streams);

/* With the body at hand (NULL: none came): signature, action, and which faults hit it. False when
 * the reply, an error, stands. Thread: any. */
bool dispatch_body(struct request *request, struct reply *reply, const struct body *body);

/* Error faults, throttle, handler. Thread: any. */
void dispatch_perform(struct request *request, struct reply *reply);

/* Counts the request for /_sim/requests and lets its faults go; once, at its end. Thread: any. */
void dispatch_end(struct request *request, const struct reply *reply);

#endif
