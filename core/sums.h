/* A file's plain SHA-256, and lists of them as sha256sum(1) writes. */
#ifndef CORE_SUMS_H
#define CORE_SUMS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define SUMS_HEX_SIZE 65

/* The SHA-256 of a whole file, in lower-case hex. ERR_CANCELLED once *cancel is true (NULL: never);
 * ERR_INPUT; ERR_IO. Thread: any but ui. */
bool sums_file(const char *path, const atomic_bool *cancel, char hex[SUMS_HEX_SIZE],
               struct err *err);

/* Takes one line apart: "HEX  NAME", "HEX *NAME" or "SHA256 (NAME) = HEX". *name lies in the line.
 * False for a line that is none. Thread: any. */
bool sums_line(const char *line, size_t length, char hex[SUMS_HEX_SIZE], const char **name,
               size_t *name_length);

/* True when the list at list_path says this sum for the file: of the lines whose name is the end of
 * its path the one with the longest name counts. ERR_REFUSED when the list says another sum, or has
 * no line for the file, or two that differ; ERR_INPUT when there is no such list. Thread: any but
 * ui. */
bool sums_agree(const char *list_path, const char *path, const char *hex, struct err *err);

#endif
