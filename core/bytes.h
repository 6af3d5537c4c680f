/* Numbers and ranges out of files that may hold anything. */
#ifndef CORE_BYTES_H
#define CORE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Little-endian and big-endian numbers at p, which need not be aligned. Thread: any. */
uint16_t bytes_le16(const void *p);
uint32_t bytes_le32(const void *p);
uint64_t bytes_le64(const void *p);
uint32_t bytes_be32(const void *p);
uint64_t bytes_be64(const void *p);

/* Reads up to `length` bytes at `offset`; *got is less only at the end of the file. ERR_IO.
 * Thread: worker. */
bool bytes_read(int fd, uint64_t offset, void *out, size_t length, size_t *got, struct err *err);

#endif
