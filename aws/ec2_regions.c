/* EC2: the regions of the account. */
#include "aws/ec2_regions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/actions.h"
#include "aws/ec2_send.h"
#include "aws/query.h"
#include "base/mem.h"

static const struct status_row {
    const char *text;
    enum ec2_opt_in opt_in;
} statuses[] = {
    {"opt-in-not-required", EC2_OPT_IN_NOT_REQUIRED},
    {"opted-in", EC2_OPTED_IN},
    {"not-opted-in", EC2_NOT_OPTED_IN},
};

static enum ec2_opt_in opt_in_of(const char *text)
{
    for (size_t i = 0; text != NULL && i < ARRAY_LEN(statuses); i++)
        if (strcmp(statuses[i].text, text) == 0)
            return statuses[i].opt_in;
    return EC2_OPT_IN_UNKNOWN;
}

bool ec2_regions(struct call *c, struct ec2_region **out, size_t *count, struct err *err)
{
    struct buf form = BUF_INIT;
    struct xml *root = NULL;

    *out = NULL;
    *count = 0;
    query_add_bool(&form, "AllRegions", true);
    bool ok = call_query(c, &aws_actions[EC2_DESCRIBE_REGIONS], &form, &root, err);
    buf_free(&form);
    for (const struct xml *x = xml_first(root, "regionInfo/item"); x != NULL; x = xml_after(x)) {
        const char *name = xml_text(x, "regionName");
        if (name == NULL)
            continue;
        *out = xrealloc(*out, *count + 1, sizeof **out);
        struct ec2_region *region = &(*out)[(*count)++];
        *region = (struct ec2_region){.opt_in = opt_in_of(xml_text(x, "optInStatus"))};
        snprintf(region->name, sizeof region->name, "%s", name);
    }
    xml_free(root);
    return ok;
}
