/* Names of regions: a table, and the shape of all of them. */
#include "core/region_name.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "core/nearest.h"

enum { FAR = 3 };

/* AWS Global Infrastructure, "AWS Regions", with those of the partitions aws-cn, aws-us-gov and
 * aws-eusc. */
static const char *const names[] = {
    "af-south-1",     "ap-east-1",      "ap-east-2",      "ap-northeast-1", "ap-northeast-2",
    "ap-northeast-3", "ap-south-1",     "ap-south-2",     "ap-southeast-1", "ap-southeast-2",
    "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7",
    "ca-central-1",   "ca-west-1",      "eu-central-1",   "eu-central-2",   "eu-north-1",
    "eu-south-1",     "eu-south-2",     "eu-west-1",      "eu-west-2",      "eu-west-3",
    "il-central-1",   "me-central-1",   "me-south-1",     "mx-central-1",   "sa-east-1",
    "us-east-1",      "us-east-2",      "us-west-1",      "us-west-2",      "cn-north-1",
    "cn-northwest-1", "us-gov-east-1",  "us-gov-west-1",  "eusc-de-east-1",
};

/* Words of small letters and a number, with dashes between: "us-gov-west-1". */
static bool has_shape(const char *name)
{
    int words = 0;

    while (islower((unsigned char)*name)) {
        while (islower((unsigned char)*name))
            name++;
        if (*name++ != '-')
            return false;
        words++;
    }
    size_t digits = strspn(name, "0123456789");
    return words >= 2 && digits > 0 && name[digits] == '\0';
}

/* They differ in nothing but the number: AWS opens new regions so ("eu-west-4"), and the table may
 * be older. */
static bool same_place(const char *a, const char *b)
{
    size_t digits_a = strlen(a), digits_b = strlen(b);
    while (digits_a > 0 && isdigit((unsigned char)a[digits_a - 1]))
        digits_a--;
    while (digits_b > 0 && isdigit((unsigned char)b[digits_b - 1]))
        digits_b--;
    return digits_a == digits_b && strncmp(a, b, digits_a) == 0;
}

bool region_name_check(const char *what, const char *name, struct err *err)
{
    const char *nearest = NULL;
    int best = FAR;

    for (size_t i = 0; i < ARRAY_LEN(names) && best > 0; i++) {
        int d = nearest_distance(name, names[i]);
        if (d < best) {
            best = d;
            nearest = names[i];
        }
    }
    bool may_be_new = has_shape(name) && (nearest == NULL || same_place(name, nearest));
    if (best == 0 || may_be_new)
        return true;
    err_set(err, ERR_USAGE, "%s: there is no region \"%s\"", what, name);
    return nearest != NULL ? err_advise(err, "did you mean %s?", nearest)
                           : err_advise(err, "region names look like us-east-1");
}
