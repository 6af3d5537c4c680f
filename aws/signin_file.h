/* The files that sign-in keeps: ~/.aws/cli/cache and ~/.aws/sso/cache, and tokens that others put
 * there. */
#ifndef AWS_SIGNIN_FILE_H
#define AWS_SIGNIN_FILE_H

#include <cJSON.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

/* The name under which botocore keeps something: the SHA-1 of a text in hex, malloc'd. Thread: any.
 */
char *signin_file_key(const char *text);
/* The object in ~/.aws/FOLDER/KEY.json; NULL when there is none that can be read, or it is a link.
 * Free with signin_json_free(). Thread: any. */
cJSON *signin_file_read(const char *folder, const char *key);
/* Writes it there, mode 0600, whole or not at all, through no link; the folder is made, mode 0700.
 * False when that fails: a cache is for the next time only. Thread: any. */
bool signin_file_write(const char *folder, const char *key, const cJSON *json);
/* A token that another program keeps up to date in a file (a link is followed: Kubernetes mounts
 * them so), without white space at the end; wipe it with buf_wipe_free(). False with
 * ERR_CREDENTIALS also when it is empty, longer than 64 KiB or holds a control character. Thread:
 * any. */
bool signin_file_token(const char *path, struct buf *out, struct err *err);

#endif
