/* A list that grows page by page, and forgets a page that comes again. */
#include "aws/ec2_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void *ec2_list_add(struct ec2_list *list)
{
    if (list->count == list->room) {
        list->room = list->room == 0 ? 8 : list->room * 2;
        list->items = xrealloc(list->items, list->room, list->item_size);
    }
    char *item = (char *)list->items + list->count++ * list->item_size;
    return memset(item, 0, list->item_size);
}

/* Frees the items behind the first `count`. */
static void cut(struct ec2_list *list, size_t count)
{
    while (list->count > count)
        list->free_item((char *)list->items + --list->count * list->item_size);
}

static void on_again(void *arg)
{
    struct ec2_list *list = arg;

    cut(list, list->kept);
}

static void on_page(void *arg)
{
    struct ec2_list *list = arg;

    list->kept = list->count;
}

void ec2_list_free(struct ec2_list *list)
{
    cut(list, 0);
    free(list->items);
    list->items = NULL;
    list->kept = list->room = 0;
}

bool ec2_list_pages(struct call *c, const struct call_action *action, struct buf *form,
                    struct ec2_list *list, void (*each)(void *arg, const struct xml *item),
                    void *arg, struct err *err)
{
    const struct call_items items = {
        .each = each, .arg = arg, .again = on_again, .page = on_page, .page_arg = list};
    bool ok = call_query_pages(c, action, form, &items, err);

    buf_free(form);
    if (!ok)
        ec2_list_free(list);
    return ok;
}
