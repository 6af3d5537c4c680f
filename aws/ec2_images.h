/* EC2: AMIs. */
#ifndef AWS_EC2_IMAGES_H
#define AWS_EC2_IMAGES_H

#include "aws/call.h"
#include "aws/query.h"

/* A block device of an AMI, as asked or as read back. */
struct ec2_device {
    char *name;         /* "/dev/xvda" */
    char *snapshot_id;  /* NULL while EC2 does not say */
    int volume_gib;     /* 0 when not said */
    char *volume_type;  /* "gp3"; NULL when not said */
    char *virtual_name; /* "ephemeral0" of an instance store volume; NULL for EBS */
    bool delete_on_termination;
    bool encrypted;
};

/* AWS's image states as far as they decide anything; the text stands beside. */
enum ec2_image_state {
    EC2_IMAGE_UNKNOWN, /* a word that this table does not know: shown, and terminal */
    EC2_IMAGE_PENDING,
    EC2_IMAGE_AVAILABLE,
    EC2_IMAGE_FAILED, /* failed, error, invalid */
    EC2_IMAGE_GONE,   /* deregistered */
    EC2_IMAGE_DISABLED,
    EC2_IMAGE_TRANSIENT
};

/* An AMI as DescribeImages says. A string is NULL where EC2 does not say; id is "" then. Dates are
 * ISO 8601 as sent: clock_parse_iso() reads them. */
struct ec2_image {
    char *id, *name, *description;
    enum ec2_image_state state;
    char *state_text, *state_code, *state_reason;
    char *owner, *architecture, *boot_mode, *virtualization, *tpm, *imds, *sriov;
    bool ena, is_public, protected_from_deregistration;
    char *protection; /* "disabled", "enabled-without-cooldown", "enabled-with-cooldown", or what
                         EC2 says while a cooldown runs: ec2_image_is_guarded() */
    char *root_device, *creation_date, *deprecation_time, *last_launched;
    char *source_id, *source_region;
    struct ec2_device *devices;
    size_t device_count;
    struct tag *tags;
    size_t tag_count;
};

struct ec2_images {
    struct ec2_image *items;
    size_t count;
};

/* Frees what it holds and empties it. Thread: any. */
void ec2_images_free(struct ec2_images *images);
/* The tag's value or NULL. Thread: any. */
const char *ec2_image_tag(const struct ec2_image *image, const char *key);
/* True while EC2 refuses to deregister it: protection is on, or a cooldown still runs. A word that
 * nobody here knows counts as protection. Thread: any. */
bool ec2_image_is_guarded(const struct ec2_image *image);

/* What to look for: own AMIs, also deprecated and disabled ones. NULL fields do not filter. */
struct ec2_image_filter {
    const char *const *names; /* any of these, exact or with * and ?; NULL for all */
    size_t name_count;
    const char *tag_key, *tag_value; /* both or none */
    const char *id; /* one id: the call fails as a whole when EC2 does not know it */
    const char *source_id;
    const char *snapshot_id; /* AMIs that map this snapshot */
    const char *state;       /* "pending" */
};
/* DescribeImages, every page of 1000: calls `each` for one AMI after the other as they arrive, so
 * that no page stands in memory. The AMI and all it holds live during `each` only.
 * `each` runs inside the call and makes no other with c. After an answer that broke off the page is
 * asked for again, and `each` may see an AMI twice: who collects goes by id. On failure `each` may
 * have seen a part. Thread: worker. */
bool ec2_each_image(struct call *c, const struct ec2_image_filter *filter,
                    void (*each)(void *arg, const struct ec2_image *image), void *arg,
                    struct err *err);
/* The same as a list, each AMI once; empty on failure; free with ec2_images_free(). Thread: worker.
 */
bool ec2_describe_images(struct call *c, const struct ec2_image_filter *filter,
                         struct ec2_images *out, struct err *err);

/* RegisterImage. Strings may be NULL where AWS's default is meant; virtualization is always hvm. */
struct ec2_register {
    const char *name, *description, *architecture, *boot_mode;
    const char *tpm;       /* "v2.0" */
    const char *imds;      /* "v2.0" */
    const char *uefi_data; /* base64 */
    const char *root_device;
    bool ena, sriov;
    const struct ec2_device *devices;
    size_t device_count;
    const struct tag *tags;
    size_t tag_count;
};
/* It has no client token: look the name up before repeating it. *id is malloc'd, NULL on failure.
 * Thread: worker. */
bool ec2_register_image(struct call *c, const struct ec2_register *r, char **id, struct err *err);

/* CopyImage into the call's region. Idempotent by token. */
struct ec2_copy {
    const char *name, *description, *source_id, *source_region, *token;
    const char *kms_key_id; /* NULL: not encrypted anew */
    const struct tag *image_tags;
    size_t image_tag_count;
    const struct tag *snapshot_tags;
    size_t snapshot_tag_count;
};
/* Asks for the copy. ERR_MISMATCH when the token came with other parameters before. *id is
 * malloc'd, NULL on failure. Thread: worker. */
bool ec2_copy_image(struct call *c, const struct ec2_copy *copy, char **id, struct err *err);

/* DeregisterImage; its snapshots stay. Thread: worker. */
bool ec2_deregister_image(struct call *c, const char *id, struct err *err);
/* What became of one snapshot of an AMI that was deregistered. */
struct ec2_snapshot_result {
    char *snapshot_id;
    char *code; /* "success", "skipped" (another AMI uses it), "missing-permissions",
                   "internal-error", "client-error" */
};
struct ec2_snapshot_results {
    struct ec2_snapshot_result *items;
    size_t count;
};
/* Frees what it holds and empties it. Thread: any. */
void ec2_snapshot_results_free(struct ec2_snapshot_results *results);
/* DeregisterImage with its snapshots, and what EC2 says of each; free *out with
 * ec2_snapshot_results_free(), empty on failure and where EC2 says nothing. Thread: worker. */
bool ec2_deregister_with_snapshots(struct call *c, const char *id, struct ec2_snapshot_results *out,
                                   struct err *err);
/* DisableImage: nobody can launch it, and every launch permission is dropped for good. Thread:
 * worker. */
bool ec2_disable_image(struct call *c, const char *id, struct err *err);

/* EnableImageDeprecation at a calendar time. Thread: worker. */
bool ec2_deprecate_image(struct call *c, const char *id, const char *iso_time, struct err *err);
/* EnableImageDeregistrationProtection, and its reverse. Thread: worker. */
bool ec2_protect_image(struct call *c, const char *id, struct err *err);
bool ec2_unprotect_image(struct call *c, const char *id, struct err *err);
/* CreateTags on up to 1000 resources. Thread: worker. */
bool ec2_create_tags(struct call *c, const char *const *ids, size_t id_count,
                     const struct tag *tags, size_t tag_count, struct err *err);
/* DeleteTags: takes the tags with these keys off up to 1000 resources, whatever their values; those
 * that are not there are fine. Thread: worker. */
bool ec2_delete_tags(struct call *c, const char *const *ids, size_t id_count,
                     const char *const *keys, size_t key_count, struct err *err);

#endif
