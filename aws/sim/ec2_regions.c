/* DescribeRegions: the regions of the partition and which of them the account has switched on. */
#include <stdlib.h>

#include "aws/sim/ec2.h"
#include "aws/sim/ec2_call.h"
#include "aws/sim/ec2_filter.h"
#include "aws/sim/mem.h"

/* A region as one account sees it. */
struct region_view {
    const char *name;
    const char *status;
    char *endpoint;
};

/* clang-format off: one row a line */
static const struct ec2_field FIELDS[] = {
    {"regionName", "region-name", &EC2_TEXT, offsetof(struct region_view, name), NULL},
    {"regionEndpoint", "endpoint", &EC2_TEXT, offsetof(struct region_view, endpoint), NULL},
    {"optInStatus", "opt-in-status", &EC2_TEXT, offsetof(struct region_view, status), NULL},
    {0},
};
/* clang-format on */

static const struct ec2_schema SCHEMA = {.groups = {{FIELDS, ec2_self}}};

static const char *opt_in_status(const struct account *account, const struct region *region)
{
    if (!region->opt_in)
        return "opt-in-not-required";
    return account->region_on[region_index(region)] ? "opted-in" : "not-opted-in";
}

static void write_region(struct str *out, const struct region *region,
                         const struct region_view *view)
{
    xml_open(out, "item");
    ec2_write_fields(out, FIELDS, view);
    xml_open(out, "geographySet");
    xml_open(out, "item");
    xml_text(out, "name", region->geography);
    xml_close(out, "item");
    xml_close(out, "geographySet");
    xml_close(out, "item");
}

static bool names_check(struct request *request, struct reply *reply)
{
    const char *name;
    for (int i = 1; (name = params_getf(&request->params, "RegionName.%d", i)) != NULL; i++) {
        if (region_find(name) == NULL) {
            reply_error(request, reply, 400, "InvalidParameterValue", "Invalid region: %s", name);
            return false;
        }
    }
    return true;
}

static bool is_wanted(const struct request *request, const struct region *region)
{
    bool named = params_has(&request->params, "RegionName");
    if (named && !ec2_list_has(request, "RegionName", region->name))
        return false;
    return params_true(&request->params, "AllRegions") ||
           request->account->region_on[region_index(region)];
}

void ec2_describe_regions(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"AllRegions", "RegionName.N", "Filter.N.Name",
                                        "Filter.N.Value.N", NULL};
    if (!ec2_accept(request, reply, KNOWN) || !names_check(request, reply) ||
        !ec2_filters_check(request, reply, &SCHEMA, "Filter"))
        return;
    reply_open(request, reply);
    xml_open(&reply->body, "regionInfo");
    for (size_t i = 0; i < region_count; i++) {
        const struct region *region = &regions[i];
        struct region_view view = {
            .name = region->name,
            .status = opt_in_status(request->account, region),
            .endpoint = xasprintf("ec2.%s.amazonaws.com", region->name),
        };
        if (is_wanted(request, region) && ec2_filters_match(request, &SCHEMA, "Filter", &view))
            write_region(&reply->body, region, &view);
        free(view.endpoint);
    }
    xml_close(&reply->body, "regionInfo");
    reply_close(request, reply);
}
