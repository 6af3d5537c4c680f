/* The transition table of a disk. */
#include "core/disk.h"

#include "base/mem.h"

#define FAILS(state)                                                                               \
    {                                                                                              \
        state, DISK_EVENT_FAIL, DISK_FAILED, DISK_DO_REPORT                                        \
    }

static const struct disk_row rows[] = {
    {DISK_WAITING, DISK_EVENT_START, DISK_CHECKING, DISK_DO_CHECK},

    {DISK_CHECKING, DISK_EVENT_ABSENT, DISK_OPENING, DISK_DO_OPEN},
    {DISK_CHECKING, DISK_EVENT_HALF_SENT, DISK_SENDING, DISK_DO_SEND},
    {DISK_CHECKING, DISK_EVENT_THERE, DISK_MARKING, DISK_DO_MARK},

    {DISK_OPENING, DISK_EVENT_OPENED, DISK_SENDING, DISK_DO_SEND},
    {DISK_SENDING, DISK_EVENT_SENT, DISK_COMPLETING, DISK_DO_COMPLETE},
    {DISK_SENDING, DISK_EVENT_UPLOAD_GONE, DISK_CHECKING, DISK_DO_CHECK},
    {DISK_COMPLETING, DISK_EVENT_COMPLETED, DISK_MARKING, DISK_DO_MARK},
    {DISK_COMPLETING, DISK_EVENT_UPLOAD_GONE, DISK_CHECKING, DISK_DO_CHECK},
    {DISK_MARKING, DISK_EVENT_MARKED, DISK_ASKING_IMPORT, DISK_DO_IMPORT},
    {DISK_ASKING_IMPORT, DISK_EVENT_TASK_MADE, DISK_IMPORTING, DISK_DO_WATCH},
    {DISK_IMPORTING, DISK_EVENT_IMPORTED, DISK_TAGGING, DISK_DO_TAG},
    {DISK_TAGGING, DISK_EVENT_TAGGED, DISK_READY, DISK_DO_TELL},

    {DISK_READY, DISK_EVENT_UNNEEDED, DISK_CLEANING, DISK_DO_CLEAN},
    {DISK_CLEANING, DISK_EVENT_CLEANED, DISK_DONE, DISK_DO_TELL},
    {DISK_CLEANING, DISK_EVENT_NOT_CLEANED, DISK_READY, DISK_DO_NOTHING},

    FAILS(DISK_WAITING),
    FAILS(DISK_CHECKING),
    FAILS(DISK_OPENING),
    FAILS(DISK_SENDING),
    FAILS(DISK_COMPLETING),
    FAILS(DISK_MARKING),
    FAILS(DISK_ASKING_IMPORT),
    FAILS(DISK_IMPORTING),
    FAILS(DISK_TAGGING),

    {DISK_FAILED, DISK_EVENT_RETRY, DISK_CHECKING, DISK_DO_CHECK},
    {DISK_FAILED, DISK_EVENT_RETRY_IMPORT, DISK_ASKING_IMPORT, DISK_DO_IMPORT},
};

const struct disk_row *disk_next(enum disk_state state, enum disk_event event)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].state == state && rows[i].event == event)
            return &rows[i];
    return NULL;
}

const char *disk_state_name(enum disk_state state)
{
    static const char *const names[DISK_STATES] = {
        [DISK_WAITING] = "waiting",       [DISK_CHECKING] = "checking",
        [DISK_OPENING] = "opening",       [DISK_SENDING] = "uploading",
        [DISK_COMPLETING] = "completing", [DISK_MARKING] = "marking",
        [DISK_ASKING_IMPORT] = "asking",  [DISK_IMPORTING] = "importing",
        [DISK_TAGGING] = "tagging",       [DISK_READY] = "ready",
        [DISK_CLEANING] = "cleaning",     [DISK_DONE] = "done",
        [DISK_FAILED] = "failed",
    };
    return names[state];
}
