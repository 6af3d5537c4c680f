/* The words of a script's line. */
#include "tests/tools/tt_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

void words_split(char *line, char *words[MAX_WORDS])
{
    size_t count = 0;
    while (*line != '\0' && count < MAX_WORDS - 1) {
        while (*line == ' ')
            line++;
        if (*line == '\0')
            break;
        char end = *line == '"' ? '"' : ' ';
        line += end == '"';
        words[count++] = line;
        while (*line != '\0' && *line != end)
            line++;
        if (*line != '\0')
            *line++ = '\0';
    }
    words[count] = NULL;
}

char *words_expand(const char *line, char **missing)
{
    struct buf out = BUF_INIT;
    while (*line != '\0') {
        const char *end = line[0] == '$' && line[1] == '{' ? strchr(line, '}') : NULL;
        if (end == NULL) {
            buf_add_char(&out, *line++);
            continue;
        }
        char *name = xstrndup(line + 2, (size_t)(end - line - 2));
        const char *value = getenv(name);
        buf_add_str(&out, value != NULL ? value : "");
        if (value == NULL && *missing == NULL)
            *missing = xstrdup(name);
        free(name);
        line = end + 1;
    }
    return buf_take(&out);
}
