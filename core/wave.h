/* Makes the AMIs of a release public or private in all regions at once, and reads it back. */
#ifndef CORE_WAVE_H
#define CORE_WAVE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "aws/call.h"
#include "base/err.h"
#include "core/event.h"
#include "core/find.h"

enum wave_state {
    WAVE_AS_WISHED, /* read back before anything was asked, or not meant */
    WAVE_WAITING,
    WAVE_ASKED, /* EC2 took it, or its answer was lost; read back until it is true */
    WAVE_DONE,  /* read back as wished */
    WAVE_FAILED
};

/* One AMI in the wave. */
struct wave_row {
    struct find_ami *ami; /* is_public is kept as last read back */
    enum wave_state state;
    bool changed; /* EC2 took the change, or may have taken it */
    struct err err;
};

struct wave {
    const char *name; /* of the release */
    bool make_public;
    struct find_result *found;
    struct wave_row *rows; /* as found->amis */
    size_t row_count;
    size_t waiting; /* rows that have to change */
};

/* Lays out the wave: what is public already, what has to change. An older AMI of the same name is
 * made private but never public. found outlives the wave. Free with wave_free(). Thread: any. */
void wave_plan(struct wave *w, const char *name, bool make_public, struct find_result *found);
void wave_free(struct wave *w);

struct wave_run {
    struct aws *aws;
    const atomic_bool *cancel; /* may be NULL */
    struct event_list *events; /* gets an event for each change of state */
    void (*told)(void *arg);   /* after an event, one at a time; may be NULL. Thread: any */
    void *arg;
};
/* Asks EC2 for each waiting row, all regions at once, then reads back until it is true: after 0.1 s
 * of program time, each time 1.5 times later, up to 15 s; two minutes in which nothing moves in a
 * region are a failure of its rows (ERR_VERIFY). Thread: main. */
void wave_run(struct wave *w, const struct wave_run *run);

/* The exit status: 0 when every AMI found is as wished and every region answered; 130 when it was
 * interrupted or the credentials expired; 3 when something was changed and something is not as
 * wished; else 1. Thread: any. */
int wave_status(const struct wave *w);

#endif
