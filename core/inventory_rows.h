/* The rows of one kind in one region: an array, and the memory that its texts lie in. */
#ifndef CORE_INVENTORY_ROWS_H
#define CORE_INVENTORY_ROWS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/inventory.h"
#include "core/texts.h"

/* Reference-counted; immutable once a second one has it. */
struct inventory_rows {
    atomic_uint refs;
    enum inventory_kind kind;
    void *items; /* of the kind's struct, sorted by its key */
    size_t count;
    struct inventory_memory *memory[2]; /* that its texts lie in: its own, and that of the rows that
                                           it was tied to; NULL for none */
};

/* The size of a row of a kind. Thread: any. */
size_t inventory_row_size(enum inventory_kind kind);
/* The first row whose first text is key, by binary search; NULL for none. Thread: any. */
const void *inventory_row_find(enum inventory_kind kind, const void *items, size_t count,
                               const char *key);
/* One more reference, and one less; the last one frees. NULL is fine. Thread: any. */
struct inventory_rows *inventory_rows_ref(struct inventory_rows *rows);
void inventory_rows_unref(struct inventory_rows *rows);
/* Makes *rows one that nobody else has: itself, or a copy of the array with the same texts. Thread:
 * any. */
void inventory_rows_own(struct inventory_rows **rows);
/* Rows that nobody else has keep the texts of others alive, whose rows they point to from now on;
 * those that they kept before are let go. Thread: any. */
void inventory_rows_lean_on(struct inventory_rows *rows, const struct inventory_rows *others);

/* Rows as they arrive. One thread at a time. */
struct inventory_builder {
    enum inventory_kind kind;
    char *items;
    size_t count, room;
    struct arena arena;
    struct texts words;
};
/* A new row, zeroed; its address is good until the next one. Thread: any. */
void *inventory_builder_add(struct inventory_builder *b);
/* Sorts by key; of rows with the same key the one that came last stays. Empties the builder. Never
 * NULL. Thread: any. */
struct inventory_rows *inventory_builder_end(struct inventory_builder *b);
/* Drops what was built. Thread: any. */
void inventory_builder_free(struct inventory_builder *b);

#endif
