/* Errors are values: the one place that fills them in. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static const char *const kind_names[ERR_KINDS] = {
    [ERR_NONE] = "none",
    [ERR_USAGE] = "usage",
    [ERR_INPUT] = "input",
    [ERR_IO] = "io",
    [ERR_CANCELLED] = "cancelled",
    [ERR_NETWORK] = "network",
    [ERR_TIMEOUT] = "timeout",
    [ERR_THROTTLED] = "throttled",
    [ERR_SERVER] = "server",
    [ERR_SKEW] = "skew",
    [ERR_CREDENTIALS] = "credentials",
    [ERR_EXPIRED] = "expired",
    [ERR_DENIED] = "denied",
    [ERR_REGION_OFF] = "region-off",
    [ERR_NOT_FOUND] = "not-found",
    [ERR_NOT_READY] = "not-ready",
    [ERR_EXISTS] = "exists",
    [ERR_LIMIT] = "limit",
    [ERR_BLOCKED] = "blocked",
    [ERR_MISMATCH] = "mismatch",
    [ERR_INVALID] = "invalid",
    [ERR_REPLY] = "reply",
    [ERR_REFUSED] = "refused",
    [ERR_FAILED] = "failed",
    [ERR_VERIFY] = "verify",
    [ERR_STALLED] = "stalled",
};

static const enum err_kind passing[] = {ERR_NETWORK, ERR_TIMEOUT, ERR_THROTTLED, ERR_SERVER,
                                        ERR_REPLY};

bool err_set(struct err *err, enum err_kind kind, const char *format, ...)
{
    va_list args;

    if (err == NULL)
        return false;
    /* Formatted apart first: an argument may point into *err. */
    char message[sizeof err->message];
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);

    *err = (struct err){.kind = kind};
    memcpy(err->message, message, sizeof message);
    return false;
}

bool err_set_errno(struct err *err, enum err_kind kind, const char *format, ...)
{
    int number = errno;
    char message[sizeof err->message];
    char reason[128];
    va_list args;

    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return err_set(err, kind, "%s: %s", message, strerror_r(number, reason, sizeof reason));
}

bool err_advise(struct err *err, const char *format, ...)
{
    va_list args;

    if (err == NULL)
        return false;
    va_start(args, format);
    vsnprintf(err->advice, sizeof err->advice, format, args);
    va_end(args);
    return false;
}

const char *err_kind_name(enum err_kind kind)
{
    if ((unsigned)kind >= ERR_KINDS)
        return "unknown";
    return kind_names[kind];
}

enum err_kind err_kind_from_name(const char *name)
{
    for (size_t i = 0; name != NULL && i < ARRAY_LEN(kind_names); i++)
        if (strcmp(kind_names[i], name) == 0)
            return (enum err_kind)i;
    return ERR_NONE;
}

bool err_is_passing(enum err_kind kind)
{
    for (size_t i = 0; i < ARRAY_LEN(passing); i++)
        if (passing[i] == kind)
            return true;
    return false;
}
