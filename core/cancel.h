/* Undoes an unfinished release: everything that it has made at AWS, found by its tags alone, and
 * taken away in the order in which nothing can be orphaned. */
#ifndef CORE_CANCEL_H
#define CORE_CANCEL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "core/inventory.h"

struct aws;

/* In the order in which a region is cleared. */
enum cancel_kind {
    CANCEL_UPLOAD, /* an unfinished multipart upload */
    CANCEL_IMPORT, /* an import task that runs, or whose snapshot was not tagged yet */
    CANCEL_IMAGE,  /* with its snapshots */
    CANCEL_SNAPSHOT,
    CANCEL_OBJECT, /* a staging object, the plan or the lease */
    CANCEL_KINDS
};
/* "AMI", with an s for any count but 1. Thread: any. */
const char *cancel_kind_name(enum cancel_kind kind, size_t count);

enum cancel_state {
    CANCEL_WAITING,
    CANCEL_KEPT, /* public, and nobody said that public ones go too */
    CANCEL_DONE,
    CANCEL_FAILED /* err says why */
};

/* One thing of the release. Strings are as AWS gave them. */
struct cancel_item {
    enum cancel_kind kind;
    char *region, *id;  /* AMI, snapshot or task id; s3://bucket/key */
    char *name;         /* of the AMI; else "" */
    char *bucket, *key; /* "" but for objects and uploads */
    char *upload_id;
    char *snapshot; /* of an import that has ended with one; "" else */
    char **snapshots;
    size_t snapshot_count; /* of an AMI */
    bool is_public;
    enum cancel_state state;
    struct err err;
};

struct cancel_list {
    struct cancel_item *items; /* by region, kind, id */
    size_t count;
    size_t counts[CANCEL_KINDS];
    size_t is_public;
    size_t unread; /* regions that did not answer: there may be more */
};
/* Frees what it holds and empties it. Thread: any. */
void cancel_list_free(struct cancel_list *list);

/* What the inventory has of the release: everything that bears the tag tatami:id with this id, and
 * below its folder in the buckets what bears it or, since nobody had tagged it yet, nothing.
 * with_public: AMIs that are public go too; else they and their snapshots are kept. Thread: any. */
void cancel_find(const struct inventory *inventory, const char *release, const char *id,
                 bool with_public, struct cancel_list *out);

struct cancel_run {
    struct aws *aws;
    const atomic_bool *cancel; /* may be NULL */
    bool unprotect; /* the release has protected its AMIs itself: its plan says so. Another guard
                       is a person's and stays */
    void (*told)(void *arg, const struct cancel_item *item); /* an item has ended; one at a time */
    void *arg;
};
/* Takes the waiting items away, all regions at once; a failure keeps what of its region must come
 * after it. Asking twice is harmless, so that whoever died halfway begins anew. Thread: main. */
void cancel_run(struct cancel_list *list, const struct cancel_run *run);

#endif
