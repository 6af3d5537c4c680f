/* EC2: who may launch an AMI, who may read a snapshot. */
#include "aws/ec2_sharing.h"

#include <stdlib.h>

#include "aws/actions.h"
#include "aws/ec2_send.h"
#include "aws/query.h"
#include "base/mem.h"

/* Kind to the name in a request and in an answer. */
static const struct name {
    const char *request, *answer;
} names[] = {
    [EC2_ALL] = {"Group", "group"},
    [EC2_ACCOUNT] = {"UserId", "userId"},
    [EC2_ORGANIZATION] = {"OrganizationArn", "organizationArn"},
    [EC2_UNIT] = {"OrganizationalUnitArn", "organizationalUnitArn"},
};

void ec2_principals_free(struct ec2_principals *p)
{
    for (size_t i = 0; i < p->count; i++)
        free(p->items[i].id);
    free(p->items);
    *p = (struct ec2_principals){0};
}

static void add_principals(struct buf *form, const char *attribute, bool add,
                           const struct ec2_principal *who, size_t count)
{
    for (size_t i = 0; i < count; i++)
        query_add_name(form, who[i].kind == EC2_ALL ? "all" : who[i].id, "%s.%s.%zu.%s", attribute,
                       add ? "Add" : "Remove", i + 1, names[who[i].kind].request);
}

/* One item of a list of permissions. */
static void add_found(struct ec2_principals *out, const struct xml *x)
{
    for (size_t kind = 0; kind < ARRAY_LEN(names); kind++) {
        const char *text = xml_text(x, names[kind].answer);
        if (text == NULL || *text == '\0')
            continue;
        out->items = xrealloc(out->items, out->count + 1, sizeof *out->items);
        out->items[out->count++] = (struct ec2_principal){
            .kind = (enum ec2_principal_kind)kind, .id = kind == EC2_ALL ? NULL : xstrdup(text)};
    }
}

static bool read_permissions(struct call *c, const struct call_action *action, struct buf *form,
                             const char *path, struct ec2_principals *out, struct err *err)
{
    struct xml *root = NULL;

    *out = (struct ec2_principals){0};
    bool ok = call_query(c, action, form, &root, err);
    for (const struct xml *x = xml_first(root, path); x != NULL; x = xml_after(x))
        add_found(out, x);
    xml_free(root);
    buf_free(form);
    return ok;
}

bool ec2_modify_launch_permission(struct call *c, const char *image_id, bool add,
                                  const struct ec2_principal *who, size_t count, struct err *err)
{
    struct buf form = BUF_INIT;

    query_add(&form, "ImageId", image_id);
    add_principals(&form, "LaunchPermission", add, who, count);
    return ec2_send(c, &aws_actions[EC2_MODIFY_IMAGE_ATTRIBUTE], &form, err);
}

bool ec2_launch_permissions(struct call *c, const char *image_id, struct ec2_principals *out,
                            struct err *err)
{
    struct buf form = BUF_INIT;

    query_add(&form, "ImageId", image_id);
    query_add(&form, "Attribute", "launchPermission");
    return read_permissions(c, &aws_actions[EC2_DESCRIBE_IMAGE_ATTRIBUTE], &form,
                            "launchPermission/item", out, err);
}

bool ec2_modify_snapshot_permission(struct call *c, const char *snapshot_id, bool add,
                                    const struct ec2_principal *who, size_t count, struct err *err)
{
    struct buf form = BUF_INIT;

    query_add(&form, "SnapshotId", snapshot_id);
    query_add(&form, "Attribute", "createVolumePermission");
    add_principals(&form, "CreateVolumePermission", add, who, count);
    return ec2_send(c, &aws_actions[EC2_MODIFY_SNAPSHOT_ATTRIBUTE], &form, err);
}

bool ec2_snapshot_permissions(struct call *c, const char *snapshot_id, struct ec2_principals *out,
                              struct err *err)
{
    struct buf form = BUF_INIT;

    query_add(&form, "SnapshotId", snapshot_id);
    query_add(&form, "Attribute", "createVolumePermission");
    return read_permissions(c, &aws_actions[EC2_DESCRIBE_SNAPSHOT_ATTRIBUTE], &form,
                            "createVolumePermission/item", out, err);
}
