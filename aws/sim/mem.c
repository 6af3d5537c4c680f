/* Memory that is there or the program ends. */
#include "aws/sim/mem.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *present(void *memory)
{
    if (memory == NULL) {
        fputs("tatami-sim: out of memory\n", stderr);
        abort();
    }
    return memory;
}

void *xmalloc(size_t size)
{
    return present(malloc(size > 0 ? size : 1));
}

void *xcalloc(size_t count, size_t size)
{
    return present(calloc(count > 0 ? count : 1, size > 0 ? size : 1));
}

void *xrealloc(void *old, size_t count, size_t size)
{
    return present(reallocarray(old, count > 0 ? count : 1, size));
}

char *xstrdup(const char *s)
{
    return present(strdup(s));
}

char *xstrdup_or_null(const char *s)
{
    return s != NULL ? xstrdup(s) : NULL;
}

char *xasprintf(const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int len = vasprintf(&text, format, args);
    va_end(args);
    return present(len >= 0 ? text : NULL);
}
