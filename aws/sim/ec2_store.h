/* What exists in EC2, of every account and region: found by id and walked in order of creation. */
#ifndef AWS_SIM_EC2_STORE_H
#define AWS_SIM_EC2_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/sim/content.h"
#include "aws/sim/ec2_grants.h"
#include "aws/sim/params.h"
#include "aws/sim/world.h"

enum ec2_type {
    EC2_IMAGE,
    EC2_SNAPSHOT,
    EC2_IMPORT,
    EC2_INSTANCE,
    EC2_TEMPLATE,
    EC2_RECIPE,
    EC2_REPORT,
    EC2_TYPES
};

/* What every resource has; the first member of each. */
struct ec2_resource {
    struct world *world;
    enum ec2_type type;
    uint64_t sequence; /* order of creation; pages are cut along it */
    char *id;
    char *region;
    char *account;
    int64_t created_ms;
    int64_t visible_ms; /* unknown to every call until then (eventual consistency) */
    unsigned flicker;   /* the describe call that misses it once, counted down; 0 when none will */
    uint64_t event;     /* its next change of state; cancelled with the resource */
    struct params tags;
    size_t place;                       /* region_index() of its region */
    struct ec2_resource *next_of_chain; /* the store's own */
    int64_t bin_enter_ms;               /* in the Recycle Bin since then ... */
    int64_t bin_exit_ms;                /* ... and until then; 0 outside of it */
};

enum ec2_snapshot_state {
    EC2_SNAPSHOT_PENDING,
    EC2_SNAPSHOT_COMPLETED,
    EC2_SNAPSHOT_ERROR,
    EC2_SNAPSHOT_RECOVERABLE, /* with --world only */
    EC2_SNAPSHOT_RECOVERING
};

struct ec2_snapshot {
    struct ec2_resource head;
    enum ec2_snapshot_state state;
    char *status_message;
    char *description;
    char *volume_id;
    char *kms_key_id;
    char *transfer_type;
    char *storage_tier; /* NULL: standard */
    char *source_id;    /* of a copy: the snapshot it is made from */
    int64_t full_bytes; /* fullSnapshotSizeInBytes: of the blocks of its content, once completed */
    int volume_size_gib;
    int completion_minutes;
    bool encrypted;
    int64_t begin_ms;     /* progress runs from 0% here ... */
    int64_t end_ms;       /* ... to 100% here */
    int64_t completed_ms; /* 0 before */
    int progress;         /* percent, as of the last refresh */
    struct ec2_grants grants;
    struct content *content; /* the disk's bytes; NULL when they are not known */
    char *doom;              /* it ends as an error with this message; NULL when it completes */
};

struct ec2_device {
    char *device_name;
    char *virtual_name;
    char *snapshot_id; /* NULL while a copy has not made it yet */
    char *volume_type;
    bool ebs;
    bool delete_on_termination;
    bool encrypted;
    int volume_size_gib;
    int iops;
    int throughput;
    int initialization_rate;
};

/* The last three come with --world only. */
enum ec2_image_state {
    EC2_IMAGE_PENDING,
    EC2_IMAGE_AVAILABLE,
    EC2_IMAGE_FAILED,
    EC2_IMAGE_DISABLED,
    EC2_IMAGE_DEREGISTERED,
    EC2_IMAGE_INVALID,
    EC2_IMAGE_TRANSIENT,
    EC2_IMAGE_ERROR
};

enum ec2_protection { EC2_PROTECTION_OFF, EC2_PROTECTION_ON, EC2_PROTECTION_ON_COOLDOWN };

struct ec2_image {
    struct ec2_resource head;
    enum ec2_image_state state;
    char *name;
    char *description;
    char *location;
    char *architecture;
    char *virtualization_type;
    char *root_device_name;
    char *sriov_net_support;
    char *boot_mode;
    char *tpm_support;
    char *imds_support;
    char *uefi_data;
    char *kernel_id;
    char *ramdisk_id;
    char *source_image_id;
    char *source_image_region;
    char *reason_code;
    char *reason_message;
    bool ena_support;
    int64_t deprecation_ms;
    int64_t last_launched_ms;
    int64_t *launches; /* later ones, in order; shown once they are a day old */
    size_t launch_count;
    enum ec2_protection protection;
    int64_t cooldown_until_ms; /* still protected until then; 0 when not cooling down */
    bool mapping_hidden;       /* a pending copy that does not show its devices yet */
    int64_t ready_ms;          /* of a copy: when pending ends */
    int64_t available_ms;      /* since when it is available; 0 before */
    char *doom;                /* pending ends as failed for this reason; NULL: as available */
    char *relapse;             /* available turns failed for this reason; NULL: stays */
    int64_t listed_until_ms;   /* after deregistering: shown until then, then an empty answer ... */
    int64_t known_until_ms;    /* ... until then, then not found */
    struct ec2_grants grants;
    struct ec2_device *devices;
    size_t device_count;
};

enum ec2_import_state {
    EC2_IMPORT_PENDING, /* taken, not begun */
    EC2_IMPORT_ACTIVE,
    EC2_IMPORT_COMPLETED,
    EC2_IMPORT_DELETING,
    EC2_IMPORT_DELETED
};

struct ec2_import {
    struct ec2_resource head;
    enum ec2_import_state state;
    char *description;
    char *disk_description;
    char *format;
    char *url;
    char *bucket;
    char *key;
    char *role;
    char *kms_key_id;
    char *status_message;
    char *snapshot_id;
    bool encrypted;
    double disk_image_size_bytes;
    int progress;           /* percent, as of the last refresh; 0 is not shown */
    int64_t begin_ms;       /* the conversion runs from here ... */
    int64_t end_ms;         /* ... to here */
    int64_t ended_ms;       /* completed or deleted at; 0 before */
    struct content *source; /* the object's bytes as they were at the start */
    struct content *disk;   /* the disk in them; NULL when unknown */
    uint64_t disk_bytes;    /* size of the disk */
    bool stands_still;      /* for a month */
    char *doom;             /* ends as deleted with this message; NULL when the disk is sound */
};

/* Adds an empty resource of `type`, with `id` or, when that is NULL, a fresh one, in a region that
 * exists. The store owns it. Thread: any, lock held. */
struct ec2_resource *ec2_store_add(struct world *w, enum ec2_type type, const char *id,
                                   const char *region, const char *account);

/* Cancels its next event, removes and frees it. Thread: any, lock held. */
void ec2_store_remove(struct ec2_resource *resource);

/* Cancels its next event and removes it without freeing it: the caller's until it is put back,
 * where it was in the order, or freed. Thread: any, lock held. */
void ec2_store_take(struct ec2_resource *resource);
void ec2_store_put(struct ec2_resource *resource);
void ec2_store_free(struct ec2_resource *resource);

/* The resource of that id in `region`, of any account and visible or not; NULL when there is none.
 * Thread: any, lock held. */
struct ec2_resource *ec2_store_find(enum ec2_type type, const char *region, const char *id);

/* All resources of one type in order of creation: the first with a sequence above `after`, or NULL.
 * Thread: any, lock held. */
struct ec2_resource *ec2_store_next(enum ec2_type type, uint64_t after);

/* The same in one region, `place` being its region_index(). Thread: any, lock held. */
struct ec2_resource *ec2_store_next_in(enum ec2_type type, size_t place, uint64_t after);

/* Walks all resources of a type; the current one may be removed. */
#define EC2_EACH(type, r)                                                                          \
    for (uint64_t r##_at = 0;                                                                      \
         ((r) = ec2_store_next(type, r##_at)) != NULL && ((r##_at = (r)->sequence) != 0);)

/* The same in one region. */
#define EC2_EACH_IN(type, place, r)                                                                \
    for (uint64_t r##_at = 0; ((r) = ec2_store_next_in(type, place, r##_at)) != NULL &&            \
                              ((r##_at = (r)->sequence) != 0);)

/* Frees everything; events were forgotten before. Thread: any, lock held. */
void ec2_store_clear(void);

/* Adds an empty device to an image, at its end. Thread: any, lock held. */
struct ec2_device *ec2_image_add_device(struct ec2_image *image);

/* Removes the i-th device. Thread: any, lock held. */
void ec2_image_remove_device(struct ec2_image *image, size_t i);

/* Replaces *slot by a copy of `text` (NULL allowed), freeing what was there. Thread: any. */
void ec2_text_set(char **slot, const char *text);

#endif
