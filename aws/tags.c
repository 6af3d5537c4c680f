/* Tags as AWS sends them back. */
#include "aws/tags.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static char *text_or_empty(const struct xml *node, const char *path)
{
    const char *text = xml_text(node, path);

    return xstrdup(text == NULL ? "" : text);
}

void tags_decode(const struct xml *node, const char *path, const char *key, const char *value,
                 struct tag **tags, size_t *count)
{
    *tags = NULL;
    *count = 0;
    for (const struct xml *x = xml_first(node, path); x != NULL; x = xml_after(x)) {
        *tags = xrealloc(*tags, *count + 1, sizeof **tags);
        (*tags)[(*count)++] =
            (struct tag){.key = text_or_empty(x, key), .value = text_or_empty(x, value)};
    }
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
