/* The short words of the cleanup screens. */
#include "screens/cleanup_text.h"

#include <stdio.h>

#define HOUR_S ((time_t)60 * 60)
#define DAY_S  (24 * HOUR_S)
#define GIB    (1024.0 * 1024 * 1024)

void cleaner_age(time_t made_at, time_t now, char out[WORDS_MAX])
{
    time_t age = now > made_at ? now - made_at : 0;
    if (made_at == 0)
        snprintf(out, WORDS_MAX, "-");
    else if (age < 2 * DAY_S)
        snprintf(out, WORDS_MAX, "%lldh", (long long)(age / HOUR_S));
    else
        snprintf(out, WORDS_MAX, "%lldd", (long long)(age / DAY_S));
}

void cleaner_date(time_t t, char out[WORDS_MAX])
{
    struct tm tm;
    if (t == 0 || gmtime_r(&t, &tm) == NULL || strftime(out, WORDS_MAX, "%Y-%m-%d", &tm) == 0)
        snprintf(out, WORDS_MAX, "-");
}

void cleaner_launch(time_t launched_at, time_t now, char out[WORDS_MAX])
{
    long long days = (long long)(now / DAY_S) - (long long)(launched_at / DAY_S);
    if (launched_at == 0)
        snprintf(out, WORDS_MAX, "never");
    else if (days <= 0)
        snprintf(out, WORDS_MAX, "today");
    else if (days == 1)
        snprintf(out, WORDS_MAX, "yesterday");
    else if (days < 7)
        snprintf(out, WORDS_MAX, "%lld days ago", days);
    else
        cleaner_date(launched_at, out);
}

void cleaner_size(uint64_t bytes, char out[WORDS_MAX])
{
    double gib = (double)bytes / GIB;
    if (bytes == 0)
        snprintf(out, WORDS_MAX, "-");
    else if (gib < 0.1)
        snprintf(out, WORDS_MAX, "%.0fM", gib * 1024 < 1 ? 1 : gib * 1024);
    else if (gib < 100)
        snprintf(out, WORDS_MAX, "%.1fG", gib);
    else if (gib < 10000)
        snprintf(out, WORDS_MAX, "%.0fG", gib);
    else
        snprintf(out, WORDS_MAX, "%.1fT", gib / 1024);
}

void cleaner_most(uint64_t bytes, char out[WORDS_MAX])
{
    char size[WORDS_MAX];
    cleaner_size(bytes, size);
    snprintf(out, WORDS_MAX, "%s%.20s", bytes > 0 ? "≤" : "", size);
}

void cleaner_money(uint64_t micros, char out[WORDS_MAX])
{
    uint64_t cents = micros / 10000 + (micros % 10000 > 0);
    snprintf(out, WORDS_MAX, "%llu.%02u", (unsigned long long)(cents / 100),
             (unsigned)(cents % 100));
}

void cleaner_count(enum cleanup_kind kind, size_t count, char out[WORDS_MAX])
{
    snprintf(out, WORDS_MAX, "%zu %s", count, cleanup_kind_name(kind, count));
}
