/* A list that grows page by page, and forgets a page that comes again. */
#ifndef AWS_EC2_LIST_H
#define AWS_EC2_LIST_H

#include "aws/call.h"

struct ec2_list {
    size_t item_size;
    void (*free_item)(void *item); /* what the item holds, not the item */
    void *items;                   /* malloc'd */
    size_t count, kept, room;      /* kept: of the pages that are complete */
};

/* A zeroed item at the end; it stays where it is until the next one. Thread: any. */
void *ec2_list_add(struct ec2_list *list) __attribute__((returns_nonnull));
/* Frees all and empties it. Thread: any. */
void ec2_list_free(struct ec2_list *list);

/* Every page of a paginated action: `each` with `arg` gets the items and adds to the list. Frees
 * the form, and on failure what the list holds. Thread: worker. */
bool ec2_list_pages(struct call *c, const struct call_action *action, struct buf *form,
                    struct ec2_list *list, void (*each)(void *arg, const struct xml *item),
                    void *arg, struct err *err);

#endif
