/* A release as a whole: its states and the table that moves it. Pure. */
#ifndef CORE_PHASE_H
#define CORE_PHASE_H

#include <stdbool.h>

enum phase {
    PHASE_RESOLVING,  /* AWS is asked who we are and which regions there are */
    PHASE_PLANNED,    /* the plan is complete; waits for :go */
    PHASE_LEASING,    /* makes sure that nobody else carries it out */
    PHASE_RUNNING,    /* disks and cells move */
    PHASE_HELD,       /* nothing moves: a required cell or disk failed; a person decides */
    PHASE_PUBLISHING, /* the wave */
    PHASE_CLOSING,    /* all is settled; lease and plan go from the bucket */
    PHASE_DONE,     /* all that is asked is true, or will not become true without a person asking */
    PHASE_STOPPING, /* ends what is in flight, starts nothing */
    PHASE_STOPPED,  /* at rest; resumable */
    PHASE_REFUSED,  /* ended before anything was sent */
    PHASES
};

enum phase_event {
    PHASE_EVENT_RESOLVED,
    PHASE_EVENT_UNRESOLVED, /* AWS could not be asked, or the plan does not fit */
    PHASE_EVENT_GO,
    PHASE_EVENT_LEASED,  /* nobody else carries it out */
    PHASE_EVENT_OPEN,    /* the barrier: every required cell is verified or left out, and a wave is
                            asked */
    PHASE_EVENT_SETTLED, /* every cell is where its wish is, and nothing is in flight */
    PHASE_EVENT_CLOSED,  /* nothing in the bucket says any more that it is carried out */
    PHASE_EVENT_HOLD,    /* nothing in flight and nothing to start, but not settled */
    PHASE_EVENT_MOVE,    /* a retry, a wish, a left out region: there is work again */
    PHASE_EVENT_STOP,
    PHASE_EVENT_QUIET, /* stopping, and nothing is in flight any more */
    PHASE_EVENTS
};

struct phase_row {
    enum phase phase;
    enum phase_event event;
    enum phase next;
};

/* The table's row, or NULL when the event means nothing in this phase. Thread: any. */
const struct phase_row *phase_next(enum phase phase, enum phase_event event);
const char *phase_name(enum phase phase);

#endif
