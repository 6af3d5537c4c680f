/* XML out: elements appended to a string, escaped; and in: a small tree made by expat. */
#ifndef AWS_SIM_XML_H
#define AWS_SIM_XML_H

#include "aws/sim/str.h"

/* Start and end tag. Thread: any. */
void xml_open(struct str *out, const char *name);
void xml_close(struct str *out, const char *name);

/* <name>value</name>, the value escaped; NULL leaves the element out. Thread: any. */
void xml_text(struct str *out, const char *name, const char *value);
void xml_textf(struct str *out, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void xml_int(struct str *out, const char *name, int64_t value);
void xml_bool(struct str *out, const char *name, bool value);

/* ISO 8601 with milliseconds, `2026-08-07T12:00:00.000Z`, as EC2 and S3 write it. Thread: any. */
void xml_time(struct str *out, const char *name, int64_t time_ms);

/* An element that was read; names carry no namespace prefix. */
struct xml_node {
    char *name;
    char *text; /* character data, "" when there is none */
    struct xml_node *child, *next;
};

/* The root element, or NULL when the bytes are no well-formed XML, nest deeper than 64 elements or
 * declare entities. The caller frees. Thread: any. */
struct xml_node *xml_parse(const char *bytes, size_t len);
void xml_free(struct xml_node *root);

/* The first child of that name, or NULL; the text of one, or NULL. Thread: any. */
const struct xml_node *xml_child(const struct xml_node *node, const char *name);
const char *xml_child_text(const struct xml_node *node, const char *name);

#endif
