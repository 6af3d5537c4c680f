/* The transition table of a release. */
#include "core/phase.h"

#include "base/mem.h"

static const struct phase_row rows[] = {
    {PHASE_RESOLVING, PHASE_EVENT_RESOLVED, PHASE_PLANNED},
    {PHASE_RESOLVING, PHASE_EVENT_UNRESOLVED, PHASE_REFUSED},
    {PHASE_RESOLVING, PHASE_EVENT_STOP, PHASE_REFUSED},
    {PHASE_PLANNED, PHASE_EVENT_GO, PHASE_LEASING},
    {PHASE_PLANNED, PHASE_EVENT_UNRESOLVED, PHASE_REFUSED},
    {PHASE_PLANNED, PHASE_EVENT_STOP, PHASE_REFUSED},
    {PHASE_LEASING, PHASE_EVENT_LEASED, PHASE_RUNNING},
    {PHASE_LEASING, PHASE_EVENT_UNRESOLVED, PHASE_REFUSED},

    {PHASE_RUNNING, PHASE_EVENT_OPEN, PHASE_PUBLISHING},
    {PHASE_RUNNING, PHASE_EVENT_SETTLED, PHASE_CLOSING},
    {PHASE_RUNNING, PHASE_EVENT_HOLD, PHASE_HELD},
    {PHASE_PUBLISHING, PHASE_EVENT_SETTLED, PHASE_CLOSING},
    {PHASE_PUBLISHING, PHASE_EVENT_HOLD, PHASE_HELD},
    {PHASE_HELD, PHASE_EVENT_MOVE, PHASE_RUNNING},
    {PHASE_HELD, PHASE_EVENT_OPEN, PHASE_PUBLISHING},
    {PHASE_HELD, PHASE_EVENT_SETTLED, PHASE_CLOSING},
    {PHASE_CLOSING, PHASE_EVENT_CLOSED, PHASE_DONE},
    {PHASE_DONE, PHASE_EVENT_MOVE, PHASE_LEASING},

    {PHASE_LEASING, PHASE_EVENT_STOP, PHASE_STOPPING},
    {PHASE_RUNNING, PHASE_EVENT_STOP, PHASE_STOPPING},
    {PHASE_HELD, PHASE_EVENT_STOP, PHASE_STOPPING},
    {PHASE_PUBLISHING, PHASE_EVENT_STOP, PHASE_STOPPING},
    {PHASE_CLOSING, PHASE_EVENT_STOP, PHASE_STOPPING},
    {PHASE_STOPPING, PHASE_EVENT_QUIET, PHASE_STOPPED},
};

const struct phase_row *phase_next(enum phase phase, enum phase_event event)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].phase == phase && rows[i].event == event)
            return &rows[i];
    return NULL;
}

const char *phase_name(enum phase phase)
{
    static const char *const names[PHASES] = {
        [PHASE_RESOLVING] = "resolving", [PHASE_PLANNED] = "planned",
        [PHASE_LEASING] = "leasing",     [PHASE_RUNNING] = "running",
        [PHASE_HELD] = "held",           [PHASE_PUBLISHING] = "publishing",
        [PHASE_CLOSING] = "closing",     [PHASE_DONE] = "done",
        [PHASE_STOPPING] = "stopping",   [PHASE_STOPPED] = "stopped",
        [PHASE_REFUSED] = "refused",
    };
    return names[phase];
}
