/* A growable string. Escaping is in the verb. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

/* data is NUL-terminated whenever it is not NULL; length does not count the NUL. */
struct buf {
    char *data;
    size_t length;
    size_t capacity;
};

#define BUF_INIT ((struct buf){0})

/* Appends. Thread: any, one buf by one thread. */
void buf_add(struct buf *b, const void *bytes, size_t length);
/* Appends a string. Thread: any. */
void buf_add_str(struct buf *b, const char *s);
/* Appends one byte. Thread: any. */
void buf_add_char(struct buf *b, char c);
/* Appends as printf. Thread: any. */
void buf_add_fmt(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Percent-encodes everything but A-Za-z0-9-_.~ (RFC 3986 unreserved). Thread: any. */
void buf_add_uri(struct buf *b, const char *s);
/* The same, but '/' stays: a path. Thread: any. */
void buf_add_uri_path(struct buf *b, const char *path);
/* Escapes & < > " for XML text and attributes. Thread: any. */
void buf_add_xml(struct buf *b, const char *s);
/* A JSON string with its quotes; invalid UTF-8 becomes U+FFFD (RFC 8259). Thread: any. */
void buf_add_json(struct buf *b, const char *s);
/* Lower-case hex. Thread: any. */
void buf_add_hex(struct buf *b, const void *bytes, size_t length);
/* Base64 with padding (RFC 4648, section 4). Thread: any. */
void buf_add_base64(struct buf *b, const void *bytes, size_t length);

/* Empties, keeps the memory. Thread: any. */
void buf_reset(struct buf *b);
/* The text, "" when empty; valid until the next change. Thread: any. */
const char *buf_str(const struct buf *b);
/* Hands the text over: malloc'd, never NULL, the caller frees; the buf is empty after. Thread: any.
 */
char *buf_take(struct buf *b);
/* Frees; the buf may be used again. Thread: any. */
void buf_free(struct buf *b);
/* Overwrites what it held, then frees. Thread: any. */
void buf_wipe_free(struct buf *b);

/* Decodes base64 with padding; false when it is malformed. *out is malloc'd. Thread: any. */
bool base64_decode(const char *text, unsigned char **out, size_t *length);

#endif
