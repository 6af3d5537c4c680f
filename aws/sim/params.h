/* An ordered list of names and values: form fields, query strings, headers, tags. */
#ifndef AWS_SIM_PARAMS_H
#define AWS_SIM_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str;

struct param {
    char *name;
    char *value; /* never NULL; NUL-terminated */
    size_t len;  /* bytes of value: a decoded %00 makes it longer than strlen(value) */
};

/* Starts zeroed; kept in order of arrival. */
struct params {
    struct param *list;
    size_t count, size;
};

/* Appends the percent-decoded text, with `plus_is_space` (forms, query strings) a plus as a space.
 * False when an escape is malformed. Thread: any. */
bool percent_decode(struct str *out, const char *text, size_t len, bool plus_is_space);

/* Appends a copy. Thread: any. */
void params_add(struct params *p, const char *name, const char *value);

/* Replaces the first value of that name, or appends. Thread: any. */
void params_set(struct params *p, const char *name, const char *value);

/* Appends what a query string or a form body says (`a=b&c=%20+`), percent and plus decoded.
 * False when an escape is malformed; what came before it stays. Thread: any. */
bool params_parse(struct params *p, const char *text, size_t len);

/* The first value of that name (exact, case counts), or NULL. Valid while *p is unchanged.
 * Thread: any. */
const char *params_get(const struct params *p, const char *name);

/* params_get of a formatted name: params_getf(p, "Filter.%d.Value.%d", n, m). Thread: any. */
const char *params_getf(const struct params *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* How many n = 1, 2, 3... there are without a gap so that a parameter `prefix.n` or one below it
 * (`prefix.n.…`) is present. params_count(p, "Filter"), params_count(p, "Filter.2.Value").
 * Thread: any. */
int params_count(const struct params *p, const char *prefix);

/* Whether a parameter `prefix` or one below it is present. Thread: any. */
bool params_has(const struct params *p, const char *prefix);

/* "true" in any case is true; absent or anything else false. Thread: any. */
bool params_true(const struct params *p, const char *name);

/* A decimal integer into *out; false (and *out untouched) when absent or no such number.
 * Thread: any. */
bool params_int(const struct params *p, const char *name, int64_t *out);

/* Appends copies of all of `from`. Thread: any. */
void params_copy(struct params *to, const struct params *from);

/* Removes every value of that name; frees all. Thread: any. */
void params_remove(struct params *p, const char *name);
void params_free(struct params *p);

#endif
