/* The state folder of nixpkgs' create-amis.sh: a file for each thing that it has made. */
#ifndef CORE_ADOPT_STATE_H
#define CORE_ADOPT_STATE_H

#include "core/plan.h"

enum adopt_thing { ADOPT_TASK, ADOPT_SNAPSHOT, ADOPT_AMI, ADOPT_THINGS };

/* What one file says; nothing of it is believed before AWS says the same. */
struct adopt_entry {
    char region[32];
    enum adopt_thing thing;
    size_t image, disk; /* of the plan; an AMI has disk 0 */
    char id[40];
};

struct adopt_state {
    struct adopt_entry *entries;
    size_t count;
    char **odd; /* names of files of this plan's images that hold no id, 16 at most; safe text */
    size_t odd_count;
};

/* Reads the files that belong to the plan's images: {region}.{label}[.{disk}].{system}.{task_id,
 * snapshot_id,ami_id}, each one id and a newline (create-amis.sh, read_state and write_state). An
 * empty file is none, as for the script; one that is no regular file, or holds anything but an id
 * of its kind, is told in odd. Other files are not looked at. ERR_INPUT when the folder cannot be
 * read. Thread: main. */
bool adopt_state_read(const char *folder, const struct plan *plan, struct adopt_state *out,
                      struct err *err);
/* Frees what it holds; a zeroed one is fine. Thread: any. */
void adopt_state_free(struct adopt_state *state);

/* The id of a thing, or NULL. Thread: any. */
const char *adopt_state_id(const struct adopt_state *state, const char *region,
                           enum adopt_thing thing, size_t image, size_t disk);

#endif
