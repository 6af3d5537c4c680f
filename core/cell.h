/* A cell, one image in one region: its states and the table that moves it. Pure. */
#ifndef CORE_CELL_H
#define CORE_CELL_H

#include <stdbool.h>

enum cell_state {
    CELL_WAITING,     /* for its disks (home) or for the home AMI (copy) */
    CELL_CREATING,    /* RegisterImage or CopyImage is asked */
    CELL_PENDING,     /* EC2 works on it; watched */
    CELL_VERIFYING,   /* available; read back against the plan */
    CELL_SETTLING,    /* deprecation, protection, sharing are asked */
    CELL_CHECKING,    /* asked; read back */
    CELL_READY,       /* verified and private */
    CELL_PUBLISHING,  /* launch permission `all` is asked */
    CELL_CONFIRMING,  /* asked; read back until it is public */
    CELL_PUBLIC,      /* public, as read back */
    CELL_WITHDRAWING, /* taking launch permission `all` away is asked */
    CELL_RECEDING,    /* asked; read back until it is private */
    CELL_FAILED,      /* needs a person */
    CELL_LEFT_OUT,    /* no longer asked */
    CELL_STATES
};

enum cell_event {
    CELL_EVENT_START,     /* what it waited for is there */
    CELL_EVENT_CREATED,   /* the AMI has an id */
    CELL_EVENT_AVAILABLE, /* EC2 says available */
    CELL_EVENT_VERIFIED,  /* read back as asked */
    CELL_EVENT_SETTLED,   /* EC2 took deprecation, protection and sharing */
    CELL_EVENT_PUBLISH,   /* the wave, or a wish after it */
    CELL_EVENT_PUBLISHED, /* EC2 took the permission */
    CELL_EVENT_SEEN_PUBLIC,
    CELL_EVENT_WITHDRAW,  /* a wish: private again */
    CELL_EVENT_WITHDRAWN, /* EC2 took it */
    CELL_EVENT_SEEN_PRIVATE,
    CELL_EVENT_FAIL, /* the step failed for good, the AMI failed, verification differs, nothing
                        moves */
    CELL_EVENT_LEAVE_OUT,
    CELL_EVENT_OUTDATED,  /* a copy: the home AMI is made anew, so it is too */
    CELL_EVENT_RECREATE,  /* retry: a new attempt makes a new AMI */
    CELL_EVENT_REWATCH,   /* retry: the AMI that is there is read again */
    CELL_EVENT_REPUBLISH, /* retry: the permission is asked again */
    CELL_EVENT_REWITHDRAW,
    CELL_EVENT_REJOIN, /* a region that was left out takes part again */
    CELL_EVENTS
};

/* What the engine does on entering the next state. */
enum cell_action {
    CELL_DO_CREATE,   /* hand out RegisterImage or CopyImage */
    CELL_DO_WATCH,    /* the region polls AMIs (and snapshots while pending) */
    CELL_DO_SETTLE,   /* hand out deprecation, protection, sharing */
    CELL_DO_TELL,     /* the release looks whether the barrier opens */
    CELL_DO_PUBLISH,  /* hand out ModifyImageAttribute */
    CELL_DO_WITHDRAW, /* hand out its reverse */
    CELL_DO_REPORT    /* say what failed, then tell the release */
};

struct cell_row {
    enum cell_state state;
    enum cell_event event;
    enum cell_state next;
    enum cell_action action;
};

/* The table's row for state and event, or NULL when the event means nothing there. Thread: any. */
const struct cell_row *cell_next(enum cell_state state, enum cell_event event);

/* The retry that fits a failure in this state. Thread: any. */
enum cell_event cell_retry_event(enum cell_state failed_in, bool has_ami);

/* "verifying" for JSON and the journal. Thread: any. */
const char *cell_state_name(enum cell_state state);

#endif
