/* Identity and Access Management, as far as a release asks it. */
#include "aws/iam.h"

static const struct call_action list_account_aliases = {
    .service = "iam", .name = "ListAccountAliases", .version = "2010-05-08"};

bool iam_account_alias(struct call *c, char **alias, struct err *err)
{
    struct xml *root = NULL;
    bool ok = call_query(c, &list_account_aliases, NULL, &root, err);

    *alias = xml_dup(root, "ListAccountAliasesResult/AccountAliases/member");
    xml_free(root);
    return ok;
}
