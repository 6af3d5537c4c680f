/* Elements that become strings of a struct as they stand. */
#include "aws/ec2_fields.h"

#include <stdlib.h>

#include "base/mem.h"

static char no_id[] = "";

char *ec2_text(const struct xml *node, const char *path)
{
    const struct xml *found = xml_find(node, path);

    return found == NULL ? NULL : found->text;
}

static char **string_at(void *record, const struct ec2_field *field)
{
    return (char **)((char *)record + field->offset);
}

void ec2_fields_read(const struct ec2_field *fields, size_t count, const struct xml *item,
                     void *record)
{
    for (size_t i = 0; i < count; i++)
        *string_at(record, &fields[i]) = ec2_text(item, fields[i].path);
    if (*string_at(record, &fields[0]) == NULL)
        *string_at(record, &fields[0]) = no_id;
}

void ec2_fields_own(const struct ec2_field *fields, size_t count, void *record)
{
    for (size_t i = 0; i < count; i++)
        *string_at(record, &fields[i]) = xstrdup_or_null(*string_at(record, &fields[i]));
}

void ec2_fields_free(const struct ec2_field *fields, size_t count, void *record)
{
    for (size_t i = 0; i < count; i++) {
        free(*string_at(record, &fields[i]));
        *string_at(record, &fields[i]) = NULL;
    }
}
