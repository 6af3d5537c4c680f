/* EC2: AMIs and snapshots that rest in the Recycle Bin. */
#include "aws/ec2_recycle.h"

#include <stdlib.h>

#include "aws/actions.h"
#include "aws/ec2_fields.h"
#include "aws/ec2_list.h"
#include "aws/ec2_send.h"
#include "aws/query.h"
#include "base/mem.h"

/* The id's element, which comes first, is the only one whose name differs. */
#define FIELDS(id_path)                                                                            \
    {                                                                                              \
        {id_path, offsetof(struct ec2_recycled, id)},                                              \
            {"name", offsetof(struct ec2_recycled, name)},                                         \
            {"description", offsetof(struct ec2_recycled, description)},                           \
            {"recycleBinEnterTime", offsetof(struct ec2_recycled, enter_time)},                    \
            {"recycleBinExitTime", offsetof(struct ec2_recycled, exit_time)},                      \
    }
static const struct ec2_field image_fields[] = FIELDS("imageId");
static const struct ec2_field snapshot_fields[] = FIELDS("snapshotId");

static void decode(struct ec2_list *list, const struct ec2_field *fields, const struct xml *item)
{
    struct ec2_recycled *recycled = ec2_list_add(list);

    ec2_fields_read(fields, ARRAY_LEN(image_fields), item, recycled);
    ec2_fields_own(fields, ARRAY_LEN(image_fields), recycled);
}

static void decode_image(void *arg, const struct xml *item)
{
    decode(arg, image_fields, item);
}

static void decode_snapshot(void *arg, const struct xml *item)
{
    decode(arg, snapshot_fields, item);
}

static void free_item(void *item)
{
    ec2_fields_free(image_fields, ARRAY_LEN(image_fields), item);
}

void ec2_recycled_free(struct ec2_recycled_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free_item(&list->items[i]);
    free(list->items);
    *list = (struct ec2_recycled_list){0};
}

static bool read_bin(struct call *c, enum aws_action action,
                     void (*each)(void *arg, const struct xml *item), struct ec2_recycled_list *out,
                     struct err *err)
{
    struct ec2_list list = {.item_size = sizeof *out->items, .free_item = free_item};
    struct buf form = BUF_INIT;

    query_add(&form, "MaxResults", "1000");
    bool ok = ec2_list_pages(c, &aws_actions[action], &form, &list, each, &list, err);
    *out = (struct ec2_recycled_list){.items = list.items, .count = list.count};
    return ok;
}

bool ec2_recycled_images(struct call *c, struct ec2_recycled_list *out, struct err *err)
{
    return read_bin(c, EC2_LIST_IMAGES_IN_RECYCLE_BIN, decode_image, out, err);
}

bool ec2_recycled_snapshots(struct call *c, struct ec2_recycled_list *out, struct err *err)
{
    return read_bin(c, EC2_LIST_SNAPSHOTS_IN_RECYCLE_BIN, decode_snapshot, out, err);
}

bool ec2_restore_image(struct call *c, const char *id, struct err *err)
{
    struct buf form = BUF_INIT;

    query_add(&form, "ImageId", id);
    return ec2_send(c, &aws_actions[EC2_RESTORE_IMAGE_FROM_RECYCLE_BIN], &form, err);
}

bool ec2_restore_snapshot(struct call *c, const char *id, struct err *err)
{
    struct buf form = BUF_INIT;

    query_add(&form, "SnapshotId", id);
    return ec2_send(c, &aws_actions[EC2_RESTORE_SNAPSHOT_FROM_RECYCLE_BIN], &form, err);
}
