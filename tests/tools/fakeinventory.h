/* Inventories made by hand, so that screens can be tested without AWS. */
#ifndef TESTS_TOOLS_FAKEINVENTORY_H
#define TESTS_TOOLS_FAKEINVENTORY_H

#include "core/inventory.h"

#define FAKE_REGIONS 40

struct fake_account;

/* One AMI; what is zero or NULL has a plain value: available, private, unprotected, never launched,
 * of the account, 10 GiB, a snapshot of its own. */
struct fake_image {
    const char *id, *name;
    const char *release; /* by tag; NULL: its name */
    int age_days;
    int launched_days; /* ago, from 1 on; 0: never */
    bool is_public;
    enum inventory_protection protection;
    enum inventory_ami_state state;
    unsigned gib;
    const char *owner, *snapshot;
    const char *tag_key, *tag_value; /* one tag; NULL: none */
    const char *description;
};

/* Empty; ended by fake_account_end(). */
struct fake_account *fake_account_new(void);
/* Adds to a region, which comes up with its first row. Strings are copied. */
void fake_add_image(struct fake_account *a, const char *region, const struct fake_image *image);
void fake_add_snapshot(struct fake_account *a, const char *region, const char *id,
                       const char *description, int age_days);
void fake_add_object(struct fake_account *a, const char *region, const char *bucket,
                     const char *key, int age_days);
void fake_add_upload(struct fake_account *a, const char *region, const char *bucket,
                     const char *key, int age_days);
/* The whole, tied, one reference; ends the account. */
struct inventory *fake_account_end(struct fake_account *a, uint64_t number, const char *alias);

/* Three releases of acmeos in 34 regions, x86_64, the oldest never launched; the second is
 * protected, the third public and the newest; an orphan snapshot, a staging object, an upload. */
struct inventory *fake_inventory(uint64_t number);
/* The AMI's id of that release (0..2) and region (0..33); static memory, good until the next call.
 */
const char *fake_ami_id(int release, int region);
const char *fake_region_name(int region);

#endif
