/* Errors are values: what went wrong, as a kind to decide on and words to show. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

/* What the program decides on. Retry and screens look at the kind, never at the text. */
enum err_kind {
    ERR_NONE,
    ERR_USAGE,       /* the command line or the configuration is wrong */
    ERR_INPUT,       /* a file that was handed over is not what it must be */
    ERR_IO,          /* a local file, the journal or memory failed */
    ERR_CANCELLED,   /* the task's cancel flag was set */
    ERR_NETWORK,     /* no answer: connection, DNS, TLS, a reset; passing */
    ERR_TIMEOUT,     /* no answer in time; passing */
    ERR_THROTTLED,   /* AWS asks to slow down; passing */
    ERR_SERVER,      /* AWS failed inside (5xx); passing */
    ERR_SKEW,        /* our clock is off by too much; the call layer corrects it once */
    ERR_CREDENTIALS, /* no credentials, or AWS does not know them */
    ERR_EXPIRED,     /* the credentials were good and are no longer */
    ERR_DENIED,      /* the credentials may not do this */
    ERR_REGION_OFF,  /* the region is not enabled for the account */
    ERR_NOT_FOUND,   /* the resource does not exist, or not yet */
    ERR_NOT_READY,   /* the resource exists but is still pending */
    ERR_EXISTS,      /* the name is taken, or the object is already there */
    ERR_LIMIT,       /* a quota or a limit of the account is reached */
    ERR_BLOCKED,     /* block public access, or another guard of the account */
    ERR_MISMATCH,    /* an idempotency token with other parameters, or a checksum that differs */
    ERR_INVALID,     /* AWS refuses the request as wrong */
    ERR_REPLY,       /* what was answered cannot be read, or is not AWS's; passing */
    ERR_REFUSED,     /* tatami itself refuses: read only, a guard, a person */
    ERR_FAILED,      /* AWS accepted, then the resource failed */
    ERR_VERIFY,      /* what was read back is not what was asked */
    ERR_STALLED,     /* nothing has moved for too long */
    ERR_KINDS
};

struct err {
    enum err_kind kind;
    int http_status;     /* 0 where no answer came */
    char operation[64];  /* "CopyImage", "open" */
    char region[32];     /* "" where there is none */
    char code[96];       /* AWS's error code, "" where there is none */
    char request_id[96]; /* AWS's request id, "" where there is none */
    char message[512];   /* one sentence; AWS's own words where AWS spoke. Not yet safe to draw. */
    char advice[256];    /* what to do, "" where nothing is known */
};

/* The zero error. */
#define ERR_INIT ((struct err){0})

/* Sets kind and message, clears everything else, and returns false, so that a function can
 * end with `return err_set(err, ERR_INPUT, "...")`. err may be NULL. Thread: any. */
bool err_set(struct err *err, enum err_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Like err_set, with strerror(errno) behind the message. Thread: any. */
bool err_set_errno(struct err *err, enum err_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Sets what to do about it; err may be NULL. Always returns false. Thread: any. */
bool err_advise(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The kind's name for logs and JSON, such as "throttled". Never NULL. Thread: any. */
const char *err_kind_name(enum err_kind kind);

/* The kind that err_kind_name called so; ERR_NONE when there is none. Thread: any. */
enum err_kind err_kind_from_name(const char *name);

/* True when the same request may succeed later without anybody doing anything.
 * Thread: any. */
bool err_is_passing(enum err_kind kind);

#endif
