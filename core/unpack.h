/* Bytes out of a compressed stream, in order: zstd (RFC 8878) and xz. */
#ifndef CORE_UNPACK_H
#define CORE_UNPACK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "core/image.h"

/* Where the packed bytes come from. */
struct unpack_input {
    /* The next bytes; *got is less than length only at the end. */
    bool (*take)(void *arg, void *out, size_t length, size_t *got, const atomic_bool *cancel,
                 struct err *err);
    void (*free)(void *arg); /* of arg; NULL when there is nothing to free */
    void *arg;
};

struct unpack;
/* `name` is for messages and copied; the input is the unpacker's from here on, also on failure.
 * PACKING_NONE passes the bytes on. NULL with ERR_IO when the library fails. Thread: worker. */
struct unpack *unpack_new(enum image_packing packing, const char *name, struct unpack_input input,
                          struct err *err);
/* NULL is a no-op. Thread: any. */
void unpack_free(struct unpack *u);

/* The next bytes; *got is less than length only at the end. ERR_INPUT when they are damaged, break
 * off, or need more memory than UNPACK_MEMORY_BYTES; the input's errors.
 * `cancel` (NULL: never) ends an input's wait. Thread: worker. */
enum { UNPACK_MEMORY_BYTES = 512 << 20 };
bool unpack_take(struct unpack *u, void *out, size_t length, size_t *got, const atomic_bool *cancel,
                 struct err *err);

#endif
