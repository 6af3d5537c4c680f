/* Tags as AWS sends them back. */
#ifndef AWS_TAGS_H
#define AWS_TAGS_H

#include <stddef.h>

#include "aws/query.h"
#include "aws/xml.h"

/* The tags at path ("tagSet/item") whose key and value stand in the elements key and value. *tags
 * is malloc'd, NULL when there are none; free with tags_free(). Thread: any. */
void tags_decode(const struct xml *node, const char *path, const char *key, const char *value,
                 struct tag **tags, size_t *count);
/* The same without copies: the strings stand in node's document, and *tags has *room elements that
 * the next call uses again; free it at the end. Thread: any. */
void tags_borrow(const struct xml *node, const char *path, const char *key, const char *value,
                 struct tag **tags, size_t *room, size_t *count);
/* A copy that owns its strings; NULL for none; free with tags_free(). Thread: any. */
struct tag *tags_copy(const struct tag *tags, size_t count);
/* Frees tags that own their strings. Thread: any. */
void tags_free(struct tag *tags, size_t count);
/* The value of the tag with this key, or NULL; lives as long as the tags. Thread: any. */
const char *tags_find(const struct tag *tags, size_t count, const char *key);

#endif
