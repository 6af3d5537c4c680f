/* Memory that is there or the program ends: the journal makes that safe. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* Each aborts with one sentence on standard error when there is no memory; the caller frees
 * with free(). Thread: any. */
void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull, alloc_size(1)));
void *xcalloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
void *xrealloc(void *old, size_t count, size_t size) __attribute__((returns_nonnull));
char *xstrdup(const char *s) __attribute__((malloc, returns_nonnull, nonnull));
char *xstrndup(const char *s, size_t max) __attribute__((malloc, returns_nonnull, nonnull));
char *xasprintf(const char *format, ...)
    __attribute__((malloc, returns_nonnull, format(printf, 1, 2)));

/* xstrdup that passes NULL through. Thread: any. */
char *xstrdup_or_null(const char *s);

/* Overwrites memory that held a secret, in a way that the compiler keeps. Thread: any. */
void mem_wipe(void *memory, size_t size);

/* Wipes and frees a string; NULL is a no-op. Thread: any. */
void str_wipe_free(char *secret);

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
