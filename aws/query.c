/* Writes the form of the query protocol. */
#include "aws/query.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void query_add(struct buf *form, const char *name, const char *value)
{
    if (value == NULL || *value == '\0')
        return;
    buf_add_char(form, '&');
    buf_add_uri(form, name);
    buf_add_char(form, '=');
    buf_add_uri(form, value);
}

void query_add_int(struct buf *form, const char *name, int64_t value)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRId64, value);
    query_add(form, name, text);
}

void query_add_bool(struct buf *form, const char *name, bool value)
{
    query_add(form, name, value ? "true" : "false");
}

void query_add_name(struct buf *form, const char *value, const char *name_format, ...)
{
    char name[128];
    va_list args;

    va_start(args, name_format);
    vsnprintf(name, sizeof name, name_format, args);
    va_end(args);
    query_add(form, name, value);
}

void query_add_tags(struct buf *form, int n, const char *resource_type, const struct tag *tags,
                    int count)
{
    if (count == 0)
        return;
    query_add_name(form, resource_type, "TagSpecification.%d.ResourceType", n);
    for (int i = 0; i < count; i++) {
        query_add_name(form, tags[i].key, "TagSpecification.%d.Tag.%d.Key", n, i + 1);
        query_add_name(form, tags[i].value, "TagSpecification.%d.Tag.%d.Value", n, i + 1);
    }
}

void query_add_filter_any(struct buf *form, const char *prefix, int n, const char *name,
                          const char *const *values, size_t count)
{
    query_add_name(form, name, "%s.%d.Name", prefix, n);
    for (size_t i = 0; i < count; i++)
        query_add_name(form, values[i], "%s.%d.Value.%zu", prefix, n, i + 1);
}

void query_add_filter(struct buf *form, const char *prefix, int n, const char *name,
                      const char *value)
{
    query_add_filter_any(form, prefix, n, name, &value, 1);
}
