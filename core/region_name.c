/* Names of regions: the table of the partitions, and the shape of all of them. */
#include "core/region_name.h"

#include <ctype.h>
#include <string.h>

#include "aws/partition.h"
#include "core/nearest.h"

enum { FAR = 3 };

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
    const char *nearest = NULL, *known = NULL;
    int best = FAR;

    for (size_t i = 0; best > 0 && (known = partition_region(i)) != NULL; i++) {
        int d = nearest_distance(name, known);
        if (d < best) {
            best = d;
            nearest = known;
        }
    }
    bool may_be_new = has_shape(name) && (nearest == NULL || same_place(name, nearest));
    if (best == 0 || may_be_new)
        return true;
    err_set(err, ERR_USAGE, "%s: there is no region \"%s\"", what, name);
    return nearest != NULL ? err_advise(err, "did you mean %s?", nearest)
                           : err_advise(err, "region names look like us-east-1");
}
