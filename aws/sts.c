/* Security Token Service: who are we. */
#include "aws/sts.h"

#include <stdio.h>

#include "aws/actions.h"

bool sts_identity(struct call *c, struct sts_identity *out, struct err *err)
{
    struct xml *root = NULL;

    *out = (struct sts_identity){.account = ""};
    bool ok = call_query(c, &aws_actions[STS_GET_CALLER_IDENTITY], NULL, &root, err);
    const struct xml *result = xml_find(root, "GetCallerIdentityResult");
    const char *account = xml_text(result, "Account");
    const char *arn = xml_text(result, "Arn");
    if (ok && (account == NULL || arn == NULL))
        ok = err_set(err, ERR_REPLY, "GetCallerIdentity was answered without an identity");
    if (ok) {
        snprintf(out->account, sizeof out->account, "%s", account);
        snprintf(out->arn, sizeof out->arn, "%s", arn);
    }
    xml_free(root);
    return ok;
}
