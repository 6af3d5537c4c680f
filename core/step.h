/* One thing to ask of AWS, with what it needs and what came of it; the work of a control worker. */
#ifndef CORE_STEP_H
#define CORE_STEP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "aws/call.h"
#include "aws/ec2_images.h"
#include "aws/ec2_imports.h"
#include "aws/ec2_snapshots.h"
#include "aws/s3.h"
#include "base/clock.h"
#include "base/err.h"
#include "core/digest.h"
#include "core/lease.h"
#include "core/plan.h"
#include "core/source.h"

enum step_action {
    STEP_RESOLVE,    /* who are we, which regions, where is the bucket */
    STEP_NAMES,      /* are the AMI names free in this region? */
    STEP_LEASE_TAKE, /* and the plan beside it */
    STEP_LEASE_RENEW,
    STEP_LEASE_PLAN, /* what a person changed of it */
    STEP_LEASE_RETURN,
    STEP_SURVEY, /* what the release has in this region, whoever made it */
    STEP_CHECK_OBJECT,
    STEP_OPEN_UPLOAD,
    STEP_COMPLETE_UPLOAD,
    STEP_MARK_OBJECT,
    STEP_IMPORT,
    STEP_TAG_SNAPSHOT,
    STEP_DELETE_OBJECT,
    STEP_OPEN_SOURCE, /* the disk's bytes, for EBS direct */
    STEP_START_SNAPSHOT,
    STEP_CLEAR_SNAPSHOTS, /* of the disk's dead attempts */
    STEP_NOTE_SNAPSHOT,   /* digest and checksum, before it is completed */
    STEP_COMPLETE_SNAPSHOT,
    STEP_DEREGISTER, /* what an earlier attempt left, before the next one */
    STEP_ADOPT,      /* tags on an AMI that another program made for this release */
    STEP_REGISTER,
    STEP_COPY,
    STEP_READ_UEFI, /* no list says it */
    STEP_DEPRECATE,
    STEP_PROTECT,
    STEP_SHARE,
    STEP_PUBLISH,
    STEP_PUBLISH_SNAPSHOTS,
    STEP_WITHDRAW,
    STEP_WITHDRAW_SNAPSHOTS,
    STEP_POLL,    /* one Describe of each kind that is needed */
    STEP_LOOK,    /* one AMI by its id: the filter did not find it */
    STEP_SIGN_IN, /* are there other credentials by now? */
    STEP_ACTIONS
};

/* What STEP_RESOLVE learned; freed with step_free(). */
struct step_facts {
    char account[16];
    char *alias, *identity;
    char bucket_region[32];
    struct plan_region *regions;
    size_t region_count;
    char **parents; /* of --base: a snapshot for each disk of the plan, in its order; or NULL */
    size_t parent_count;
};

#define STEP_NO_INDEX SIZE_MAX

struct step {
    enum step_action action;
    size_t image, disk, region; /* indexes; STEP_NO_INDEX where they do not apply */
    int attempt;                /* goes into token and tags */
    bool asked_before;          /* an answer may have been lost: look before asking again */
    unsigned serial;            /* the cell's; tells whose answer this is */
    int64_t intent;             /* the journal's number; 0: none */
    clock_ms not_before;
    int tries; /* engine's tries of this step that failed in passing */
    clock_ms first_tried_at;

    /* What it needs. Borrowed pointers outlive the step; malloc'd ones are its own. */
    const struct plan *plan;
    char *id;        /* AMI, snapshot or upload to act on */
    char **more_ids; /* the snapshots of an AMI, or of the disks to register */
    size_t more_count;
    char *digest;
    char *etag;          /* of a staging object that is known to hold the disk; NULL for none */
    struct image *local; /* the disk's file */
    const struct s3_part *parts;
    size_t part_count;
    uint64_t size_bytes;
    char *seal; /* of EBS direct: how many blocks and their checksum, "12 base64" */
    bool images, snapshots, imports; /* what a poll reads */
    const atomic_bool *cancel;
    struct lease *lease;       /* its worker's while the step is out */
    char *known_nonces, *text; /* the plan as it stands in the bucket */
    const char *take_over;
    bool keep_plan;

    /* What came of it. */
    bool ok;
    struct err err;
    char *result;          /* the id that AWS gave */
    struct source *source; /* the bytes of `local`, which stays open with it */
    bool object_is_ours;   /* the staging object holds this disk already */
    struct step_facts facts;
    struct ec2_images image_list;
    struct ec2_snapshots snapshot_list;
    struct ec2_imports import_list;

    struct step *next;
};

/* A new step without inputs. Thread: engine. */
struct step *step_new(enum step_action action, const struct plan *plan, size_t image, size_t disk,
                      size_t region);
void step_free(struct step *step);

/* Does it, blocking, and fills what came of it. Thread: worker. */
void step_run(struct step *step, struct call *call);

/* "RegisterImage"; what the journal and the screens call it. Thread: any. */
const char *step_name(enum step_action action);
/* The action with that name; STEP_ACTIONS when there is none. Thread: any. */
enum step_action step_from_name(const char *name);
/* True when it changes something at AWS, and so needs an intent. Thread: any. */
bool step_mutates(enum step_action action);
/* True when this failure may pass by itself and the same step should be tried again: beyond what
 * every call retries, that is a fresh id that is not known yet and a limit on work in progress.
 * Thread: any. */
bool step_may_pass(const struct step *step);

#endif
