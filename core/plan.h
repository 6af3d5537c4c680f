/* The plan of a release: what is asked, complete and checked. Written before anything is sent,
 * never changed afterwards; changes of the plan (left out, wishes) are journalled beside it. */
#ifndef CORE_PLAN_H
#define CORE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/ec2_sharing.h"
#include "aws/query.h"
#include "base/err.h"
#include "core/image.h"

/* In front of the key of every staging object. */
#define PLAN_STAGING_PREFIX "tatami/"

struct settings; /* core/options.h: command line and configuration, merged */

enum publish_when { PUBLISH_ALL, PUBLISH_EACH };

/* How a disk's bytes become a snapshot: a staging object that VM Import reads, or block by block.
 */
enum plan_via { VIA_IMPORT, VIA_DIRECT };

struct plan_disk {
    char *role;   /* "root", or "boot" and "root" of a two-disk image */
    char *path;   /* absolute */
    char *device; /* "/dev/xvda", "/dev/xvdb" */
    char *key;    /* of the staging object: "tatami/{release}/{image name}/{role}", made safe for
                     keys and s3:// URLs; no two plans of other names share one. The same release
                     finds there what was sent already, on any machine */
    char *sha256; /* of the whole file, in hex; NULL when it was not asked for */
    struct image_mark summed; /* the file of that sum, in the run that made it; else all 0 */
    char *parent;             /* the snapshot that EBS direct starts from; NULL for none */
    enum image_format format;
    uint64_t file_bytes;
    uint64_t logical_bytes;
    int volume_gib; /* --volume-size, else the first disk's size rounded up, if it holds this one */
};

struct plan_image {
    char *name;   /* of the AMI */
    char *label;  /* "25.11.1234", "-ZFS" behind it for two disks of a NixOS build */
    char *system; /* "x86_64-linux" */
    enum image_arch arch;
    char *boot_mode;              /* "uefi", "legacy-bios", "uefi-preferred" */
    char *description;            /* NULL for none */
    char *tpm, *imds, *uefi_data; /* "v2.0" or NULL; "v2.0" or NULL; base64 or NULL */
    char *base;                   /* what --base says: a release or a snapshot; NULL for none */
    bool ena, sriov;
    char *volume_type;
    struct plan_disk *disks;
    size_t disk_count;
};

struct plan_region {
    char name[32];
    bool best_effort;
    bool enabled; /* by DescribeRegions; a region that was named though off stays in the plan and
                     fails */
};

struct plan {
    char *release;   /* its name */
    char id[33];     /* tatami:id: 128 random bits in hex */
    int64_t made_at; /* calendar time of the program's clock */

    /* Filled by plan_resolve(). */
    char account[16];
    char *account_alias; /* NULL when there is none */
    char *identity;      /* ARN */

    struct plan_image *images;
    size_t image_count;
    struct plan_region *regions; /* regions[0] is the home region */
    size_t region_count;

    enum plan_via via;
    char *bucket, *import_role; /* of VIA_IMPORT; NULL with VIA_DIRECT */
    bool is_public;
    enum publish_when publish_when;
    bool public_snapshots;
    bool protect;
    int deprecate_after_days; /* 0 for none */
    char *deprecate_at;       /* ISO time, from made_at; NULL for none */
    struct ec2_principal *share;
    size_t share_count;
    struct tag *tags; /* of --tag only */
    size_t tag_count;
    char *kms_key;
    int stall_minutes; /* 0: four times the usual */
};

/* Reads the paths (Nix result folder, image-info.json, disk image, PATH1+PATH2, `,key=value` behind
 * it) and settles names, formats, architecture and boot mode. Offline. Two images with one AMI
 * name, a name that EC2 does not take, an unknown architecture, a missing bucket, --kms-key with
 * --public: ERR_USAGE; a file that is not what it must be: ERR_INPUT; both with advice. NULL on
 * failure; free with plan_free(). Thread: main or worker. */
struct plan *plan_make(const struct settings *settings, char *const *paths, size_t path_count,
                       struct err *err);
/* NULL is a no-op. Thread: any. */
void plan_free(struct plan *plan);

/* What AWS has to say before anything is sent; filled by whoever asks AWS (core/resolve). */
struct plan_facts {
    const char *account, *account_alias, *identity;
    const char *bucket_region;         /* NULL without a bucket */
    const struct plan_region *regions; /* all of the partition, with enabled */
    size_t region_count;
    char *const *parents; /* what --base means, in the home region: one for each disk in the plan's
                             order, NULL where there is none; or NULL */
};
/* Settles home (--home, else the bucket's region, else AWS_REGION in settings) and regions
 * (--regions, --exclude,
 * --best-effort). The home region is always in the plan, as the first. A home that is not the
 * bucket's region, that is off, excluded or best-effort, an unknown region name: ERR_USAGE.
 * Thread: main or worker. */
bool plan_resolve(struct plan *plan, const struct settings *settings,
                  const struct plan_facts *facts, struct err *err);

/* The journal's form and back; nothing is lost on the way. Text is malloc'd. ERR_IO for text that
 * is no plan. Thread: any. */
char *plan_to_json(const struct plan *plan);
struct plan *plan_from_json(const char *json, struct err *err);

/* The client token: hex SHA-256 of id/image/disk/region/action/attempt; disk "" where there is
 * none. Thread: any. */
void plan_token(const struct plan *plan, const char *image, const char *disk, const char *region,
                const char *action, int attempt, char out[65]);

/* The tags of a resource: Name, ManagedBy=tatami, tatami:release, tatami:id, tatami:image,
 * tatami:disk (disk may be NULL), tatami:digest (may be NULL), tatami:attempt, and --tag's. A
 * function of its arguments alone. *tags is malloc'd, free with plan_tags_free(). Thread: any. */
void plan_tags(const struct plan *plan, const struct plan_image *image, const char *disk,
               const char *digest, int attempt, struct tag **tags, size_t *count);
/* The same for a staging object: tatami's own alone, since an object takes ten, and what S3 does
 * not take in a value stands as "_" (S3 User Guide, "Categorizing your storage using tags").
 * Thread: any. */
void plan_object_tags(const struct plan *plan, const struct plan_image *image, const char *disk,
                      const char *digest, int attempt, struct tag **tags, size_t *count);
void plan_tags_free(struct tag *tags, size_t count);

/* How large a disk's snapshot is that EBS direct makes, GiB: what holds the disk; the volume's size
 * where that is not known, or where it starts from another snapshot. Thread: any. */
int plan_snapshot_gib(const struct plan_disk *disk);
/* "aws": the partition that a region belongs to. Thread: any. */
const char *plan_partition(const char *region);

/* The short code of a region for tight screens ("use1"), from the aws room. Thread: any. */
void plan_region_code(const char *region, char out[16]);

#endif
