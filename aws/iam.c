/* Identity and Access Management, as far as a release asks it. */
#include "aws/iam.h"

#include "aws/actions.h"

bool iam_account_alias(struct call *c, char **alias, struct err *err)
{
    struct xml *root = NULL;
    bool ok = call_query(c, &aws_actions[IAM_LIST_ACCOUNT_ALIASES], NULL, &root, err);

    *alias = xml_dup(root, "ListAccountAliasesResult/AccountAliases/member");
    xml_free(root);
    return ok;
}
