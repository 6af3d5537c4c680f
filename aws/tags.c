/* Tags as AWS sends them back. */
#include "aws/tags.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static char no_text[] = "";

static char *text_or_empty(const struct xml *node, const char *path)
{
    const struct xml *found = xml_find(node, path);

    return found == NULL ? no_text : found->text;
}

void tags_borrow(const struct xml *node, const char *path, const char *key, const char *value,
                 struct tag **tags, size_t *room, size_t *count)
{
    *count = 0;
    for (const struct xml *x = xml_first(node, path); x != NULL; x = xml_after(x)) {
        if (*count == *room) {
            *room = *room == 0 ? 16 : *room * 2;
            *tags = xrealloc(*tags, *room, sizeof **tags);
        }
        (*tags)[(*count)++] =
            (struct tag){.key = text_or_empty(x, key), .value = text_or_empty(x, value)};
    }
}

struct tag *tags_copy(const struct tag *tags, size_t count)
{
    if (tags == NULL || count == 0)
        return NULL;
    struct tag *copy = xcalloc(count, sizeof *copy);
    for (size_t i = 0; i < count; i++)
        copy[i] = (struct tag){.key = xstrdup(tags[i].key), .value = xstrdup(tags[i].value)};
    return copy;
}

void tags_decode(const struct xml *node, const char *path, const char *key, const char *value,
                 struct tag **tags, size_t *count)
{
    struct tag *borrowed = NULL;
    size_t room = 0;

    tags_borrow(node, path, key, value, &borrowed, &room, count);
    *tags = tags_copy(borrowed, *count);
    free(borrowed);
}

void tags_free(struct tag *tags, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(tags[i].key);
        free(tags[i].value);
    }
    free(tags);
}

const char *tags_find(const struct tag *tags, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(tags[i].key, key) == 0)
            return tags[i].value;
    return NULL;
}
