/* Texts in an arena: copies, and one copy of what many say alike. */
#ifndef CORE_TEXTS_H
#define CORE_TEXTS_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

/* All give a text that lives as long as the arena's memory; "" takes none of it. */

/* A copy; "" for NULL. Thread: any. */
const char *texts_copy(struct arena *a, const char *text);
/* A copy of the first length bytes. Thread: any. */
const char *texts_part(struct arena *a, const char *text, size_t length);
/* printf. Thread: any. */
const char *texts_format(struct arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Zeroed memory for anything. Thread: any. */
void *texts_take(struct arena *a, size_t size);

/* A table of texts. Zeroed at the start. */
struct texts {
    struct texts_slot *slots;
    size_t slot_count, used;
};
/* As texts_copy(), but the same text gives the same address. Thread: any. */
const char *texts_word(struct arena *a, struct texts *known, const char *text);
/* Forgets which texts there are; the texts stay. Thread: any. */
void texts_forget(struct texts *known);

/* FNV-1a of a text. Thread: any. */
uint64_t texts_hash(const char *text);

#endif
