/* expat to a small tree. */
#include "aws/xml.h"

#include <ctype.h>
#include <errno.h>
#include <expat.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum { DEPTH_MAX = 64, ELEMENTS_MAX = 1000000 };

/* An element whose end has not been read yet. */
struct open_element {
    struct xml *node;
    struct xml *last_child;
    struct buf text;
};

struct builder {
    XML_Parser parser;
    struct xml *root;
    struct open_element open[DEPTH_MAX];
    int depth;
    int elements;
    const char *refused; /* why the parser was stopped */
};

static void refuse(struct builder *b, const char *why)
{
    b->refused = why;
    XML_StopParser(b->parser, XML_FALSE);
}

static void XMLCALL on_start(void *data, const XML_Char *name, const XML_Char **attributes)
{
    struct builder *b = data;
    (void)attributes;

    if (b->depth == DEPTH_MAX) {
        refuse(b, "is nested too deeply");
        return;
    }
    if (++b->elements > ELEMENTS_MAX) {
        refuse(b, "has too many elements");
        return;
    }
    const char *colon = strrchr(name, ':');
    struct xml *node = xcalloc(1, sizeof *node);
    node->name = xstrdup(colon == NULL ? name : colon + 1);
    if (b->depth == 0) {
        b->root = node;
    } else {
        struct open_element *parent = &b->open[b->depth - 1];
        if (parent->last_child == NULL)
            parent->node->child = node;
        else
            parent->last_child->next = node;
        parent->last_child = node;
    }
    b->open[b->depth++] = (struct open_element){.node = node};
}

static char *trimmed(const struct buf *text)
{
    const char *start = buf_str(text);
    const char *end = start + text->length;

    while (start < end && isspace((unsigned char)*start))
        start++;
    while (end > start && isspace((unsigned char)end[-1]))
        end--;
    return xstrndup(start, (size_t)(end - start));
}

static void XMLCALL on_end(void *data, const XML_Char *name)
{
    struct builder *b = data;
    (void)name;

    struct open_element *open = &b->open[--b->depth];
    open->node->text = trimmed(&open->text);
    buf_free(&open->text);
}

static void XMLCALL on_text(void *data, const XML_Char *text, int length)
{
    struct builder *b = data;

    if (b->depth > 0)
        buf_add(&b->open[b->depth - 1].text, text, (size_t)length);
}

static void XMLCALL on_doctype(void *data, const XML_Char *name, const XML_Char *system_id,
                               const XML_Char *public_id, int has_internal_subset)
{
    (void)name, (void)system_id, (void)public_id, (void)has_internal_subset;
    refuse(data, "has a document type");
}

struct xml *xml_parse(const char *text, size_t length, struct err *err)
{
    struct builder b = {.parser = XML_ParserCreate(NULL)};

    if (b.parser == NULL) {
        err_set(err, ERR_IO, "cannot make an XML parser");
        return NULL;
    }
    XML_SetUserData(b.parser, &b);
    XML_SetElementHandler(b.parser, on_start, on_end);
    XML_SetCharacterDataHandler(b.parser, on_text);
    XML_SetStartDoctypeDeclHandler(b.parser, on_doctype);

    enum XML_Status status = XML_STATUS_ERROR;
    if (length > INT_MAX)
        b.refused = "is too long";
    else
        status = XML_Parse(b.parser, text, (int)length, XML_TRUE);
    if (status != XML_STATUS_OK) {
        const char *why = b.refused;
        if (why == NULL)
            why = XML_ErrorString(XML_GetErrorCode(b.parser));
        err_set(err, ERR_REPLY, "AWS's answer cannot be read: the XML %s%s",
                b.refused == NULL ? "is wrong: " : "", why);
        for (int i = 0; i < b.depth; i++)
            buf_free(&b.open[i].text);
        xml_free(b.root);
        b.root = NULL;
    }
    XML_ParserFree(b.parser);
    return b.root;
}

void xml_free(struct xml *root)
{
    while (root != NULL) {
        struct xml *next = root->next;
        xml_free(root->child);
        free(root->name);
        free(root->text);
        free(root);
        root = next;
    }
}

static bool is_named(const struct xml *node, const char *name, size_t length)
{
    return strlen(node->name) == length && memcmp(node->name, name, length) == 0;
}

const struct xml *xml_find(const struct xml *node, const char *path)
{
    while (node != NULL && *path != '\0') {
        size_t length = strcspn(path, "/");
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
    size_t length = strlen(name);

    for (x = x->next; x != NULL; x = x->next)
        if (is_named(x, name, length))
            return x;
    return NULL;
}
