/* Service Quotas: what an account may have. */
#ifndef AWS_QUOTAS_H
#define AWS_QUOTAS_H

#include "aws/call.h"

/* The account's quota in the call's region, AWS's default where the account has none of its own:
 * service is "ec2" or "ebs", code AWS's "L-...". ERR_NOT_FOUND when there is no such quota. Thread:
 * worker. */
bool quotas_get(struct call *c, const char *service, const char *code, double *value,
                struct err *err);

#endif
