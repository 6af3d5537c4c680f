/* A command line cut into words, as a POSIX shell would without expanding anything. */
#include "aws/shell_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* The part of a word in quotes; *at stands behind the opening one and ends behind the closing one.
 */
static bool add_quoted(const char **at, char quote, struct buf *word)
{
    for (; **at != quote; (*at)++) {
        if (**at == '\0')
            return false;
        /* Between double quotes a backslash counts only before itself and a quote. */
        if (quote == '"' && **at == '\\' && ((*at)[1] == '"' || (*at)[1] == '\\'))
            (*at)++;
        buf_add_char(word, **at);
    }
    (*at)++;
    return true;
}

static bool add_word(const char **at, struct buf *word)
{
    while (**at != '\0' && strchr(" \t\r\n", **at) == NULL) {
        char c = *(*at)++;
        if (c == '\'' || c == '"') {
            if (!add_quoted(at, c, word))
                return false;
            continue;
        }
        if (c == '\\' && (c = *(*at)++) == '\0')
            return false;
        buf_add_char(word, c);
    }
    return true;
}

char **shell_words(const char *line)
{
    char **words = NULL;
    size_t count = 0;
    bool ok = true;

    for (;;) {
        line += strspn(line, " \t\r\n");
        words = xrealloc(words, count + 1, sizeof *words);
        words[count] = NULL;
        if (!ok || *line == '\0')
            break;
        struct buf word = BUF_INIT;
        ok = add_word(&line, &word);
        words[count++] = buf_take(&word);
        if (!ok)
            line = "";
    }
    if (ok && count > 0)
        return words;
    shell_words_free(words);
    return NULL;
}

void shell_words_free(char **words)
{
    for (size_t i = 0; words != NULL && words[i] != NULL; i++)
        str_wipe_free(words[i]);
    free(words);
}
