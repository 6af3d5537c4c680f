/* The INI reader for ~/.aws/config, ~/.aws/credentials and tatami.conf. */
#ifndef BASE_INI_H
#define BASE_INI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct ini;

/* Reads a whole file as the AWS CLI does: `[section]`, `key = value`, `#` and `;` comments at the
 * start of a line or behind white space, nested settings as indented lines under a key with an
 * empty value (`s3 =`), which are found as "s3.addressing_style". NULL with *err set when it cannot
 * be read (ERR_IO) or a line makes no sense (ERR_INPUT, with file and line). Free with ini_free().
 * Thread: any. */
struct ini *ini_read(const char *path, struct err *err);
/* The same from memory; name is for messages. Thread: any. */
struct ini *ini_parse(const char *name, const char *text, size_t length, struct err *err);
/* NULL is a no-op. Thread: any. */
void ini_free(struct ini *ini);

/* The value, or NULL; lives as long as the ini. A key that stands twice has its last value. Keys do
 * not mind case, sections do. ini may be NULL. Thread: any. */
const char *ini_get(const struct ini *ini, const char *section, const char *key);
/* True also for an empty section; ini may be NULL. Thread: any. */
bool ini_has_section(const struct ini *ini, const char *section);

/* Walks the keys of a section in order; *cursor starts at 0. False at the end. Thread: any. */
bool ini_each(const struct ini *ini, const char *section, size_t *cursor, const char **key,
              const char **value, int *line);
/* Walks the sections. Thread: any. */
bool ini_each_section(const struct ini *ini, size_t *cursor, const char **section, int *line);

#endif
