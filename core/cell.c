/* The transition table of a cell. */
#include "core/cell.h"

#include "base/mem.h"

#define FAILS(state)                                                                               \
    {                                                                                              \
        state, CELL_EVENT_FAIL, CELL_FAILED, CELL_DO_REPORT                                        \
    }
#define RENEWS(state)                                                                              \
    {                                                                                              \
        state, CELL_EVENT_OUTDATED, CELL_WAITING, CELL_DO_TELL                                     \
    }
#define LEAVES(state)                                                                              \
    {                                                                                              \
        state, CELL_EVENT_LEAVE_OUT, CELL_LEFT_OUT, CELL_DO_TELL                                   \
    }

static const struct cell_row rows[] = {
    {CELL_WAITING, CELL_EVENT_START, CELL_CREATING, CELL_DO_CREATE},
    {CELL_CREATING, CELL_EVENT_CREATED, CELL_PENDING, CELL_DO_WATCH},
    {CELL_PENDING, CELL_EVENT_AVAILABLE, CELL_VERIFYING, CELL_DO_WATCH},
    {CELL_VERIFYING, CELL_EVENT_VERIFIED, CELL_SETTLING, CELL_DO_SETTLE},
    {CELL_SETTLING, CELL_EVENT_SETTLED, CELL_CHECKING, CELL_DO_WATCH},
    {CELL_CHECKING, CELL_EVENT_VERIFIED, CELL_READY, CELL_DO_TELL},

    {CELL_READY, CELL_EVENT_PUBLISH, CELL_PUBLISHING, CELL_DO_PUBLISH},
    {CELL_READY, CELL_EVENT_SEEN_PUBLIC, CELL_PUBLIC, CELL_DO_TELL},
    {CELL_PUBLISHING, CELL_EVENT_PUBLISHED, CELL_CONFIRMING, CELL_DO_WATCH},
    {CELL_CONFIRMING, CELL_EVENT_SEEN_PUBLIC, CELL_PUBLIC, CELL_DO_TELL},
    {CELL_PUBLIC, CELL_EVENT_WITHDRAW, CELL_WITHDRAWING, CELL_DO_WITHDRAW},
    {CELL_WITHDRAWING, CELL_EVENT_WITHDRAWN, CELL_RECEDING, CELL_DO_WATCH},
    {CELL_RECEDING, CELL_EVENT_SEEN_PRIVATE, CELL_READY, CELL_DO_TELL},

    FAILS(CELL_WAITING),
    FAILS(CELL_CREATING),
    FAILS(CELL_PENDING),
    FAILS(CELL_VERIFYING),
    FAILS(CELL_SETTLING),
    FAILS(CELL_CHECKING),
    FAILS(CELL_READY),
    FAILS(CELL_PUBLISHING),
    FAILS(CELL_CONFIRMING),
    FAILS(CELL_WITHDRAWING),
    FAILS(CELL_RECEDING),

    RENEWS(CELL_CREATING),
    RENEWS(CELL_PENDING),
    RENEWS(CELL_VERIFYING),
    RENEWS(CELL_SETTLING),
    RENEWS(CELL_CHECKING),
    RENEWS(CELL_READY),
    RENEWS(CELL_FAILED),

    {CELL_FAILED, CELL_EVENT_RECREATE, CELL_WAITING, CELL_DO_TELL},
    {CELL_FAILED, CELL_EVENT_REWATCH, CELL_PENDING, CELL_DO_WATCH},
    {CELL_FAILED, CELL_EVENT_REPUBLISH, CELL_PUBLISHING, CELL_DO_PUBLISH},
    {CELL_FAILED, CELL_EVENT_REWITHDRAW, CELL_WITHDRAWING, CELL_DO_WITHDRAW},

    LEAVES(CELL_WAITING),
    LEAVES(CELL_CREATING),
    LEAVES(CELL_PENDING),
    LEAVES(CELL_VERIFYING),
    LEAVES(CELL_SETTLING),
    LEAVES(CELL_CHECKING),
    LEAVES(CELL_READY),
    LEAVES(CELL_FAILED),
    {CELL_LEFT_OUT, CELL_EVENT_REJOIN, CELL_WAITING, CELL_DO_TELL},
    {CELL_LEFT_OUT, CELL_EVENT_REWATCH, CELL_PENDING, CELL_DO_WATCH},
};

const struct cell_row *cell_next(enum cell_state state, enum cell_event event)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].state == state && rows[i].event == event)
            return &rows[i];
    return NULL;
}

enum cell_event cell_retry_event(enum cell_state failed_in, bool has_ami)
{
    static const enum cell_event by_state[CELL_STATES] = {
        [CELL_WAITING] = CELL_EVENT_RECREATE,     [CELL_CREATING] = CELL_EVENT_RECREATE,
        [CELL_PENDING] = CELL_EVENT_REWATCH,      [CELL_VERIFYING] = CELL_EVENT_REWATCH,
        [CELL_SETTLING] = CELL_EVENT_REWATCH,     [CELL_CHECKING] = CELL_EVENT_REWATCH,
        [CELL_READY] = CELL_EVENT_REWATCH,        [CELL_PUBLISHING] = CELL_EVENT_REPUBLISH,
        [CELL_CONFIRMING] = CELL_EVENT_REPUBLISH, [CELL_WITHDRAWING] = CELL_EVENT_REWITHDRAW,
        [CELL_RECEDING] = CELL_EVENT_REWITHDRAW,
    };
    return has_ami ? by_state[failed_in] : CELL_EVENT_RECREATE;
}

const char *cell_state_name(enum cell_state state)
{
    static const char *const names[CELL_STATES] = {
        [CELL_WAITING] = "waiting",
        [CELL_CREATING] = "creating",
        [CELL_PENDING] = "pending",
        [CELL_VERIFYING] = "verifying",
        [CELL_SETTLING] = "settling",
        [CELL_CHECKING] = "checking",
        [CELL_READY] = "ready",
        [CELL_PUBLISHING] = "publishing",
        [CELL_CONFIRMING] = "confirming",
        [CELL_PUBLIC] = "public",
        [CELL_WITHDRAWING] = "withdrawing",
        [CELL_RECEDING] = "receding",
        [CELL_FAILED] = "failed",
        [CELL_LEFT_OUT] = "left out",
    };
    return names[state];
}
