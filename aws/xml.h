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
    size_t name_length;
};

/* Parses a whole document; entities other than the five of XML, a DTD, more than 64 levels or
 * 1,000,000 elements are refused. NULL with ERR_REPLY. Free the root with xml_free(). Thread: any.
 */
struct xml *xml_parse(const char *text, size_t length, struct err *err);
/* Frees a tree by what xml_parse() returned; NULL is a no-op. Thread: any. */
void xml_free(struct xml *root);

/* A document that is read as it arrives, with a list in it whose items are wanted one by one. */
struct xml_stream;
/* items is the path of the list's items below the root, "imagesSet/item"; each gets every one when
 * its end has been read, and it lives during that only. Free with xml_stream_free(). Thread: any.
 */
struct xml_stream *xml_stream_new(const char *items,
                                  void (*each)(void *arg, const struct xml *item), void *arg);
/* Forgets what came: another document begins. Thread: any. */
void xml_stream_restart(struct xml_stream *s);
/* The next bytes of the document. What is wrong with them xml_stream_end() tells; until then they
 * are skipped. Thread: any. */
void xml_stream_add(struct xml_stream *s, const char *bytes, size_t length);
/* The document is over: what stood outside the items, living until the next restart or the end of
 * the stream; NULL with ERR_REPLY when it was broken or refused as by xml_parse(). Items that came
 * before the break have been handed out. Thread: any. */
const struct xml *xml_stream_end(struct xml_stream *s, struct err *err);
/* NULL is a no-op. Thread: any. */
void xml_stream_free(struct xml_stream *s);

/* The first element at "a/b/c" below node, or NULL; node may be NULL. Thread: any. */
const struct xml *xml_find(const struct xml *node, const char *path);
/* Its text, or NULL when there is no such element. Thread: any. */
const char *xml_text(const struct xml *node, const char *path);
/* A copy of it (malloc'd), or NULL. Thread: any. */
char *xml_dup(const struct xml *node, const char *path);
/* The same, "" instead of NULL: ids, which callers compare. Thread: any. */
char *xml_dup_or_empty(const struct xml *node, const char *path);
/* Its number, also in front of a % or a fraction ("42%" is 42); otherwise when there is none.
 * Thread: any. */
int64_t xml_int(const struct xml *node, const char *path, int64_t otherwise);
/* Its "true" or "false"; otherwise when it is neither. Thread: any. */
bool xml_bool(const struct xml *node, const char *path, bool otherwise);

/* for (x = xml_first(node, "imagesSet/item"); x; x = xml_after(x)): the elements of that name.
 * Thread: any. */
const struct xml *xml_first(const struct xml *node, const char *path);
/* The next element of the same name beside x, or NULL. Thread: any. */
const struct xml *xml_after(const struct xml *x);

#endif
