/* Security Token Service: who are we. */
#ifndef AWS_STS_H
#define AWS_STS_H

#include "aws/call.h"

struct sts_identity {
    char account[16];
    char arn[2048 / 4];
};

/* GetCallerIdentity; needs no permission. Thread: worker. */
bool sts_identity(struct call *c, struct sts_identity *out, struct err *err);

#endif
