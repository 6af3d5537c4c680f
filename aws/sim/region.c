/* The regions of the `aws` partition, as a table. */
#include "aws/sim/region.h"
#include "aws/sim/mem.h"
#include <string.h>

const struct region regions[] = {
    {"af-south-1", "afs1", "South Africa", true},
    {"ap-east-1", "ape1", "Hong Kong", true},
    {"ap-east-2", "ape2", "Taiwan", true},
    {"ap-northeast-1", "apne1", "Japan", false},
    {"ap-northeast-2", "apne2", "South Korea", false},
    {"ap-northeast-3", "apne3", "Japan", false},
    {"ap-south-1", "aps1", "India", false},
    {"ap-south-2", "aps2", "India", true},
    {"ap-southeast-1", "apse1", "Singapore", false},
    {"ap-southeast-2", "apse2", "Australia", false},
    {"ap-southeast-3", "apse3", "Indonesia", true},
    {"ap-southeast-4", "apse4", "Australia", true},
    {"ap-southeast-5", "apse5", "Malaysia", true},
    {"ap-southeast-6", "apse6", "New Zealand", true},
    {"ap-southeast-7", "apse7", "Thailand", true},
    {"ca-central-1", "cac1", "Canada", false},
    {"ca-west-1", "caw1", "Canada", true},
    {"eu-central-1", "euc1", "Germany", false},
    {"eu-central-2", "euc2", "Switzerland", true},
    {"eu-north-1", "eun1", "Sweden", false},
    {"eu-south-1", "eus1", "Italy", true},
    {"eu-south-2", "eus2", "Spain", true},
    {"eu-west-1", "euw1", "Ireland", false},
    {"eu-west-2", "euw2", "United Kingdom", false},
    {"eu-west-3", "euw3", "France", false},
    {"il-central-1", "ilc1", "Israel", true},
    {"me-central-1", "mec1", "United Arab Emirates", true},
    {"me-south-1", "mes1", "Bahrain", true},
    {"mx-central-1", "mxc1", "Mexico", true},
    {"sa-east-1", "sae1", "Brazil", false},
    {"us-east-1", "use1", "United States of America", false},
    {"us-east-2", "use2", "United States of America", false},
    {"us-west-1", "usw1", "United States of America", false},
    {"us-west-2", "usw2", "United States of America", false},
};

const size_t region_count = ARRAY_LEN(regions);
_Static_assert(ARRAY_LEN(regions) <= REGION_MAX, "REGION_MAX must hold every region");

const struct region *region_find(const char *name)
{
    for (size_t i = 0; name != NULL && i < region_count; i++)
        if (strcmp(regions[i].name, name) == 0)
            return &regions[i];
    return NULL;
}

size_t region_index(const struct region *region)
{
    return (size_t)(region - regions);
}
