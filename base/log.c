/* The log: one JSON object a line. */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

enum { LOG_BYTES_MAX = 16 << 20 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -1; /* under lock */

static bool rotate(const char *path, struct err *err)
{
    struct stat st;
    bool ok = true;

    if (lstat(path, &st) != 0 || st.st_size <= LOG_BYTES_MAX)
        return true;
    char *old = xasprintf("%s.1", path);
    if (rename(path, old) != 0)
        ok = err_set_errno(err, ERR_IO, "cannot rename %s", path);
    free(old);
    return ok;
}

bool log_open(const char *path, struct err *err)
{
    if (!rotate(path, err))
        return false;
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_set_errno(err, ERR_IO, "cannot open the log %s", path);
    log_close();
    pthread_mutex_lock(&lock);
    log_fd = fd;
    pthread_mutex_unlock(&lock);
    return true;
}

void log_close(void)
{
    pthread_mutex_lock(&lock);
    if (log_fd >= 0)
        close(log_fd);
    log_fd = -1;
    pthread_mutex_unlock(&lock);
}

static void add_field(struct buf *line, const char *name, const char *raw)
{
    struct safe_text text = text_safe(raw);

    buf_add_fmt(line, ",\"%s\":", name);
    buf_add_json(line, text.utf8);
    text_free(&text);
}

static void start_line(struct buf *line, const char *level, const char *what)
{
    char time_text[24];

    clock_format_iso(clock_calendar(), time_text);
    buf_add_fmt(line, "{\"time\":\"%s\",\"level\":\"%s\"", time_text, level);
    add_field(line, "what", what);
}

/* Ends the line, writes it in one piece and frees it. A log that cannot be written is let go: there
 * is nowhere to say so. */
static void write_line(struct buf *line)
{
    buf_add_str(line, "}\n");
    pthread_mutex_lock(&lock);
    size_t done = 0;
    while (log_fd >= 0 && done < line->length) {
        ssize_t n = write(log_fd, line->data + done, line->length - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    pthread_mutex_unlock(&lock);
    buf_free(line);
}

static void log_text(const char *level, const char *what, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

static void log_text(const char *level, const char *what, const char *format, va_list args)
{
    struct buf line = BUF_INIT;
    char *raw = NULL;

    if (vasprintf(&raw, format, args) < 0)
        return;
    start_line(&line, level, what);
    add_field(&line, "text", raw);
    write_line(&line);
    free(raw);
}

void log_info(const char *what, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    log_text("info", what, format, args);
    va_end(args);
}

void log_warn(const char *what, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    log_text("warn", what, format, args);
    va_end(args);
}

void log_error(const char *what, const struct err *err)
{
    struct buf line = BUF_INIT;

    start_line(&line, "error", what);
    add_field(&line, "kind", err_kind_name(err->kind));
    buf_add_fmt(&line, ",\"http_status\":%d", err->http_status);
    add_field(&line, "operation", err->operation);
    add_field(&line, "region", err->region);
    add_field(&line, "code", err->code);
    add_field(&line, "request_id", err->request_id);
    add_field(&line, "message", err->message);
    add_field(&line, "advice", err->advice);
    write_line(&line);
}
