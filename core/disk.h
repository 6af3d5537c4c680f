/* A disk on its way from a file to a snapshot in the home region, by a staging object that VM
 * Import reads or by EBS direct: its states and the table that moves it. Pure. */
#ifndef CORE_DISK_H
#define CORE_DISK_H

#include <stdbool.h>

enum disk_state {
    DISK_WAITING,       /* the release has not started, or another disk is first */
    DISK_CHECKING,      /* is the staging object there already, with the same digest? */
    DISK_OPENING,       /* CreateMultipartUpload is asked */
    DISK_SENDING,       /* parts are on their way */
    DISK_LOOKING,       /* direct: the file is opened and looked at */
    DISK_STARTING,      /* direct: StartSnapshot is asked */
    DISK_CLEARING,      /* direct: what dead attempts have left is deleted */
    DISK_PUTTING,       /* direct: blocks are on their way */
    DISK_COMPLETING,    /* CompleteMultipartUpload is asked */
    DISK_NOTING,        /* direct: digest and checksum are written into the snapshot's tags */
    DISK_SEALING,       /* direct: CompleteSnapshot is asked */
    DISK_MARKING,       /* the object's digest is written into its tags */
    DISK_ASKING_IMPORT, /* ImportSnapshot is asked */
    DISK_IMPORTING,     /* the import task is watched */
    DISK_PENDING,       /* direct: EBS finishes the snapshot, which is watched */
    DISK_TAGGING,       /* tags on the snapshot are asked */
    DISK_READY,         /* the snapshot is there */
    DISK_CLEANING,      /* DeleteObject is asked */
    DISK_DONE,          /* snapshot there, staging object gone */
    DISK_FAILED,        /* needs a person */
    DISK_STATES
};

enum disk_event {
    DISK_EVENT_START,
    DISK_EVENT_START_DIRECT,
    DISK_EVENT_ABSENT, /* no such object, or another content; direct: no snapshot of it is begun */
    DISK_EVENT_THERE,  /* the object holds this disk, by digest; it is marked as this release's */
    DISK_EVENT_HALF_SENT, /* an upload of this release is open; direct: its snapshot is pending */
    DISK_EVENT_OPENED,
    DISK_EVENT_SENT,
    DISK_EVENT_UPLOAD_GONE,  /* the upload id, or the pending snapshot, is no longer known */
    DISK_EVENT_STARTED,      /* direct: the snapshot takes blocks */
    DISK_EVENT_STARTED_ANEW, /* the same, and an earlier attempt has left one */
    DISK_EVENT_CLEARED,
    DISK_EVENT_PUT,    /* direct: every block is there */
    DISK_EVENT_CLOSED, /* direct: the snapshot takes nothing more; what became of it shows itself */
    DISK_EVENT_NOTED,
    DISK_EVENT_SEALED,
    DISK_EVENT_FINISHED,      /* direct: the snapshot is completed */
    DISK_EVENT_FINISHED_BARE, /* the same, and it lacks tags that it was given */
    DISK_EVENT_COMPLETED,
    DISK_EVENT_MARKED,
    DISK_EVENT_TASK_MADE,
    DISK_EVENT_IMPORTED,
    DISK_EVENT_TAGGED,
    DISK_EVENT_UNNEEDED, /* the home AMI is verified */
    DISK_EVENT_CLEANED,
    DISK_EVENT_NOT_CLEANED,
    DISK_EVENT_FAIL,
    DISK_EVENT_RETRY,        /* from the check on: what is there is found */
    DISK_EVENT_RETRY_IMPORT, /* the task ended badly: a new attempt */
    DISK_EVENT_RETRY_DIRECT,
    DISK_EVENTS
};

enum disk_action {
    DISK_DO_NOTHING,
    DISK_DO_CHECK,
    DISK_DO_OPEN,
    DISK_DO_SEND,
    DISK_DO_LOOK,
    DISK_DO_START,
    DISK_DO_CLEAR,
    DISK_DO_PUT,
    DISK_DO_NOTE,
    DISK_DO_SEAL,
    DISK_DO_COMPLETE,
    DISK_DO_MARK,
    DISK_DO_IMPORT,
    DISK_DO_WATCH,
    DISK_DO_TAG,
    DISK_DO_TELL, /* its image looks whether the home cell may start */
    DISK_DO_CLEAN,
    DISK_DO_REPORT
};

struct disk_row {
    enum disk_state state;
    enum disk_event event;
    enum disk_state next;
    enum disk_action action;
};

/* The table's row, or NULL when the event means nothing in this state. Thread: any. */
const struct disk_row *disk_next(enum disk_state state, enum disk_event event);
const char *disk_state_name(enum disk_state state);

#endif
