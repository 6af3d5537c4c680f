/* Writes the form of the query protocol. */
#ifndef AWS_QUERY_H
#define AWS_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* Appends "&Name=value" with both encoded; a NULL or empty value writes nothing. Thread: any. */
void query_add(struct buf *form, const char *name, const char *value);
/* The same for a number. Thread: any. */
void query_add_int(struct buf *form, const char *name, int64_t value);
/* The same for "true" or "false". Thread: any. */
void query_add_bool(struct buf *form, const char *name, bool value);
/* The same with a name that is made, such as "TagSpecification.%d.Tag.%d.Key" (127 bytes at most
 * once made). Thread: any. */
void query_add_name(struct buf *form, const char *value, const char *name_format, ...)
    __attribute__((format(printf, 3, 4)));

struct tag {
    char *key;
    char *value;
};
/* "TagSpecification.N.ResourceType=type&TagSpecification.N.Tag.M.Key=..."; none for no tags.
 * Thread: any. */
void query_add_tags(struct buf *form, int n, const char *resource_type, const struct tag *tags,
                    int count);
/* "Filter.N.Name=name&Filter.N.Value.1=value"; prefix is "Filter" or "Filters". Thread: any. */
void query_add_filter(struct buf *form, const char *prefix, int n, const char *name,
                      const char *value);
/* The same with several values, of which any may match. Thread: any. */
void query_add_filter_any(struct buf *form, const char *prefix, int n, const char *name,
                          const char *const *values, size_t count);

#endif
