/* One region of the inventory as it is handed out: reference-counted, immutable once shared. */
#ifndef CORE_INVENTORY_PLACE_H
#define CORE_INVENTORY_PLACE_H

#include "core/inventory_rows.h"

struct inventory_place {
    struct inventory_region region;               /* what others see; points into rows */
    struct inventory_rows *rows[INVENTORY_KINDS]; /* NULL: never read */
    atomic_uint refs;
};

/* A region of which nothing is known; kinds that are not among the bits are UNASKED. Thread: any.
 */
struct inventory_place *inventory_place_new(const char *name, unsigned kinds);
/* A copy that nobody else has, of the same rows. Thread: any. */
struct inventory_place *inventory_place_copy(const struct inventory_place *place);
/* Thread: any. */
struct inventory_place *inventory_place_ref(struct inventory_place *place);
void inventory_place_unref(struct inventory_place *place);
/* Takes the rows over, instead of those that it had. Thread: any. */
void inventory_place_set(struct inventory_place *place, struct inventory_rows *rows);
/* Ties its AMIs and snapshots. Thread: any. */
void inventory_place_tie(struct inventory_place *place);

/* The whole of these places (their references are the caller's still). Strings are copied. Free
 * with inventory_unref(). Thread: any. */
struct inventory_head {
    uint64_t number;
    const char *account, *alias, *identity; /* NULL: not known */
    struct err err;
};
struct inventory *inventory_new(const struct inventory_head *head,
                                struct inventory_place *const *places, size_t count);

#endif
