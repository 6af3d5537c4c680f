/* The AMIs of a release, found in all regions at once by what AWS says alone. */
#ifndef CORE_FIND_H
#define CORE_FIND_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "aws/call.h"
#include "aws/ec2_images.h"
#include "base/err.h"
#include "core/manifest.h"
#include "core/options.h"

/* One AMI as read back. */
struct find_ami {
    char *release; /* its tag tatami:release; NULL for an AMI that tatami did not make */
    char *region, *image, *id;
    char *system, *digest; /* NULL when it is not known */
    char **snapshots;
    size_t snapshot_count;
    enum ec2_image_state state;
    char *state_text, *created;
    bool is_public;
    bool older; /* another AMI of this name in this region is meant: one that is available, else
                   the younger one (CopyImage takes a name twice) */
};

/* A region that could not be read; what is there is not known. */
struct find_failure {
    char region[32];
    struct err err;
};

struct find_result {
    char account[16];
    char *home;          /* where the copies come from; NULL when that is not known */
    char (*regions)[32]; /* that were asked: all enabled ones, or those of the filter */
    size_t region_count;
    struct find_ami *amis; /* by region, then name */
    size_t ami_count;
    struct find_failure *failures;
    size_t failure_count;
};
/* Frees what it holds; a zeroed one is fine. Thread: any. */
void find_free(struct find_result *result);

/* Asks EC2 in home_region which regions are enabled, then each of them at once for its AMIs; a
 * region answers or fails for itself. An AMI belongs to `name` when its tag tatami:release or its
 * AMI name is `name`, or when it has no such tag and its AMI name is name-x86_64-linux or
 * name-aarch64-linux; with name NULL every AMI that has the tag is found. Only own AMIs; a
 * deregistered one is none. regions may be NULL or empty for all; one that does not exist is
 * ERR_USAGE, one that is not enabled a failure. False when account or regions cannot be read.
 * Finding nothing is no error. cancel may be NULL. Thread: main or worker. */
bool find_release(struct aws *aws, const char *home_region, const char *name,
                  const struct settings_list *regions, const atomic_bool *cancel,
                  struct find_result *out, struct err *err);

/* The same for the region of one call. Thread: worker. */
bool find_in_region(struct call *c, const char *name, struct ec2_images *out, struct err *err);

/* Adds a region that is not as asked. Thread: any. */
void find_add_failure(struct find_result *result, const char *region, enum err_kind kind,
                      const char *message);

/* The manifest of what was found, without the older ones; sorted. Thread: any. */
struct manifest *find_manifest(const struct find_result *result, const char *name);

#endif
