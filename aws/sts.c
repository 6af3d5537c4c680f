/* Security Token Service: who are we. */
#include "aws/sts.h"

#include <stdio.h>

static const struct call_action get_caller_identity = {
    .service = "sts", .name = "GetCallerIdentity", .version = "2011-06-15"};

bool sts_identity(struct call *c, struct sts_identity *out, struct err *err)
{
    struct xml *root = NULL;

    *out = (struct sts_identity){.account = ""};
    bool ok = call_query(c, &get_caller_identity, NULL, &root, err);
    const struct xml *result = xml_find(root, "GetCallerIdentityResult");
    const char *account = xml_text(result, "Account");
    const char *arn = xml_text(result, "Arn");
    const char *user_id = xml_text(result, "UserId");
    if (ok && (account == NULL || arn == NULL || user_id == NULL))
        ok = err_set(err, ERR_REPLY, "GetCallerIdentity was answered without an identity");
    if (ok) {
        snprintf(out->account, sizeof out->account, "%s", account);
        snprintf(out->arn, sizeof out->arn, "%s", arn);
        snprintf(out->user_id, sizeof out->user_id, "%s", user_id);
    }
    xml_free(root);
    return ok;
}
