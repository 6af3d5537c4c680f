/* Cleaning up: what may go, what must stay and why, and the plan of it. Pure: asks nobody. */
#ifndef CORE_CLEANUP_H
#define CORE_CLEANUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "core/cleanup_ladder.h"
#include "core/family.h"
#include "core/inventory.h"
#include "core/recycle.h"
#include "core/rules.h"
#include "core/usage.h"

/* ---- what a row is ---- */

/* In the order of enum rules_kind. */
enum cleanup_kind {
    CLEANUP_IMAGE,
    CLEANUP_SNAPSHOT, /* without an AMI; an AMI's own go with it */
    CLEANUP_OBJECT,
    CLEANUP_UPLOAD,
    CLEANUP_KINDS
};

/* "AMI", "snapshot", "staging object", "upload": with an s for any count but 1. Thread: any. */
const char *cleanup_kind_name(enum cleanup_kind kind, size_t count);

/* Why a row stays; the first that holds, in this order. Marks never override one but
 * CLEANUP_NEWEST. */
enum cleanup_why {
    CLEANUP_MAY,           /* nothing speaks against it */
    CLEANUP_OTHERS,        /* another account's, or another service's (AWS Backup, DLM) */
    CLEANUP_PENDING,       /* still being made */
    CLEANUP_KEEP,          /* carries the tag tatami:keep */
    CLEANUP_PROTECTED,     /* from deregistration, or the protection's cooldown runs */
    CLEANUP_UNREAD,        /* the region's AMIs and snapshots were not all read */
    CLEANUP_IN_USE,        /* something names it */
    CLEANUP_SHARED,        /* a snapshot that an AMI uses which stays */
    CLEANUP_HAS_IMAGE,     /* a snapshot by itself whose AMI is there, or in the Recycle Bin */
    CLEANUP_NOT_AN_IMAGES, /* a snapshot that nothing says was an AMI's: a volume's backup */
    CLEANUP_UNDER_WAY,     /* an AMI that is being copied; else younger than a day, or its upload or
                              import moves */
    CLEANUP_STEP_DONE,     /* the gentler step was taken before */
    CLEANUP_STEP_EARLY,    /* the step before it was not taken, or not long enough ago */
    CLEANUP_NEWEST,        /* of its family; by hand it may go */
    CLEANUP_UNCHECKED,     /* nobody asked who uses it */
    CLEANUP_WHYS
};

/* The word for a table ("IN USE", "PROTECTED", "" for CLEANUP_MAY) and for JSON ("in-use").
 * Thread: any. */
const char *cleanup_why_label(enum cleanup_why why);
const char *cleanup_why_name(enum cleanup_why why);
/* The box of a row that is not marked: ' ' may be marked, '!' in use, '?' not checked (may be
 * marked, and is then checked), '#' stays. Thread: any. */
char cleanup_box(enum cleanup_why why);

/* One row of the inventory; exactly one of the pointers below the region is set. */
struct cleanup_row {
    enum cleanup_kind kind;
    const char *id;   /* AMI or snapshot id; s3://bucket/key; s3://bucket/key#upload-id. With the
                         region it is the row's identity */
    const char *name; /* of the AMI; else the description, or the key */
    const struct inventory_region *region;
    const struct inventory_image *image;
    const struct inventory_snapshot *snapshot;
    const struct inventory_object *object;
    const struct inventory_upload *upload;
    const struct family_rank *rank;  /* of an AMI; else NULL */
    const struct usage_entry *usage; /* NULL: not checked */
    time_t made_at, launched_at;     /* 0: not known; never, as far as EC2 says */
    uint64_t bytes;                  /* upper bound */
    uint64_t cost_micros;            /* a month, upper bound; 0 without a price */
    enum cleanup_why why;            /* for a person who marks it: never CLEANUP_NEWEST */
    bool newest;                     /* of its family: no rule takes it */
};

/* ---- the table ---- */

enum cleanup_fold { CLEANUP_BY_RELEASE, CLEANUP_BY_FAMILY };
enum cleanup_sort {
    CLEANUP_SORT_NAME,
    CLEANUP_SORT_AGE, /* oldest first */
    CLEANUP_SORT_LAUNCH,
    CLEANUP_SORT_SIZE, /* largest first; that is also the cost */
    CLEANUP_SORT_REGIONS,
    CLEANUP_SORTS
};

/* Rows that belong together; AMIs by release or family, then the orphan snapshots, then staging
 * objects, then uploads. */
struct cleanup_group {
    enum cleanup_kind kind;
    const char *title;   /* the release or family; "" where the kind says all */
    const char *newest;  /* name of the family's newest AMI; "" when there is none */
    size_t first, count; /* in cleanup_view.rows, by region, then id */
    unsigned regions;
    unsigned missing; /* regions where the family's widest release stands and this one does
                         not */
    unsigned is_public, in_use, unchecked, kept, protected_rows, snapshots;
    bool unread; /* a region that was not read may hold more */
    time_t first_made_at, last_made_at, last_launched_at;
    uint64_t bytes, cost_micros;
    enum cleanup_why why; /* the first of its rows' that is not CLEANUP_MAY */
};

struct cleanup_view {
    const struct cleanup_group *groups;
    size_t group_count;
    const struct cleanup_row *rows;
    size_t row_count;
    size_t shown_images, total_images; /* "212 of 1904 shown" */
    struct inventory *inventory;       /* the view's references */
    struct usage *usage;
};

struct cleanup_view_options {
    struct inventory *inventory;
    const struct families *families; /* of that inventory, outlives the view; NULL: sorted
                                        anew, which takes longer */
    struct usage *usage;             /* may be NULL */
    const struct rules *rules;       /* NULL: shows everything */
    enum cleanup_fold fold;
    enum cleanup_sort sort;
    bool reverse;
    enum cleanup_step step;
    int step_days;
    uint64_t price_micros; /* of a GiB and month; 0: none */
    time_t now;            /* clock_calendar() */
};
/* Everything that the rules match, folded and sorted, with totals and verdicts. Never NULL; rows,
 * titles and pointers live until cleanup_view_free(). Thread: any. */
struct cleanup_view *cleanup_view_new(const struct cleanup_view_options *options);
void cleanup_view_free(struct cleanup_view *view);

/* The verdict as a sentence part, ready to be drawn: "in use: 2 template versions, 1 instance",
 * "protected: enabled-with-cooldown". The caller frees. Thread: any. */
struct safe_text cleanup_row_reason(const struct cleanup_row *row);
/* "2 templates", "11 instances", "? not checked", "-", "checking". The caller frees. Thread: any.
 */
struct safe_text cleanup_usage_text(const struct usage_entry *entry);
/* "≤$34.00/month" or, without a price, "≤680.0 GiB". Thread: any. */
struct safe_text cleanup_amount(uint64_t bytes, uint64_t cost_micros, uint64_t price_micros,
                                bool ascii);
/* A month's price of so many bytes, rounded up. Thread: any. */
uint64_t cleanup_cost(uint64_t bytes, uint64_t price_micros);
/* "0.05" dollars in millionths; ERR_USAGE. Thread: any. */
bool cleanup_parse_price(const char *text, uint64_t *micros, struct err *err);

/* ---- the plan ---- */

/* A snapshot of an AMI in the plan. */
struct cleanup_snapshot {
    const char *id;
    uint64_t bytes;
    const char *kept_for; /* why it stays: the AMI that still uses it and is not in the plan,
                             "tatami:keep", or "other" when it is not this account's to delete; "":
                             it goes, after the last AMI of the plan that uses it */
};

/* One thing to be done. */
struct cleanup_item {
    enum cleanup_kind kind;
    const char *region, *id, *name, *release;
    const char *reason; /* why it is in the plan: what rules_explain() says, or "by hand" */
    bool by_hand;
    /* What must still be so when its turn comes (kind decides which count). */
    const char *owner, *state;
    time_t made_at, launched_at;
    bool is_public;
    const char *step_tag;                     /* cleanup_ladder's tag as it was; "" for none */
    const struct cleanup_snapshot *snapshots; /* of an AMI: every one it names */
    size_t snapshot_count;
    const char *bucket, *key, *upload_id; /* objects and uploads; "" else */
    uint64_t bytes;                       /* what goes, upper bound */
    int undo_days; /* in the Recycle Bin: the shorter of AMI and snapshots; 0: PERMANENT; -1: not
                      known, shown as PERMANENT too. Steps before the last can be undone by hand */
};

/* Something that was meant and stays. */
struct cleanup_skip {
    enum cleanup_kind kind;
    const char *region, *id, *name, *release;
    enum cleanup_why why;
    const char *reason; /* in words */
};

/* A region that could not be read whole: there may be more. */
struct cleanup_unread {
    const char *region, *reason;
};

struct cleanup_totals {
    size_t images, public_images, snapshots, objects,
        uploads; /* snapshots: those of AMIs that go, and orphans */
    size_t regions, releases;
    size_t by_hand;
    size_t skipped, skips[CLEANUP_WHYS];
    size_t shared_snapshots; /* of AMIs in the plan, that stay */
    uint64_t bytes, cost_micros;
    size_t permanent_regions; /* of those with anything that cannot be had back */
    int undo_days;            /* the shortest of the other regions; 0 where there is none */
};

/* Immutable; strings are as AWS gave them. Refcounted. */
struct cleanup_plan {
    char hash[65]; /* SHA-256 in hex of everything below but itself */
    char account[16];
    const char *alias, *identity;
    time_t made_at;
    enum cleanup_step step;
    int step_days;
    const char *rules; /* as a filter line; "" by hand */
    uint64_t price_micros;
    const struct cleanup_item *items; /* by region, kind, name, id */
    size_t item_count;
    const struct cleanup_skip *skips;
    size_t skip_count;
    const struct cleanup_unread *unread;
    size_t unread_count;
    struct cleanup_totals totals;
};
struct cleanup_plan *cleanup_plan_ref(struct cleanup_plan *plan);
void cleanup_plan_unref(struct cleanup_plan *plan);

/* What a person marked. */
struct cleanup_mark {
    enum cleanup_kind kind;
    const char *region, *id;
};

struct cleanup_plan_options {
    struct inventory *inventory;
    const struct families *families;  /* of that inventory; NULL: sorted anew */
    struct usage *usage;              /* may be NULL: then no AMI is in the plan */
    struct recycle *recycle;          /* may be NULL: nothing is called undoable, and no bin is
                                         thought to hold the AMI of a snapshot */
    const struct rules *rules;        /* what rules choose; may be NULL or choose nothing */
    const struct cleanup_mark *marks; /* by hand, beside the rules */
    size_t mark_count;
    enum cleanup_step step;
    int step_days;
    uint64_t price_micros;
    time_t now;
};
/* Never NULL. A mark that the inventory no longer holds is left out. AMIs that share a snapshot: it
 * goes only when all of its users do. Thread: any. */
struct cleanup_plan *cleanup_plan_new(const struct cleanup_plan_options *options);

/* AMIs that the rules or marks mean and that nothing but CLEANUP_UNCHECKED holds back: to be handed
 * to usage_check() before the plan is made. *out is malloc'd (the strings live as long as the
 * inventory). Thread: any. */
size_t cleanup_plan_questions(const struct cleanup_plan_options *options,
                              struct usage_question **out);

/* The phrase that a person types: "deregister 68", "disable 3", "private 12", "delete 5" without
 * AMIs: the verb and the count of items. The caller frees. Thread: any. */
char *cleanup_phrase(const struct cleanup_plan *plan);
/* The first CLEANUP_HASH_SHORT characters name a plan in words; --yes takes as many or more. */
#define CLEANUP_HASH_SHORT 12
/* True when what a person gave is the plan's hash or a long enough beginning of it. Thread: any. */
bool cleanup_hash_given(const struct cleanup_plan *plan, const char *given);

/* ---- the plan's file ---- */

/* Appends the plan as JSON, one item a line, hash included. Thread: any. */
void cleanup_plan_write(const struct cleanup_plan *plan, struct buf *out);
/* Reads it back. ERR_INPUT when it is no plan, or when its hash is not that of what it says: it was
 * changed. NULL on failure. Thread: any. */
struct cleanup_plan *cleanup_plan_read(const char *text, size_t length, struct err *err);
/* The same to and from a file (mode 0600, written beside it and renamed). ERR_IO. Thread: main or
 * ui. */
bool cleanup_plan_save(const struct cleanup_plan *plan, const char *path, struct err *err);
struct cleanup_plan *cleanup_plan_load(const char *path, struct err *err);

/* True when an inventory that was read anew still holds the item as the plan has it. ERR_VERIFY
 * with a sentence for any difference: it is gone, was launched, is the newest of its family by now
 * and was not chosen by hand, and so on. families may be NULL: then nothing is newest. usage may be
 * NULL: then uses are not compared; so may recycle: then the bins hold nothing. Thread: any. */
bool cleanup_item_unchanged(const struct cleanup_plan *plan, const struct cleanup_item *item,
                            const struct inventory *inventory, const struct families *families,
                            const struct usage *usage, const struct recycle *recycle, time_t now,
                            struct err *err);

#endif
