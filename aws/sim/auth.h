/* Who asks, for which service and region, and whether that is true. */
#ifndef AWS_SIM_AUTH_H
#define AWS_SIM_AUTH_H

#include "aws/sim/reply.h"

struct body;

/* With the headers at hand: reads scope, key, token and time; sets service, region, key, account
 * and signature of the request, and verifies the signature when the payload's hash is among the
 * headers. False with an error in the reply. Thread: any, lock held. */
bool auth_headers(struct request *request, struct reply *reply);

/* With the body at hand (may be NULL: none came): verifies what was left, and that the body is the
 * one whose hash was signed. False with an error in the reply. Thread: any, lock held. */
bool auth_body(struct request *request, struct reply *reply, const struct body *body);

/* For an action that was found after the signature: false with an error in the reply when the
 * request bears none and the action needs one. Thread: any. */
bool auth_required(struct request *request, struct reply *reply);

#endif
