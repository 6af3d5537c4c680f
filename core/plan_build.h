/* The steps of plan_make(), one file each. */
#ifndef CORE_PLAN_BUILD_H
#define CORE_PLAN_BUILD_H

#include "core/image_info.h"
#include "core/options.h"
#include "core/plan.h"

/* One PATH of the command line, taken apart. */
struct plan_source {
    char *paths[2];
    size_t path_count;
    struct image_settings said; /* the options, with what stands behind the PATH over them */
};

/* Takes "PATH1+PATH2,key=value" apart: a comma in a path or a value is doubled; a file that exists
 * under the name as it is given is that file, whatever is in the name. ERR_USAGE, ERR_INPUT when a
 * file does not exist. Free with plan_source_free(), also on failure. Thread: main or worker. */
bool plan_source_parse(struct plan_source *source, const struct settings *settings,
                       const char *text, struct err *err);
void plan_source_free(struct plan_source *source);

/* Opens the image and settles everything about it but the staging keys. On failure what was filled
 * in so far is freed with plan_image_free(). Thread: main or worker. */
bool plan_image_make(struct plan_image *image, const struct plan_source *source,
                     const struct settings *settings, struct err *err);
void plan_image_free(struct plan_image *image);

/* Opens the file of a disk and fills what its bytes say: path, format, sizes, with --sha256 their
 * sum; and looks for partitions and a loader. A sum that is not the one of --sha256sums is
 * ERR_REFUSED. Refuses (ERR_INPUT) what is no disk image, and for VM Import what that
 * does not take. A stream whose size nothing tells needs volume_gib (ERR_USAGE);
 * where its beginning says one, disk->volume_gib is it. Thread: main or
 * worker. */
bool plan_disk_open(struct plan_disk *disk, const char *path, const struct settings *settings,
                    int volume_gib, struct image_layout *layout, struct err *err);
/* The bytes decide; but a file that is not what its build says may be cut short: ERR_INPUT.
 * `format` is IMAGE_FORMATS where the build does not say it. Thread: any. */
bool plan_disk_check(const struct plan_disk *disk, const struct info_disk *said,
                     enum image_format format, struct err *err);

/* "" and NULL are both nothing. Thread: any. */
bool plan_has(const char *text);

/* --via, else import where a bucket is named and direct where none is. Thread: any. */
enum plan_via plan_via_of(const struct settings *settings);

/* {prefix}{label}-{system}[.{run_id}], or what the template says, malloc'd; NULL with ERR_USAGE for
 * an unknown placeholder. Thread: any. */
char *plan_expand_name(const char *template, const char *prefix, const char *label,
                       const char *system, const char *run_id, struct err *err);
/* An AMI's name is 3 to 128 of the characters that RegisterImage takes (EC2 API Reference); a
 * release's name may be shorter. what is "AMI" or "release". ERR_USAGE. Thread: any. */
bool plan_check_name(const char *name, size_t min_length, const char *what, struct err *err);
/* The staging key of a disk, malloc'd. What is not A-Za-z0-9.-_ stands as "!" and two hex digits,
 * so that no two names share a key. Thread: any. */
char *plan_staging_key(const char *release, const char *image, const char *role);
/* The key of an object of the release as a whole, malloc'd; leaf stands as it is. Thread: any. */
char *plan_release_key(const char *release, const char *leaf);
/* The release that a staging key names, malloc'd; NULL for a key that is none of tatami's. Thread:
 * any. */
char *plan_staging_release(const char *key);

/* --share and --tag into the plan. ERR_USAGE. Thread: any. */
bool plan_take_share(struct plan *plan, const struct settings_list *list, struct err *err);
bool plan_take_tags(struct plan *plan, const struct settings_list *list, struct err *err);

#endif
