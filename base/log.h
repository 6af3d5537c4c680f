/* The log: one JSON object a line, mode 0600, without secrets. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

#include "base/err.h"

/* Opens (appends to) the file; it becomes log.jsonl.1 when it is over 16 MiB. Without it log_* do
 * nothing. Thread: main. */
bool log_open(const char *path, struct err *err);
/* Closes it; log_* then do nothing again. Thread: main. */
void log_close(void);

/* Writes {"time":...,"level":"info","what":what,"text":...}. what is a short constant word. The
 * formatted text passes base/text. Thread: any. */
void log_info(const char *what, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same with level "warn". Thread: any. */
void log_warn(const char *what, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Writes every field of the error. Thread: any. */
void log_error(const char *what, const struct err *err);

#endif
