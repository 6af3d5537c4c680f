/* Memory that is there or the program ends: the journal makes that safe. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* Memory, freed with free(). This and the functions below abort with one sentence on standard error
 * when there is none. Thread: any. */
void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull, alloc_size(1)));
/* The same, zeroed; too large a product aborts as well. Thread: any. */
void *xcalloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
/* Resizes to count * size bytes; old may be NULL. Thread: any. */
void *xrealloc(void *old, size_t count, size_t size) __attribute__((returns_nonnull));
/* A copy. Thread: any. */
char *xstrdup(const char *s) __attribute__((malloc, returns_nonnull, nonnull));
/* A copy of max bytes at most. Thread: any. */
char *xstrndup(const char *s, size_t max) __attribute__((malloc, returns_nonnull, nonnull));
/* Formats into memory of its own. Thread: any. */
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
