/* A small tree of XML, looked up by path. */
#include "aws/xml.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static bool is_named(const struct xml *node, const char *name, size_t length)
{
    return node->name_length == length && memcmp(node->name, name, length) == 0;
}

const struct xml *xml_find(const struct xml *node, const char *path)
{
    while (node != NULL && *path != '\0') {
        size_t length = (size_t)(strchrnul(path, '/') - path);
        node = node->child;
        while (node != NULL && !is_named(node, path, length))
            node = node->next;
        path += length;
        path += *path == '/';
    }
    return node;
}

const char *xml_text(const struct xml *node, const char *path)
{
    const struct xml *found = xml_find(node, path);

    return found == NULL ? NULL : found->text;
}

char *xml_dup(const struct xml *node, const char *path)
{
    return xstrdup_or_null(xml_text(node, path));
}

char *xml_dup_or_empty(const struct xml *node, const char *path)
{
    const char *text = xml_text(node, path);
    return xstrdup(text == NULL ? "" : text);
}

int64_t xml_int(const struct xml *node, const char *path, int64_t otherwise)
{
    const char *text = xml_text(node, path);
    char *end = NULL;

    if (text == NULL || *text == '\0')
        return otherwise;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || (*end != '\0' && *end != '%' && *end != '.'))
        return otherwise;
    return value;
}

bool xml_bool(const struct xml *node, const char *path, bool otherwise)
{
    const char *text = xml_text(node, path);

    if (text == NULL)
        return otherwise;
    if (strcmp(text, "true") == 0)
        return true;
    return strcmp(text, "false") == 0 ? false : otherwise;
}

const struct xml *xml_first(const struct xml *node, const char *path)
{
    return xml_find(node, path);
}

const struct xml *xml_after(const struct xml *x)
{
    const char *name = x->name;
    size_t length = x->name_length;

    for (x = x->next; x != NULL; x = x->next)
        if (is_named(x, name, length))
            return x;
    return NULL;
}
