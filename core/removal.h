/* Takes AMIs and snapshots away in the order in which nothing can be orphaned: the AMI, wait until
 * EC2 knows it no longer, then its snapshots that nothing else uses. */
#ifndef CORE_REMOVAL_H
#define CORE_REMOVAL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "aws/call.h"
#include "aws/ec2_images.h"
#include "base/clock.h"
#include "base/err.h"

/* Of program time: what EC2 shows lags behind what it did by seconds, seldom by minutes. */
#define REMOVAL_LAG_MS ((clock_ms)10 * 60 * 1000)

/* An action with one id and nothing else. */
typedef bool removal_ask(struct call *c, const char *id, struct err *err);

/* One region's removals; used by one thread. */
struct removal {
    struct call *call;
    const atomic_bool *cancel;
    const char *image; /* the AMI whose snapshots these are: it does not count as their user; "" for
                          none */
    /* Asks for a change; whoever keeps a journal writes it around the request. */
    bool (*ask)(struct removal *r, const char *action, const char *id, removal_ask *ask,
                struct err *err);
    /* True for an AMI that will be removed later and takes its snapshots along. */
    bool (*goes_later)(const struct removal *r, const char *image);
};

/* How a wait goes on: zeroed at its begin. */
struct removal_wait {
    clock_ms delay, waited;
};
/* One more look after a while: 0.1 s of program time, then each time 1.5 times later, up to 15 s.
 * False after REMOVAL_LAG_MS (ERR_STALLED; what says what is still so) or on cancel
 * (ERR_CANCELLED). Thread: worker. */
bool removal_again(struct removal *r, struct removal_wait *wait, const char *what, struct err *err);

/* The state of an AMI; EC2_IMAGE_GONE when EC2 knows it no longer. Thread: worker. */
bool removal_look(struct removal *r, const char *image, enum ec2_image_state *state,
                  struct err *err);
/* Looks until the AMI is in that state; what says what is so otherwise. Thread: worker. */
bool removal_wait_for(struct removal *r, const char *image, enum ec2_image_state wanted,
                      const char *what, struct err *err);
/* Deregisters, unless it is gone, and looks until EC2 knows it no longer; its snapshots stay.
 * Thread: worker. */
bool removal_take_image(struct removal *r, const char *image, struct err *err);

/* Who maps a snapshot but r->image: AMIs that stay (*user is the first of them, malloc'd, or NULL)
 * and how many that go later. Thread: worker. */
bool removal_users(struct removal *r, const char *snapshot, char **user, size_t *later,
                   struct err *err);

enum removal_end {
    REMOVAL_DONE,
    REMOVAL_WAS_GONE,
    REMOVAL_LATER /* an AMI that goes later takes it along */
};
/* Deletes a snapshot; EC2 may call it in use for a while after its AMI has gone. ERR_BLOCKED with
 * AWS's words, and the AMI in the advice, when one that stays uses it. Thread: worker. */
bool removal_delete_snapshot(struct removal *r, const char *snapshot, enum removal_end *end,
                             struct err *err);

#endif
