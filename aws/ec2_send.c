/* What the EC2 calls have in common. */
#include "aws/ec2_send.h"

#include <stdio.h>

static bool fail(struct call *c, const struct call_action *action, enum err_kind kind,
                 const char *what, struct err *err)
{
    err_set(err, kind, "%s %s", action->name, what);
    if (err != NULL) {
        snprintf(err->operation, sizeof err->operation, "%s", action->name);
        snprintf(err->region, sizeof err->region, "%s", call_region(c));
    }
    return false;
}

bool ec2_send_for_tree(struct call *c, const struct call_action *action, struct buf *form,
                       struct xml **root, struct err *err)
{
    bool ok = call_query(c, action, form, root, err);

    if (ok && !xml_bool(*root, "return", true)) {
        ok = fail(c, action, ERR_INVALID, "was answered with false", err);
        xml_free(*root);
        *root = NULL;
    }
    buf_free(form);
    return ok;
}

bool ec2_send(struct call *c, const struct call_action *action, struct buf *form, struct err *err)
{
    struct xml *root = NULL;
    bool ok = ec2_send_for_tree(c, action, form, &root, err);

    xml_free(root);
    return ok;
}

bool ec2_send_for(struct call *c, const struct call_action *action, struct buf *form,
                  const char *path, char **text, struct err *err)
{
    struct xml *root = NULL;
    bool ok = call_query(c, action, form, &root, err);

    *text = NULL;
    if (ok) {
        *text = xml_dup(root, path);
        if (*text == NULL)
            ok = fail(c, action, ERR_REPLY, "was answered without an id", err);
    }
    xml_free(root);
    buf_free(form);
    return ok;
}
