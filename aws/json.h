/* JSON from outside, bounded before it is read. */
#ifndef AWS_JSON_H
#define AWS_JSON_H

#include <cJSON.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Parses a whole document of at most 32 levels, 8 MiB and 500,000 values; more, or anything behind
 * it, is refused. NULL with ERR_REPLY. Freed with cJSON_Delete(). Thread: any. */
cJSON *json_parse(const char *text, size_t length, struct err *err);

/* The member's text, or NULL when there is none or it is no text; object may be NULL. Lives as long
 * as the document. Thread: any. */
const char *json_text(const cJSON *object, const char *name);
/* A copy of it, malloc'd, or NULL. Thread: any. */
char *json_dup(const cJSON *object, const char *name);
/* The member's number, also one that is written as text; otherwise when there is none or it has no
 * place in 53 bits. Thread: any. */
int64_t json_int(const cJSON *object, const char *name, int64_t otherwise);

#endif
