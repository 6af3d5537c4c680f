/* The one session with AWS of a program, made when it is first needed, and the reader of the
 * account over it. */
#ifndef CORE_SESSION_H
#define CORE_SESSION_H

#include "base/clock.h"
#include "base/err.h"

struct aws;
struct aws_config;
struct aws_trace;
struct inventory_reader;
struct rehearsal;
struct settings;

/* Zero it, fill in what the caller sets, end it with session_close(). */
struct session {
    /* Set by the caller. */
    struct settings *settings;   /* settings->region becomes the profile's where none was given */
    struct rehearsal *rehearsal; /* NULL: it is for real */
    void (*trace)(void *arg, const struct aws_trace *trace);
    void *trace_arg;
    struct err problem; /* what signing in ended with just now: told once instead of trying again,
                           so that a screen does not wait for it; ERR_NONE for none */
    bool on_screen;     /* the console has the terminal: nobody is asked for an MFA code on it */
    /* What there is. */
    struct aws_config *config;
    struct aws *aws; /* NULL until session_connect() */
};

/* Reads ~/.aws and signs in, which may ask AWS, this machine, a program, or the person at the
 * terminal; with settings->account it asks who this is, and ERR_REFUSED when it is another. At once
 * true when that is done already. May be tried again after a failure. Thread:
 * main. */
bool session_connect(struct session *s, struct err *err);
/* Connects and reads the account: all regions (watch and cleanup: settings->regions), the buckets
 * that are named, again every interval_ms (0: one look); wake_fd as in inventory_open(). NULL with
 * *err set. Close it before the session. Thread: main. */
struct inventory_reader *session_read(struct session *s, clock_ms interval_ms, int wake_fd,
                                      struct err *err);
/* Frees; after the last call has ended. Thread: main. */
void session_close(struct session *s);

#endif
