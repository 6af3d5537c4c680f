/* Memory that is there or the program ends. */
#include "base/mem.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *present_or_abort(void *memory)
{
    static const char sentence[] = "tatami: out of memory\n";

    if (memory == NULL) {
        ssize_t written = write(STDERR_FILENO, sentence, sizeof sentence - 1);
        (void)written;
        abort();
    }
    return memory;
}

void *xmalloc(size_t size)
{
    return present_or_abort(malloc(size == 0 ? 1 : size));
}

void *xcalloc(size_t count, size_t size)
{
    bool empty = count == 0 || size == 0;

    return present_or_abort(empty ? calloc(1, 1) : calloc(count, size));
}

void *xrealloc(void *old, size_t count, size_t size)
{
    bool empty = count == 0 || size == 0;

    return present_or_abort(empty ? realloc(old, 1) : reallocarray(old, count, size));
}

char *xstrdup(const char *s)
{
    return present_or_abort(strdup(s));
}

char *xstrndup(const char *s, size_t max)
{
    return present_or_abort(strndup(s, max));
}

char *xasprintf(const char *format, ...)
{
    char *text = NULL;
    va_list args;

    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    return present_or_abort(text);
}

char *xstrdup_or_null(const char *s)
{
    return s == NULL ? NULL : xstrdup(s);
}

void mem_wipe(void *memory, size_t size)
{
    if (memory != NULL)
        explicit_bzero(memory, size);
}

void str_wipe_free(char *secret)
{
    if (secret == NULL)
        return;
    mem_wipe(secret, strlen(secret));
    free(secret);
}
