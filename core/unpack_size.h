/* How large the content of a compressed file is, as far as its headers say; and whether it is
 * whole.
 */
#ifndef CORE_UNPACK_SIZE_H
#define CORE_UNPACK_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* The sum over all frames of a zstd file (RFC 8878, 3.1.1), from their headers and those of their
 * blocks; nothing is unpacked. *known is false when a frame does not say its size. *whole is false
 * when the file breaks off or holds something else. ERR_IO. Thread: worker. */
bool unpack_size_zstd(int fd, uint64_t file_bytes, uint64_t *size, bool *known, bool *whole,
                      struct err *err);

/* What the first frame of a zstd stream says that it holds, from the stream's first bytes; 0 where
 * it does not say it, or no frame begins there. Others may follow it. Thread: any. */
enum { UNPACK_SIZE_HEAD_BYTES = 18 };
uint64_t unpack_size_first(const void *head, size_t length);

/* The size of the content from the indices of an xz file (The .xz File Format 1.0.4, 4), which
 * always say it. Thread: worker. */
bool unpack_size_xz(int fd, uint64_t file_bytes, uint64_t *size, bool *whole, struct err *err);

#endif
