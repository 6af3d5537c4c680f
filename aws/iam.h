/* Identity and Access Management, as far as a release asks it. */
#ifndef AWS_IAM_H
#define AWS_IAM_H

#include "aws/call.h"

/* ListAccountAliases: the alias, malloc'd, or NULL when there is none. Thread: worker. */
bool iam_account_alias(struct call *c, char **alias, struct err *err);

#endif
