/* XML out: elements appended to a string; and in: a small tree made by expat. */
#include "aws/sim/xml.h"
#include "aws/sim/clock.h"
#include "aws/sim/mem.h"
#include <expat.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DEPTH 64

void xml_open(struct str *out, const char *name)
{
    str_add_bytes(out, "<", 1);
    str_add(out, name);
    str_add_bytes(out, ">", 1);
}

void xml_close(struct str *out, const char *name)
{
    str_add_bytes(out, "</", 2);
    str_add(out, name);
    str_add_bytes(out, ">", 1);
}

void xml_text(struct str *out, const char *name, const char *value)
{
    if (value == NULL)
        return;
    xml_open(out, name);
    str_add_xml(out, value);
    xml_close(out, name);
}

void xml_textf(struct str *out, const char *name, const char *format, ...)
{
    struct str value = {0};
    va_list args;
    va_start(args, format);
    str_add_args(&value, format, args);
    va_end(args);
    xml_text(out, name, str_text(&value));
    str_free(&value);
}

void xml_int(struct str *out, const char *name, int64_t value)
{
    str_addf(out, "<%s>%" PRId64 "</%s>", name, value, name);
}

void xml_bool(struct str *out, const char *name, bool value)
{
    xml_text(out, name, value ? "true" : "false");
}

void xml_time(struct str *out, const char *name, int64_t time_ms)
{
    char text[TIME_TEXT_SIZE];
    xml_text(out, name, time_text(time_ms, text));
}

struct reading {
    XML_Parser parser;
    struct xml_node *stack[MAX_DEPTH];
    struct str text[MAX_DEPTH];
    size_t depth;
    struct xml_node *root;
};

static void start_element(void *data, const XML_Char *name, const XML_Char **attributes)
{
    (void)attributes;
    struct reading *r = data;
    if (r->depth == MAX_DEPTH) {
        XML_StopParser(r->parser, XML_FALSE);
        return;
    }
    const char *colon = strchr(name, ':');
    struct xml_node *node = xcalloc(1, sizeof(*node));
    node->name = xstrdup(colon != NULL ? colon + 1 : name);
    node->text = xstrdup("");
    if (r->depth == 0) {
        r->root = node;
    } else {
        struct xml_node **last = &r->stack[r->depth - 1]->child;
        while (*last != NULL)
            last = &(*last)->next;
        *last = node;
    }
    r->stack[r->depth++] = node;
}

static void end_element(void *data, const XML_Char *name)
{
    (void)name;
    struct reading *r = data;
    struct xml_node *node = r->stack[--r->depth];
    free(node->text);
    node->text = str_take(&r->text[r->depth]);
}

static void characters(void *data, const XML_Char *text, int len)
{
    struct reading *r = data;
    if (r->depth > 0)
        str_add_bytes(&r->text[r->depth - 1], text, (size_t)len);
}

static void entity(void *data, const XML_Char *name, int is_parameter, const XML_Char *value,
                   int value_length, const XML_Char *base, const XML_Char *system_id,
                   const XML_Char *public_id, const XML_Char *notation)
{
    (void)name, (void)is_parameter, (void)value, (void)value_length;
    (void)base, (void)system_id, (void)public_id, (void)notation;
    XML_StopParser(((struct reading *)data)->parser, XML_FALSE);
}

struct xml_node *xml_parse(const char *bytes, size_t len)
{
    struct reading r = {.parser = XML_ParserCreate("UTF-8")};
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, start_element, end_element);
    XML_SetCharacterDataHandler(r.parser, characters);
    XML_SetEntityDeclHandler(r.parser, entity);
    bool ok = XML_Parse(r.parser, bytes, (int)len, XML_TRUE) == XML_STATUS_OK;
    XML_ParserFree(r.parser);
    for (size_t i = 0; i < MAX_DEPTH; i++)
        str_free(&r.text[i]);
    if (ok)
        return r.root;
    xml_free(r.root);
    return NULL;
}

void xml_free(struct xml_node *node)
{
    while (node != NULL) {
        struct xml_node *next = node->next;
        xml_free(node->child);
        free(node->name);
        free(node->text);
        free(node);
        node = next;
    }
}

const struct xml_node *xml_child(const struct xml_node *node, const char *name)
{
    const struct xml_node *child = node != NULL ? node->child : NULL;
    while (child != NULL && strcmp(child->name, name) != 0)
        child = child->next;
    return child;
}

const char *xml_child_text(const struct xml_node *node, const char *name)
{
    const struct xml_node *child = xml_child(node, name);
    return child != NULL ? child->text : NULL;
}
