/* The release engine: commands in, models out. It owns its thread, its workers and the journal's
 * rows of one release. */
#ifndef CORE_RELEASE_H
#define CORE_RELEASE_H

#include <stdbool.h>
#include <stddef.h>

#include "aws/call.h"
#include "core/event.h"
#include "core/journal.h"
#include "core/model.h"
#include "core/options.h"
#include "core/plan.h"

enum command_kind {
    COMMAND_GO,          /* start what is planned */
    COMMAND_RETRY,       /* a cell, or every failed cell and disk when image < 0 */
    COMMAND_WISH_PUBLIC, /* a cell, or every cell of an image (region < 0), or all (both < 0) */
    COMMAND_WISH_PRIVATE,
    COMMAND_LEAVE_OUT, /* a region (image < 0: of all images) */
    COMMAND_REJOIN,
    COMMAND_PAUSE, /* uploads start no new part */
    COMMAND_CONTINUE,
    COMMAND_CONNECTIONS, /* number: how many connections uploads use */
    COMMAND_SIGN_IN,     /* there was a login: look for it now */
    COMMAND_STOP,        /* end what is in flight, keep all; resumable */
    COMMAND_REFUSE,      /* a person says no to the plan */
    COMMAND_KINDS
};

struct command {
    enum command_kind kind;
    int image, region; /* indexes in the plan; -1 for all */
    int number;
};

struct release_options {
    struct aws *aws;
    const struct settings *settings;
    struct journal *journal;
    struct plan *plan;     /* taken over; not resolved yet for a new release */
    bool resumed;          /* the plan comes from the journal: goes on without :go */
    bool found;            /* resumed, and this journal has the plan from the bucket just now */
    const char *take_over; /* nonce of a lease's holder whom a person agreed to replace; NULL */
    bool go;               /* starts as soon as the plan is complete: --yes on a screen */
    bool attended;         /* a person looks on: credentials that are over are waited for */
    bool rehearsal, read_only, trace;
    int wake_fd; /* an eventfd to write to when there is a new model or event; -1 for none */
};

struct release;
/* Starts the engine's thread. The options' pointers outlive the release. Thread: main. */
struct release *release_start(const struct release_options *options);
/* Queues a command; never waits for the engine. Thread: ui or main. */
void release_command(struct release *r, const struct command *command);
/* The latest model, with a reference for the caller (model_unref). Never NULL. Thread: any. */
struct model *release_model(struct release *r);
struct event_list *release_events(struct release *r);
/* For aws_options.trace: counts tries and, with --trace, adds call events. arg is a struct release
 * *_Atomic *, which may still hold NULL. Thread: worker. */
void release_trace(void *arg, const struct aws_trace *trace);
/* Stops (as COMMAND_STOP), waits for the engine and its workers, frees. Thread: main. */
void release_end(struct release *r);

#endif
