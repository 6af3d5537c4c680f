/* What stands in the account, in all regions at once: own AMIs, snapshots, import tasks, staging
 * objects and unfinished uploads, and what ties them to each other. Filtered by nothing but
 * ownership. */
#ifndef CORE_INVENTORY_H
#define CORE_INVENTORY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"

struct aws;

/* Everything below inventory_ref() is immutable. Strings are as AWS gave them (text_safe() before
 * they are drawn), never NULL: "" is absent. Times are calendar times, 0 when not known, unless
 * they end in _ms. */

struct inventory_tag {
    const char *key, *value;
};

enum inventory_ami_state {
    INVENTORY_AMI_AVAILABLE,
    INVENTORY_AMI_PENDING,
    INVENTORY_AMI_DISABLED,
    INVENTORY_AMI_FAILED,
    INVENTORY_AMI_OTHER /* the text says which */
};

enum inventory_protection {
    INVENTORY_UNPROTECTED,
    INVENTORY_PROTECTED,
    INVENTORY_PROTECTED_COOLDOWN, /* on; a cooldown follows when it is lifted */
    INVENTORY_COOLING             /* lifted, and AWS still refuses for a while */
};

struct inventory_image {
    const char *id, *name, *description, *owner, *architecture, *boot_mode;
    enum inventory_ami_state state;
    const char *state_text, *state_reason;
    const char *source_id, *source_region; /* the AMI that it was copied from */
    const char *release;    /* its tag tatami:release, else its name without the system; never "" */
    bool release_by_tag;    /* false: by its name */
    const char *release_id; /* tag tatami:id */
    const char *image;      /* tag tatami:image */
    time_t created_at, deprecated_at, last_launched_at; /* last launch lags 24 h at AWS */
    bool is_public, encrypted;
    enum inventory_protection protection;
    const char *protection_text;  /* as EC2 words it */
    const char *const *snapshots; /* ids, one for every EBS mapping that names one */
    size_t snapshot_count;
    unsigned volume_gib;     /* all volumes */
    uint64_t snapshot_bytes; /* full sizes of its snapshots, as far as known: an upper bound, since
                                blocks are shared with other snapshots */
    const struct inventory_tag *tags;
    size_t tag_count;
};

enum inventory_snapshot_state {
    INVENTORY_SNAPSHOT_COMPLETED,
    INVENTORY_SNAPSHOT_PENDING,
    INVENTORY_SNAPSHOT_ERROR,
    INVENTORY_SNAPSHOT_OTHER
};

struct inventory_snapshot {
    const char *id, *description, *tier;
    enum inventory_snapshot_state state;
    const char *state_text, *state_message;
    int progress; /* percent; -1 when EC2 does not say */
    unsigned volume_gib;
    uint64_t full_bytes; /* FullSnapshotSizeInBytes; 0 when EC2 does not say */
    time_t started_at;
    bool encrypted;
    const char *release, *release_id, *image, *disk; /* its tags; "" without */
    const char *made_for; /* the AMI that it was made for: a tag, or what EC2's description of a
                             copy or CreateImage says; "" when nothing says it */
    unsigned users;       /* own AMIs of this region whose mappings name it */
    const struct inventory_tag *tags;
    size_t tag_count;
};

enum inventory_import_state {
    INVENTORY_IMPORT_ACTIVE,
    INVENTORY_IMPORT_COMPLETED,
    INVENTORY_IMPORT_ENDED /* without a snapshot; the text says how */
};

struct inventory_import {
    const char *task_id, *description;
    enum inventory_import_state state;
    const char *state_text, *message, *snapshot_id;
    const char *bucket; /* that it reads from */
    int progress;       /* percent; -1 when EC2 does not say */
    const char *release, *release_id, *image, *disk;
    clock_ms seen_at_ms;  /* program time of the first look that showed it: EC2 gives no date */
    clock_ms moved_at_ms; /* of the first look that showed this state, percent and message */
    bool seen_to_start;   /* an earlier look did not have it: its age is known, else it is at least
                             that */
    const struct inventory_tag *tags;
    size_t tag_count;
};

/* An object below tatami's prefix in a bucket that is looked at; not a release's lease and plan. */
struct inventory_object {
    const char *bucket, *key;
    uint64_t bytes;
    time_t modified_at;
    const char *release, *release_id; /* its tags; "" where they could not be read */
    bool is_plan; /* the plan or lease of a release that is not finished: no leftover */
};

/* A multipart upload that nobody has completed or aborted. */
struct inventory_upload {
    const char *bucket, *key, *upload_id;
    time_t initiated_at;
    uint64_t bytes; /* of the parts that have arrived */
    unsigned parts;
    time_t last_part_at;  /* when the newest of them did; 0 without any */
    clock_ms moved_at_ms; /* of the first look that showed so many bytes */
};

enum inventory_kind {
    INVENTORY_IMAGES,
    INVENTORY_SNAPSHOTS,
    INVENTORY_IMPORTS,
    INVENTORY_OBJECTS, /* of the buckets that are named, in the bucket's region */
    INVENTORY_UPLOADS,
    INVENTORY_KINDS
};

enum inventory_look {
    INVENTORY_UNREAD,  /* no answer yet */
    INVENTORY_READ,    /* the rows are what AWS said at read_at */
    INVENTORY_FAILED,  /* the last look failed with err; rows and read_at are of the look before, or
                          the rows of those buckets that could be read */
    INVENTORY_UNASKED, /* nobody asks: not among the kinds, or no bucket of this region is named */
};

/* What is known of one kind in one region, and since when. */
struct inventory_reading {
    enum inventory_look look;
    clock_ms read_at_ms; /* program time of the last whole answer; 0: never */
    int failures;        /* in a row */
    struct err err;      /* of the last one */
};

/* What one region said. Rows are sorted by id (objects and uploads by bucket and key). */
struct inventory_region {
    const char *name;
    struct inventory_reading readings[INVENTORY_KINDS];
    const struct inventory_image *images;
    size_t image_count;
    const struct inventory_snapshot *snapshots;
    size_t snapshot_count;
    const struct inventory_import *imports;
    size_t import_count;
    const struct inventory_object *objects;
    size_t object_count;
    const struct inventory_upload *uploads;
    size_t upload_count;
    clock_ms next_at_ms; /* program time of the next look; CLOCK_NEVER for none */
    clock_ms interval_ms;
    bool throttled; /* the interval is longer because AWS asked for it */
};

/* The whole, as far as it is known. */
struct inventory {
    uint64_t number; /* rises with every change */
    char account[16];
    const char *alias, *identity;
    struct err err;  /* why nothing can be read at all; kind ERR_NONE while that is not so */
    clock_ms now_ms; /* program time when it was made */
    const struct inventory_region *const *regions; /* in the order of the region's name; none until
                                                      EC2 has said which are enabled */
    size_t region_count;
    size_t regions_answered; /* every kind that is asked was read at least once, or failed */
    size_t regions_failed;   /* some kind's last look failed */
};

/* One more reference, and one less; the last one frees. NULL is a no-op. Thread: any. */
struct inventory *inventory_ref(struct inventory *inventory);
void inventory_unref(struct inventory *inventory);

/* The row with this id, or NULL. Thread: any. */
const struct inventory_image *inventory_find_image(const struct inventory_region *region,
                                                   const char *id);
const struct inventory_snapshot *inventory_find_snapshot(const struct inventory_region *region,
                                                         const char *id);
const struct inventory_region *inventory_find_region(const struct inventory *inventory,
                                                     const char *name);
/* The tag's value, or NULL. Thread: any. */
const char *inventory_tag_value(const struct inventory_tag *tags, size_t count, const char *key);
/* True when the region's rows of this kind are whole, though perhaps old: only then is what is not
 * there known to be absent. Thread: any. */
bool inventory_known(const struct inventory_region *region, enum inventory_kind kind);
/* "ec2:DescribeImages" and the like, for sentences. Thread: any. */
const char *inventory_kind_name(enum inventory_kind kind);

struct inventory_options {
    struct aws *aws;
    const char *home;           /* asked which regions are enabled */
    const char *const *regions; /* none: all enabled ones */
    size_t region_count;
    const char *const *buckets; /* looked at for staging objects and uploads */
    size_t bucket_count;
    unsigned kinds;       /* bits 1 << INVENTORY_... that are read; 0: all */
    clock_ms interval_ms; /* between two looks at a region where nothing moves; 0: one look */
    int wake_fd;          /* an eventfd that rings with every change; -1: none */
};

/* Reads in threads of its own, one a region: each region answers or fails for itself, every page of
 * one Describe a kind and look. With an interval it looks again: at a third of it where something
 * moves, at a sixth where something nears its end, but at most once a second; not sooner after a
 * look than the look itself took; and up to eight times slower while AWS throttles. All strings are
 * copied. Never NULL. Thread: main. */
struct inventory_reader;
struct inventory_reader *inventory_open(const struct inventory_options *options);
/* What is known now; the caller's reference. Never waits. Thread: any. */
struct inventory *inventory_latest(struct inventory_reader *reader);
/* Looks again at once, in one region or (NULL) in all. Thread: any. */
void inventory_refresh(struct inventory_reader *reader, const char *region);
/* Another interval, from now on. Thread: any. */
void inventory_set_interval(struct inventory_reader *reader, clock_ms interval_ms);
/* Waits until every region has answered or failed once, nothing can be read at all, or *cancel;
 * then as inventory_latest(). Thread: main or worker. */
struct inventory *inventory_wait(struct inventory_reader *reader, const atomic_bool *cancel);
/* Cancels what is under way, waits for the threads, frees. NULL is a no-op. Thread: main. */
void inventory_close(struct inventory_reader *reader);

#endif
