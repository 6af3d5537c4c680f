/* Edit distance. */
#include "core/nearest.h"

#include <stddef.h>
#include <string.h>

enum { WORD_MAX = 40 };

int nearest_distance(const char *a, const char *b)
{
    size_t m = strlen(a), n = strlen(b);
    int row[WORD_MAX + 1];

    if (m > WORD_MAX || n > WORD_MAX)
        return WORD_MAX;
    for (size_t j = 0; j <= n; j++)
        row[j] = (int)j;
    for (size_t i = 1; i <= m; i++) {
        int diagonal = row[0];
        row[0] = (int)i;
        for (size_t j = 1; j <= n; j++) {
            int best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[n];
}
