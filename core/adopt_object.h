/* Whether a staging object of another program holds a file, by the object's ETag. */
#ifndef CORE_ADOPT_H
#define CORE_ADOPT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "core/image.h"

enum adopt_match { ADOPT_SAME, ADOPT_OTHER, ADOPT_UNKNOWN };

/* The size of the parts that make so many of a file: the AWS CLI and boto3 begin with 8 MiB and
 * double it until 10,000 parts hold the file; other sizes that people set are powers of two as
 * well, or 5 MiB. 0 when none of these fits. Thread: any. */
uint64_t adopt_part_bytes(uint64_t file_bytes, uint64_t parts);

/* Compares the ETag with the file's: its MD5, or the MD5 of its parts' MD5s and their number. An
 * ETag of neither form (encrypted with a KMS key), or of parts of an unknown size, is UNKNOWN.
 * ERR_IO, ERR_CANCELLED. Thread: main or worker. */
bool adopt_object_compare(const struct image *file, const char *etag, const atomic_bool *cancel,
                          enum adopt_match *out, struct err *err);

#endif
