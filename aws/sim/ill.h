/* Answers that are none of AWS's: broken bytes, none at all, a proxy's page, a redirect. */
#ifndef AWS_SIM_ILL_H
#define AWS_SIM_ILL_H

#include "aws/sim/reply.h"
#include <stdbool.h>

/* Where a fault wants somebody else to answer (web-page, redirect): writes that answer instead of
 * AWS's, and nothing is done. False where none does. Thread: any, lock held. */
bool ill_instead(const struct request *request, struct reply *reply);

/* Where a fault wants the answer of what was done spoiled (malformed, empty): spoils its body.
 * Thread: any, lock held. */
void ill_spoil(const struct request *request, struct reply *reply);

#endif
