/* What an operator wants to know of an inventory: releases in flight, import tasks, what is
 * pending, uploads, and what has changed since. Derived alone: no AWS, no threads, no clock. */
#ifndef CORE_WATCH_H
#define CORE_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "core/inventory.h"
#include "core/journal.h"
#include "core/model.h"

/* A release is what has one tag tatami:id; without that what has one tag tatami:release; without
 * that what has one AMI name without the system. It is in flight while
 *  - something of it moves: a pending AMI, a pending snapshot that carries its tags or is made for
 *    one of its AMIs, an active import task, an unfinished upload; or
 *  - this machine's journal has it unfinished; or
 *  - it is young (its youngest AMI, or the last change that was seen, is less than half an hour
 *    old) and not settled: an AMI is missing somewhere, or only some AMIs are public; or
 *  - it is tagged, was seen to come to stand everywhere and is private, for five minutes: the wave
 *    may come. One that was private and complete before the first look is not in flight.
 * The regions that a release goes to are those of the plan in this machine's journal. Without that
 * they are all of the inventory for a tagged release until something of it is public: then the
 * publish barrier was passed, and regions where it does not stand are none of its own (SKIP).
 * Nothing says where a release without tags goes: its regions are those where it stands. A release
 * that was in flight and is not any more has ended; it stays in the list for an hour. */

enum watch_by {
    WATCH_YOURS,  /* this machine's journal knows its tatami:id */
    WATCH_TAGGED, /* by its tags */
    WATCH_NAMED   /* no tags of tatami: by the names of its AMIs */
};

/* Strings are never NULL; those from AWS are as AWS gave them (text_safe() before they are drawn).
 * Everything below lives until the next watch_update(). */

/* A release in one region, all its images together. */
struct watch_cell {
    const char *region;
    enum word word; /* of the image that is least far: FAIL, STAL, UPLD, IMPT, COPY, WAIT, PRIV,
                       PUBL; RTRY: does not answer, and it is not known to be done; SKIP: the
                       release does not go there */
    bool known;     /* false: the region's AMIs were never read */
    bool old;       /* the last look at the region failed: the word is of the look before */
    int percent;    /* of the slowest AMI that is pending; -1 unknown */
};

/* One image of a release. */
struct watch_image {
    const char *name;       /* of the AMI */
    const char *short_name; /* the part of it that tells it from the release's others */
    enum word stage;
    size_t done;               /* regions in which it is where it shall be */
    const char *oldest_region; /* where something has been pending for longest; "" for none */
    clock_ms oldest_ms;        /* for how long */
    clock_ms eta_ms;           /* -1 unknown; 0: nothing is left */
    const char *next;          /* next event, a few words: "9 copies, first in 0:02" */
    const char *waits;         /* who waits and for what: "nobody" */
};

struct watch_release {
    const char *name, *id; /* id: tatami:id, "" without */
    enum watch_by by;
    const char *by_text; /* "you", "tatami 4c1f09aa", "? (no tatami tags)" */
    bool in_flight;
    bool followed;
    bool shall_be_public; /* by the journal's plan; else because one of its AMIs is public */
    time_t started_at;    /* the oldest thing of it; 0 unknown */
    time_t ended_at;      /* when it was seen to have ended; 0 in flight */
    clock_ms took_ms;     /* from the start until now, or until its last change */
    enum word stage;      /* of its image that is furthest on its way; FAIL when nothing moves and
                             something failed */
    const struct watch_cell *cells; /* in the order of the inventory's regions */
    size_t cell_count;
    size_t wanted;                    /* cells that are not SKIP */
    size_t done;                      /* cells in which every image is where it shall be */
    size_t failed;                    /* cells with WORD_FAIL */
    clock_ms eta_ms;                  /* -1 unknown; 0: nothing is left */
    const struct watch_image *images; /* by name */
    size_t image_count;
    uint64_t failures; /* failures of AMIs and tasks that were seen to happen, or stood there */
};

struct watch_import {
    const char *region;
    const struct inventory_import *row;
    enum word word;    /* IMPT, STAL, DONE, FAIL */
    clock_ms age_ms;   /* of a task that has ended: until it ended */
    bool age_at_least; /* the task was there at the first look, it may be older */
    clock_ms idle_ms;  /* since the last change that was seen */
    clock_ms eta_ms;   /* -1 unknown */
};

enum watch_pending_kind { WATCH_PENDING_IMAGE, WATCH_PENDING_SNAPSHOT };

struct watch_pending {
    enum watch_pending_kind kind;
    const char *region, *id;
    const char *name;    /* of the AMI; a snapshot's description */
    const char *release; /* "" unknown */
    enum word word;      /* COPY; IMPT: at home or by VM Import; UPLD: blocks are being put; STAL */
    int percent;         /* -1 unknown */
    clock_ms age_ms, idle_ms, eta_ms; /* eta -1 unknown */
};

struct watch_upload {
    const char *region;
    const struct inventory_upload *row;
    const char *release; /* as its key says below "tatami/"; "" when it does not */
    enum word word;      /* UPLD, STAL */
    clock_ms age_ms, idle_ms;
    uint64_t rate; /* bytes a second since it was first seen; 0 unknown */
};

enum watch_alarm {
    WATCH_QUIET,
    WATCH_FAILED, /* the first failure of a release, or of a task that belongs to none */
    WATCH_ENDED   /* a release has ended */
};

/* Something that was seen to change. Its strings live as long as the watch keeps it: the last 2000.
 */
struct watch_change {
    uint64_t number; /* from 1, without gaps */
    time_t at;       /* calendar, program's clock: when it was seen */
    enum word word;
    enum watch_alarm alarm;
    const char *region;            /* "" for a release as a whole */
    const char *release;           /* "" for none */
    const char *id;                /* the AMI, snapshot, task or upload; "" for none */
    const char *image;             /* the AMI's name; "" for none */
    const char *what;              /* a few words: "42% to 64%", "public", "copy started" */
    const char *code, *request_id; /* of a failed look; "" for none */
    int progress;                  /* percent; -1 for none */
};

struct watch_counts {
    size_t releases, yours, others, ended; /* releases: in flight; ended: in the list besides */
    size_t tasks, tasks_active, tasks_stalled, tasks_done, tasks_failed;
    size_t pending_images, pending_snapshots, uploads;
    size_t regions, regions_answered, regions_failed, regions_throttled;
};

struct watch_view {
    uint64_t number; /* of the inventory that it was made of */
    clock_ms now_ms;
    time_t now;
    struct watch_counts counts;
    const struct watch_release *releases; /* yours first, then in flight, then by start */
    size_t release_count;
    const struct watch_import *imports; /* active ones first, then those that ended, by region */
    size_t import_count;
    const struct watch_pending *pending; /* oldest first */
    size_t pending_count;
    const struct watch_upload *uploads; /* oldest first */
    size_t upload_count;
    bool uploads_visible;                          /* some bucket is looked at */
    clock_ms usual_import_ms[2], usual_copy_ms[2]; /* shortest and longest: of those that were seen
                                                      from start to end, else core's default */
    const struct watch_change *changes;            /* oldest first */
    size_t change_count, unread; /* the last `unread` ones came after watch_mark_read() */
    time_t read_at;              /* the last watch_mark_read(), else the first update */
};

/* Keeps what was seen from one inventory to the next. One thread at a time. Thread: any. */
struct watch;
struct watch *watch_new(void);
/* NULL is a no-op. */
void watch_free(struct watch *w);
/* What this machine's journal knows, from journal_list(); replaces what was said before. A row
 * whose plan cannot be read counts by its id alone. */
void watch_set_own(struct watch *w, const struct journal_release *releases, size_t count);
/* This release (its name or its tatami:id) stands in the list whether it is in flight or not, as
 * soon as the inventory has anything of it. NULL: none. */
void watch_follow(struct watch *w, const char *release);
/* Takes the next inventory (a reference is kept until the one after) and derives everything anew;
 * what differs from the one before becomes changes. The first look at a region is no change, and an
 * AMI or snapshot is gone when two looks in a row do not show it (EC2 is eventually consistent; a
 * reference is kept so long). now is
 * calendar time. Lives until the next call or watch_free(). */
const struct watch_view *watch_update(struct watch *w, struct inventory *inventory, time_t now);
/* The same view again; NULL before the first update. */
const struct watch_view *watch_view(const struct watch *w);
/* Everything that has changed so far was read. The view's unread and read_at follow at once. */
void watch_mark_read(struct watch *w, time_t now);

/* Every region has answered once, or failed: before that what it counts is no truth yet, and no
 * release begins or ends. */
bool watch_is_whole(const struct inventory *inventory);
/* The release of this name or tatami:id (in flight before ended), or NULL. */
const struct watch_release *watch_find(const struct watch_view *view, const char *release);
/* Appends "3 releases in flight: 1 yours, 2 other   7 import tasks: 4 active, 1 stuck, 2 done". */
void watch_summary(const struct watch_view *view, struct buf *out);
/* Appends a terminal's title, of safe text: "19/34 acme/1.2.3 - tatami watch", failures first. */
void watch_title(const struct watch_view *view, struct buf *out);
/* Appends a duration as the screens show it: "0:07:10", "12 d". */
void watch_add_duration(struct buf *out, clock_ms duration);

#endif
