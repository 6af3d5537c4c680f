/* Standard input as a disk image: its first bytes can be looked at before it is taken. There is one
 * in a program. */
#ifndef CORE_PIPE_IN_H
#define CORE_PIPE_IN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* So many of its first bytes can be looked at; they are kept in memory until they are taken. */
enum { PIPE_IN_LOOK_BYTES = 17 << 20 };

/* A plan of this program is made from it: only then may it be read. What another program was given
 * is gone, and what stands there now is something else. Thread: main or worker. */
void pipe_in_claim(void);
/* ERR_INPUT when it was not claimed. Thread: any. */
bool pipe_in_is_ours(struct err *err);

/* Bytes at an offset within the first PIPE_IN_LOOK_BYTES, before pipe_in_take(); *got is less than
 * length where it has ended or the look ends. Waits for the writer. ERR_IO. Thread: worker, one
 * at a time. */
bool pipe_in_look(uint64_t offset, void *out, size_t length, size_t *got, struct err *err);
/* How many bytes it has from its first on, where it is a file; false where nothing tells. Before
 * pipe_in_begin(). Thread: worker. */
bool pipe_in_size(uint64_t *bytes);
/* From here on it is taken. False (ERR_INPUT) when it was already. Thread: worker. */
bool pipe_in_begin(struct err *err);
/* The next bytes; *got is less than length only at the end. Waits for the writer, while
 * *cancel is false (NULL: always). ERR_IO; ERR_CANCELLED. Thread: worker, one at a time. */
bool pipe_in_take(void *out, size_t length, size_t *got, const atomic_bool *cancel,
                  struct err *err);

#endif
