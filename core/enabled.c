/* Which regions are meant. */
#include "core/enabled.h"

#include <stdlib.h>
#include <string.h>

#include "aws/ec2_regions.h"
#include "base/mem.h"

static void add(struct enabled_region *out, size_t *count, const struct ec2_region *region)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(out[i].name, region->name) == 0)
            return;
    memcpy(out[*count].name, region->name, sizeof(region->name));
    out[(*count)++].enabled = region->opt_in != EC2_NOT_OPTED_IN;
}

static bool add_wanted(struct enabled_region *out, size_t *count, const struct ec2_region *all,
                       size_t all_count, const char *name, struct err *err)
{
    for (size_t i = 0; i < all_count; i++) {
        if (strcmp(all[i].name, name) != 0)
            continue;
        add(out, count, &all[i]);
        return true;
    }
    return err_set(err, ERR_USAGE, "there is no region %s", name);
}

bool enabled_regions(struct call *c, const char *const *wanted, size_t wanted_count,
                     struct enabled_region **out, size_t *count, struct err *err)
{
    struct ec2_region *all = NULL;
    size_t all_count = 0;
    bool ok = ec2_regions(c, &all, &all_count, err);

    *out = ok ? xcalloc(all_count + 1, sizeof(**out)) : NULL;
    *count = 0;
    for (size_t i = 0; ok && wanted_count == 0 && i < all_count; i++)
        if (all[i].opt_in != EC2_NOT_OPTED_IN)
            add(*out, count, &all[i]);
    for (size_t i = 0; ok && i < wanted_count; i++)
        ok = add_wanted(*out, count, all, all_count, wanted[i], err);
    free(all);
    if (ok)
        return true;
    free(*out);
    *out = NULL;
    return false;
}
