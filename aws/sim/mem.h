/* Memory that is there or the program ends, for the simulator alone. */
#ifndef AWS_SIM_MEM_H
#define AWS_SIM_MEM_H

#include <stddef.h>

/* Each aborts with one sentence on standard error when there is no memory; the caller frees with
 * free(). Thread: any. */
void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull, alloc_size(1)));
void *xcalloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
void *xrealloc(void *old, size_t count, size_t size) __attribute__((returns_nonnull));
char *xstrdup(const char *s) __attribute__((malloc, returns_nonnull, nonnull));
char *xasprintf(const char *format, ...)
    __attribute__((malloc, returns_nonnull, format(printf, 1, 2)));

/* xstrdup that passes NULL through. Thread: any. */
char *xstrdup_or_null(const char *s);

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
