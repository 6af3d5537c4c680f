/* Families: AMIs that differ in nothing but their version. The newest of each must stay. */
#ifndef CORE_FAMILY_H
#define CORE_FAMILY_H

#include <stdbool.h>
#include <stddef.h>

#include "core/inventory.h"

/* A name without its version, a star in its place. The version is the run of words that begin with
 * a digit (or v and a digit; or are a hash) which has the most digits, the last of them where
 * several have as many; rc, beta and the like behind it belong to it, and so does a run id behind
 * the system. A day such as 20250213 begins a run of its own unless it stands behind a version of
 * three parts. x86_64 and the words of a system are no version. "acme-1.2.3-x86_64-linux" is
 * "acme-*-x86_64-linux" and "1.2.3"; "debian-12-amd64-20250213-2021" is "debian-12-amd64-*" and
 * "20250213-2021". Without a version the name is the family. Both are malloc'd. Thread: any. */
void family_split(const char *name, char **family, char **version);

/* Version order: numbers by value, words by letters, a missing part is smaller, but a pre-release
 * ("1.2-rc1") is smaller than what it precedes. <0, 0, >0. Thread: any. */
int family_compare_versions(const char *a, const char *b);

/* Where one AMI stands in its family (name without version, and architecture). Ranks count
 * versions, not AMIs: 0 is the newest; two AMIs of one name have one rank. Only AMIs that are
 * available compete; where there is none, disabled ones do. Others have rank UINT_MAX. */
struct family_rank {
    const char *family, *version;
    unsigned by_date, by_version;               /* over all regions */
    unsigned region_by_date, region_by_version; /* among those of its region */
    const char *newest; /* the name of the family's newest AMI, by date, over all regions; "" when
                           none competes */
};

struct families;
/* Sorts all AMIs of the inventory, which it keeps a reference to. Thread: any. */
struct families *families_new(struct inventory *inventory);
/* NULL is a no-op. Thread: any. */
void families_free(struct families *families);
/* Where an AMI of that inventory stands; lives as long as the families. Thread: any. */
const struct family_rank *families_rank(const struct families *families,
                                        const struct inventory_region *region,
                                        const struct inventory_image *image);
/* The best of the four ranks: 0 is newest in some respect. Thread: any. */
unsigned family_best_rank(const struct family_rank *rank);

#endif
