/* The inside of an adoption; only core/adopt*.c include this. All of the main thread. */
#ifndef CORE_ADOPT_WORK_H
#define CORE_ADOPT_WORK_H

#include <stdatomic.h>

#include "aws/ec2_images.h"
#include "aws/ec2_imports.h"
#include "aws/ec2_snapshots.h"
#include "core/adopt_peer.h"
#include "core/adopt_state.h"
#include "core/digest.h"
#include "core/event.h"
#include "core/image.h"
#include "core/journal.h"

/* What becomes this release's of one disk; NULL: nothing of that kind. */
struct adopt_disk {
    size_t image, disk; /* of the plan */
    char *task_id, *snapshot_id;
    char *etag;                    /* of the staging object, whose key is the plan's by then */
    char digest[DIGEST_TEXT_SIZE]; /* "" while nothing is adopted */
    struct image *file;            /* open once it was compared */
};

struct adopt {
    const struct settings *settings;
    struct aws *aws;
    struct plan *plan;
    enum adopt_peer peer;
    const atomic_bool *cancel;
    struct call *home; /* calls in the home region */
    struct event_list *events;
    struct adopt_state state;  /* of create-amis.sh; else empty */
    struct ec2_images *images; /* a list a region of the plan: AMIs that bear one of its names */
    struct ec2_imports imports;
    struct ec2_snapshots named; /* home: snapshots whose tag Name is the name of an AMI */
    struct adopt_disk *disks;   /* image after image, disk after disk */
    size_t disk_count;
    char **amis; /* image after image, region after region; NULL: none */
};

/* Says something to people: region "" for none. Thread: main. */
void adopt_note(struct adopt *a, enum event_level level, const char *region, const char *format,
                ...) __attribute__((format(printf, 4, 5)));
struct adopt_disk *adopt_disk_at(struct adopt *a, size_t image, size_t disk);
char **adopt_ami_at(struct adopt *a, size_t image, size_t region);

/* adopt_look.c: reads AWS. ERR_EXISTS etc. are not decided here; a region that cannot be read is a
 * failure, since what is there would be made twice. */
bool adopt_look(struct adopt *a, struct err *err);

/* adopt_disk.c: proves what is there of a disk. ami_snapshot is what the home AMI maps, NULL
 * without one; when that is not adopted, ERR_EXISTS. */
bool adopt_judge_disk(struct adopt *a, struct adopt_disk *d, const char *ami_snapshot,
                      struct err *err);

/* adopt_ami.c: proves the AMIs of an image, home first; calls adopt_judge_disk(). */
bool adopt_judge_image(struct adopt *a, size_t image, struct err *err);

/* adopt_journal.c: release and findings into the journal, all together. */
bool adopt_write(struct adopt *a, struct journal *journal, struct err *err);

#endif
