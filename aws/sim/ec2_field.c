/* A resource's members as rows of a table: replies, filters and the state dump all read the same
 * row. */
#include "aws/sim/ec2_field.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/sim/clock.h"
#include "aws/sim/mem.h"

static const void *place(const void *resource, const struct ec2_field *field)
{
    return (const char *)resource + field->offset;
}

static void *mutable_place(void *resource, const struct ec2_field *field)
{
    return (char *)resource + field->offset;
}

static const char *text_get(const void *resource, const struct ec2_field *field, char *scratch)
{
    (void)scratch;
    return *(char *const *)place(resource, field);
}

static const char *string_get(const void *resource, const struct ec2_field *field, char *scratch)
{
    const char *text = text_get(resource, field, scratch);
    return text == NULL ? "" : text;
}

static bool text_set(void *resource, const struct ec2_field *field, const char *text)
{
    char **slot = mutable_place(resource, field);
    free(*slot);
    *slot = xstrdup(text);
    return true;
}

static const char *bool_get(const void *resource, const struct ec2_field *field, char *scratch)
{
    (void)scratch;
    return *(const bool *)place(resource, field) ? "true" : "false";
}

static const char *bool_true_get(const void *resource, const struct ec2_field *field, char *scratch)
{
    (void)scratch;
    return *(const bool *)place(resource, field) ? "true" : NULL;
}

static bool bool_set(void *resource, const struct ec2_field *field, const char *text)
{
    *(bool *)mutable_place(resource, field) = strcmp(text, "true") == 0;
    return true;
}

static const char *int_get(const void *resource, const struct ec2_field *field, char *scratch)
{
    int value = *(const int *)place(resource, field);
    if (value == 0)
        return NULL;
    snprintf(scratch, EC2_SCRATCH_BYTES, "%d", value);
    return scratch;
}

static bool int_set(void *resource, const struct ec2_field *field, const char *text)
{
    *(int *)mutable_place(resource, field) = atoi(text);
    return true;
}

static const char *time_get(const void *resource, const struct ec2_field *field, char *scratch)
{
    int64_t ms = *(const int64_t *)place(resource, field);
    if (ms == 0)
        return NULL;
    return time_text(ms, scratch);
}

static bool time_set(void *resource, const struct ec2_field *field, const char *text)
{
    return time_parse(text, mutable_place(resource, field));
}

static const char *enum_get(const void *resource, const struct ec2_field *field, char *scratch)
{
    (void)scratch;
    return field->names[*(const unsigned *)place(resource, field)];
}

static bool enum_set(void *resource, const struct ec2_field *field, const char *text)
{
    for (unsigned i = 0; field->names[i] != NULL; i++) {
        if (strcmp(field->names[i], text) == 0) {
            *(unsigned *)mutable_place(resource, field) = i;
            return true;
        }
    }
    return false;
}

static const char *constant_get(const void *resource, const struct ec2_field *field, char *scratch)
{
    (void)resource;
    (void)scratch;
    return field->names[0];
}

const struct ec2_kind EC2_TEXT = {text_get, text_set, EC2_JSON_STRING};
const struct ec2_kind EC2_STRING = {string_get, text_set, EC2_JSON_STRING};
const struct ec2_kind EC2_BOOL = {bool_get, bool_set, EC2_JSON_BOOL};
const struct ec2_kind EC2_BOOL_TRUE = {bool_true_get, bool_set, EC2_JSON_BOOL};
const struct ec2_kind EC2_INT = {int_get, int_set, EC2_JSON_NUMBER};
const struct ec2_kind EC2_TIME = {time_get, time_set, EC2_JSON_STRING};
const struct ec2_kind EC2_ENUM = {enum_get, enum_set, EC2_JSON_STRING};
const struct ec2_kind EC2_CONSTANT = {constant_get, NULL, EC2_JSON_STRING};

const char *ec2_field_get(const void *resource, const struct ec2_field *field, char *scratch)
{
    return field->kind->get(resource, field, scratch);
}
