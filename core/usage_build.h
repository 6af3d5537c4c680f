/* Entries of a usage as they are made; for core/usage*.c alone. */
#ifndef CORE_USAGE_BUILD_H
#define CORE_USAGE_BUILD_H

#include "core/usage.h"

/* A copy of the row with everything in it, one reference. Thread: any. */
const struct usage_entry *usage_entry_new(const struct usage_entry *row);
const struct usage_entry *usage_entry_ref(const struct usage_entry *entry);
void usage_entry_unref(const struct usage_entry *entry);

/* Entries by AMI and region: a hash, as a table with all of an account is filled at once and looked
 * up for every row at every letter of a filter. Zeroed at the start; one thread at a time. */
struct usage_table {
    const struct usage_entry **slots; /* NULL where none is */
    size_t slot_count;                /* 0 or a power of two, more than twice the entries */
    size_t count;
};
/* Puts the entry in, instead of one of the same AMI; takes the reference. Thread: any. */
void usage_table_put(struct usage_table *table, const struct usage_entry *entry);
/* NULL: there is none. Thread: any. */
const struct usage_entry *usage_table_find(const struct usage_table *table, const char *region,
                                           const char *image);
void usage_table_free(struct usage_table *table);
/* What the table holds now, one reference. Thread: any. */
struct usage *usage_of_table(const struct usage_table *table, uint64_t number);

#endif
