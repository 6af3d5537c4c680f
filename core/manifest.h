/* The manifest: region to AMI of every image of a release, as read back from AWS, in every format.
 */
#ifndef CORE_MANIFEST_H
#define CORE_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* One AMI. Text is malloc'd; ami is never NULL. */
struct manifest_region {
    char *region;
    char *ami;
    char **snapshots; /* in the order of the devices */
    size_t snapshot_count;
    char *state; /* AWS's own word, "available" */
    bool is_public;
};

struct manifest_image {
    char *name;   /* of the AMI */
    char *system; /* "x86_64-linux"; NULL when it is not known */
    char *digest; /* "sha256-512k:..."; NULL when it is not known */
    char **sums;  /* the files' plain SHA-256 in hex, in the order of the disks, where asked for */
    size_t sum_count;
    struct manifest_region *regions;
    size_t region_count;
};

struct manifest {
    char *release;
    char *account; /* NULL when it is not known */
    char *home;    /* NULL when it is not known */
    struct manifest_image *images;
    size_t image_count;
};

/* An empty manifest; account and home may be NULL. Texts are copied. Free with manifest_free().
 * Thread: any, one manifest by one thread. */
struct manifest *manifest_new(const char *release, const char *account, const char *home);
/* NULL is a no-op. Thread: any. */
void manifest_free(struct manifest *m);

/* The image with this name, added when it is not there yet; system and digest may be NULL and fill
 * in what is not known yet. Valid until the next image is added. Thread: any. */
struct manifest_image *manifest_image(struct manifest *m, const char *name, const char *system,
                                      const char *digest);
/* Adds the plain SHA-256 of the next disk's file; NULL adds nothing. Thread: any. */
void manifest_add_sum(struct manifest_image *image, const char *sha256);
/* Adds an AMI; a region that is there already is replaced. An ami that is NULL or "" adds nothing
 * and gives NULL: only what was read back and has an id stands in a manifest. Valid until the next
 * region is added. Thread: any. */
struct manifest_region *manifest_add(struct manifest_image *image, const char *region,
                                     const char *ami, const char *state, bool is_public);
/* NULL and "" add nothing. Thread: any. */
void manifest_add_snapshot(struct manifest_region *region, const char *snapshot);
/* Sorts regions by name, the home region first, and images by name. Thread: any. */
void manifest_sort(struct manifest *m);
/* How many AMIs stand in it. Thread: any. */
size_t manifest_count(const struct manifest *m);

/* The words that --format takes, NULL behind the last. Thread: any. */
const char *manifest_format(size_t index);
/* Appends the manifest. format NULL is "table". ERR_USAGE for an unknown format, and for "map" with
 * several images: it is the map of one image. Thread: any. */
bool manifest_write(const struct manifest *m, const char *format, struct buf *out, struct err *err);
/* Appends the JSON in one line without a newline, as an event carries it. Thread: any. */
void manifest_write_line(const struct manifest *m, struct buf *out);
/* Writes text to a file: all of it or nothing (a temporary file beside it, then a rename; a file
 * that exists keeps its mode); path "-" is standard output. ERR_IO. Thread: any. */
bool manifest_save(const char *path, const struct buf *text, struct err *err);

#endif
