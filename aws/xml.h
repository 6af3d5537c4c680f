/* expat to a small tree, looked up by path. */
#ifndef AWS_XML_H
#define AWS_XML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* One element. Namespaces are dropped. Lives until its root is freed. */
struct xml {
    char *name;
    char *text; /* its own character data, trimmed; "" for none */
    struct xml *child, *next;
};

/* Parses a whole document; entities other than the five of XML, a DTD, more than 64 levels or
 * 1,000,000 elements are refused. NULL with ERR_REPLY. Free the root with xml_free(). Thread: any.
 */
struct xml *xml_parse(const char *text, size_t length, struct err *err);
/* Frees a tree; NULL is a no-op. Thread: any. */
void xml_free(struct xml *root);

/* The first element at "a/b/c" below node, or NULL; node may be NULL. Thread: any. */
const struct xml *xml_find(const struct xml *node, const char *path);
/* Its text, or NULL when there is no such element. Thread: any. */
const char *xml_text(const struct xml *node, const char *path);
/* A copy of it (malloc'd), or NULL. Thread: any. */
char *xml_dup(const struct xml *node, const char *path);
/* Its number, also in front of a % or a fraction ("42%" is 42); otherwise when there is none.
 * Thread: any. */
/* The same, "" instead of NULL: ids, which callers compare. Thread: any. */
char *xml_dup_or_empty(const struct xml *node, const char *path);
int64_t xml_int(const struct xml *node, const char *path, int64_t otherwise);
/* Its "true" or "false"; otherwise when it is neither. Thread: any. */
bool xml_bool(const struct xml *node, const char *path, bool otherwise);

/* for (x = xml_first(node, "imagesSet/item"); x; x = xml_after(x)): the elements of that name.
 * Thread: any. */
const struct xml *xml_first(const struct xml *node, const char *path);
/* The next element of the same name beside x, or NULL. Thread: any. */
const struct xml *xml_after(const struct xml *x);

#endif
