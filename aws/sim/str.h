/* A growable string; escaping is in the verb. */
#ifndef AWS_SIM_STR_H
#define AWS_SIM_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Starts zeroed. `data` is NULL while nothing was added, else NUL-terminated behind `len` bytes. */
struct str {
    char *data;
    size_t len, size;
};

/* Append bytes, a C string (NULL adds nothing), a formatted string. Thread: any. */
void str_add_bytes(struct str *s, const void *bytes, size_t len);
void str_add(struct str *s, const char *text);
void str_addf(struct str *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
void str_add_args(struct str *s, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* Appends text as XML character data: & < > " ' and control characters become references; a
 * character that XML 1.0 cannot hold becomes U+FFFD. Thread: any. */
void str_add_xml(struct str *s, const char *text);

/* Appends text percent-encoded as SigV4 does (RFC 3986 unreserved characters stay); with
 * `keep_slash` a slash stays too. Thread: any. */
void str_add_uri(struct str *s, const char *text, size_t len, bool keep_slash);

/* Appends bytes in lower-case hexadecimal, or in base64 with padding. Thread: any. */
void str_add_hex(struct str *s, const void *bytes, size_t len);
void str_add_base64(struct str *s, const void *bytes, size_t len);

/* The text, "" while nothing was added; valid until the next append. Thread: any. */
const char *str_text(const struct str *s);

/* Hands the malloc'd text over (never NULL) and leaves *s empty. Thread: any. */
char *str_take(struct str *s);

/* Empties and frees. Thread: any. */
void str_free(struct str *s);

#endif
