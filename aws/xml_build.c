/* expat to a small tree, whole or item by item. */
#include <expat.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "aws/stack.h"
#include "aws/xml.h"
#include "base/buf.h"
#include "base/mem.h"

enum { DEPTH_MAX = 64, ELEMENTS_MAX = 1000000, PATH_PARTS_MAX = 4 };

/* A tree and the memory that it stands in; root comes first, so that xml_free() finds both. */
struct document {
    struct xml root;
    struct stack memory;
};

/* An element whose end has not been read yet. */
struct open_element {
    struct xml *node;
    struct xml *last_child;
    size_t text_at; /* where its text starts in the builder's */
};

/* The items that are handed out instead of kept. */
struct wanted {
    const char *parts[PATH_PARTS_MAX]; /* names from below the root to the item */
    size_t lengths[PATH_PARTS_MAX];
    int count; /* 0 when everything is kept */
    void (*each)(void *arg, const struct xml *item);
    void *arg;
};

struct builder {
    XML_Parser parser;
    struct document *document;
    struct wanted wanted;
    int matched;            /* how many of the open elements below the root are on the path */
    struct xml *item;       /* the one that is being read */
    struct stack_mark mark; /* before it */
    struct buf text;        /* of all open elements; that of the innermost comes last */
    struct open_element open[DEPTH_MAX];
    int depth;
    int elements;
    const char *refused; /* why the parser was stopped */
};

static char no_text[] = "";

static void refuse(struct builder *b, const char *why)
{
    b->refused = why;
    XML_StopParser(b->parser, XML_FALSE);
}

/* Whether the element that begins below the open ones is an item; notes one on the way to it. */
static bool begins_item(struct builder *b, const char *name, size_t length)
{
    int part = b->depth - 1;

    if (part < 0 || part >= b->wanted.count || b->matched != part ||
        b->wanted.lengths[part] != length || memcmp(b->wanted.parts[part], name, length) != 0)
        return false;
    b->matched++;
    return b->matched == b->wanted.count;
}

static void add_to_parent(struct open_element *parent, struct xml *node)
{
    if (parent->last_child == NULL)
        parent->node->child = node;
    else
        parent->last_child->next = node;
    parent->last_child = node;
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
    size_t length = strlen(name);
    const char *colon = memrchr(name, ':', length);
    if (colon != NULL) {
        length -= (size_t)(colon + 1 - name);
        name = colon + 1;
    }
    struct stack *memory = &b->document->memory;
    bool is_item = begins_item(b, name, length);
    if (is_item)
        b->mark = stack_mark(memory);
    struct xml *node = b->depth == 0 ? &b->document->root : stack_alloc(memory, sizeof *node);
    *node = (struct xml){.name = stack_bytes(memory, length + 1), .name_length = length};
    memcpy(node->name, name, length + 1);
    if (is_item)
        b->item = node;
    else if (b->depth > 0)
        add_to_parent(&b->open[b->depth - 1], node);
    b->open[b->depth++] = (struct open_element){.node = node, .text_at = b->text.length};
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* The text of the innermost open element, trimmed, which then is no longer the builder's. */
static char *take_text(struct builder *b, size_t at)
{
    size_t end = b->text.length;

    if (at == end)
        return no_text;
    while (end > at && is_space(b->text.data[end - 1]))
        end--;
    char *text = stack_bytes(&b->document->memory, end - at + 1);
    memcpy(text, b->text.data + at, end - at);
    text[end - at] = '\0';
    b->text.length = at;
    b->text.data[at] = '\0';
    return text;
}

static void XMLCALL on_end(void *data, const XML_Char *name)
{
    struct builder *b = data;
    (void)name;

    const struct open_element *open = &b->open[--b->depth];
    open->node->text = take_text(b, open->text_at);
    if (b->depth > 0 && b->matched == b->depth)
        b->matched--;
    if (open->node == b->item) {
        b->wanted.each(b->wanted.arg, b->item);
        b->item = NULL;
        stack_reset(&b->document->memory, b->mark);
    }
}

static void XMLCALL on_text(void *data, const XML_Char *text, int length)
{
    struct builder *b = data;

    if (b->depth == 0)
        return;
    /* Most of the text between elements is how it is laid out. */
    if (b->text.length == b->open[b->depth - 1].text_at)
        while (length > 0 && is_space(*text))
            text++, length--;
    if (length > 0)
        buf_add(&b->text, text, (size_t)length);
}

static void XMLCALL on_doctype(void *data, const XML_Char *name, const XML_Char *system_id,
                               const XML_Char *public_id, int has_internal_subset)
{
    (void)name, (void)system_id, (void)public_id, (void)has_internal_subset;
    refuse(data, "has a document type");
}

/* Makes the builder ready for a document; the parser is new or was reset. */
static void begin(struct builder *b)
{
    XML_SetUserData(b->parser, b);
    XML_SetElementHandler(b->parser, on_start, on_end);
    XML_SetCharacterDataHandler(b->parser, on_text);
    XML_SetStartDoctypeDeclHandler(b->parser, on_doctype);
    b->matched = b->depth = b->elements = 0;
    b->item = NULL;
    b->refused = NULL;
    buf_reset(&b->text);
}

static void init(struct builder *b)
{
    b->parser = XML_ParserCreate(NULL);
    if (b->parser == NULL)
        abort();
    b->document = xcalloc(1, sizeof *b->document);
    begin(b);
}

static void explain(const struct builder *b, struct err *err)
{
    const char *why = b->refused;

    if (why == NULL)
        why = XML_ErrorString(XML_GetErrorCode(b->parser));
    err_set(err, ERR_REPLY, "AWS's answer cannot be read: the XML %s%s",
            b->refused == NULL ? "is wrong: " : "", why);
}

struct xml *xml_parse(const char *text, size_t length, struct err *err)
{
    struct builder b = {.wanted.count = 0};
    enum XML_Status status = XML_STATUS_ERROR;

    init(&b);
    if (length > INT_MAX)
        b.refused = "is too long";
    else
        status = XML_Parse(b.parser, text, (int)length, XML_TRUE);
    if (status != XML_STATUS_OK) {
        explain(&b, err);
        xml_free(&b.document->root);
        b.document = NULL;
    }
    XML_ParserFree(b.parser);
    buf_free(&b.text);
    return b.document == NULL ? NULL : &b.document->root;
}

void xml_free(struct xml *root)
{
    struct document *document = (struct document *)root;

    if (root == NULL)
        return;
    stack_free(&document->memory);
    free(document);
}

struct xml_stream {
    struct builder b;
    char *path; /* what the wanted parts point into */
    bool broken;
};

struct xml_stream *xml_stream_new(const char *items,
                                  void (*each)(void *arg, const struct xml *item), void *arg)
{
    struct xml_stream *s = xcalloc(1, sizeof *s);
    struct wanted *wanted = &s->b.wanted;

    s->path = xstrdup(items);
    wanted->each = each;
    wanted->arg = arg;
    for (const char *part = s->path; *part != '\0'; wanted->count++) {
        if (wanted->count == PATH_PARTS_MAX)
            abort();
        size_t length = strcspn(part, "/");
        wanted->parts[wanted->count] = part;
        wanted->lengths[wanted->count] = length;
        part += length;
        part += *part == '/';
    }
    init(&s->b);
    return s;
}

void xml_stream_restart(struct xml_stream *s)
{
    XML_ParserReset(s->b.parser, NULL);
    stack_reset(&s->b.document->memory, (struct stack_mark){0});
    begin(&s->b);
    s->broken = false;
}

void xml_stream_add(struct xml_stream *s, const char *bytes, size_t length)
{
    while (!s->broken && length > 0) {
        int part = length > INT_MAX ? INT_MAX : (int)length;
        s->broken = XML_Parse(s->b.parser, bytes, part, XML_FALSE) != XML_STATUS_OK;
        bytes += part;
        length -= (size_t)part;
    }
}

const struct xml *xml_stream_end(struct xml_stream *s, struct err *err)
{
    if (!s->broken)
        s->broken = XML_Parse(s->b.parser, "", 0, XML_TRUE) != XML_STATUS_OK;
    if (!s->broken)
        return &s->b.document->root;
    explain(&s->b, err);
    return NULL;
}

void xml_stream_free(struct xml_stream *s)
{
    if (s == NULL)
        return;
    XML_ParserFree(s->b.parser);
    xml_free(&s->b.document->root);
    buf_free(&s->b.text);
    free(s->path);
    free(s);
}
