/* Figures in words. */
#include "screens/words.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

void words_elapsed(clock_ms ms, char out[WORDS_MAX])
{
    long long s = ms < 0 ? 0 : (long long)(ms / 1000);
    snprintf(out, WORDS_MAX, "%lld:%02d:%02d", s / 3600, (int)(s / 60 % 60), (int)(s % 60));
}

void words_duration(clock_ms ms, char out[WORDS_MAX])
{
    long long s = (long long)(ms / 1000);
    if (ms < 0)
        snprintf(out, WORDS_MAX, "-");
    else if (s >= 3600)
        words_elapsed(ms, out);
    else
        snprintf(out, WORDS_MAX, "%d:%02d", (int)(s / 60), (int)(s % 60));
}

void words_brief(clock_ms ms, char out[WORDS_MAX])
{
    long long m = (long long)(ms / 60000);
    if (m < 60)
        words_duration(ms, out);
    else if (m < 6000)
        snprintf(out, WORDS_MAX, "%lldh%02d", m / 60, (int)(m % 60));
    else
        snprintf(out, WORDS_MAX, "%lldd%02dh", m / 1440, (int)(m / 60 % 24));
}

static long long minutes(clock_ms ms)
{
    return ms <= 0 ? 0 : (long long)((ms + 59999) / 60000);
}

static void hours(long long m, char out[WORDS_MAX])
{
    snprintf(out, WORDS_MAX, "%d h %02d", (int)(m / 60 % 10000), (int)(m % 60));
}

void words_range(clock_ms low_ms, clock_ms high_ms, char out[WORDS_MAX])
{
    long long low = minutes(low_ms), high = minutes(high_ms);
    char from[WORDS_MAX], to[WORDS_MAX];
    if (high_ms < 0) {
        out[0] = '\0';
    } else if (high <= 1) {
        snprintf(out, WORDS_MAX, "under 1 min");
    } else if (high >= 100) {
        hours(low, from);
        hours(high, to);
        snprintf(out, WORDS_MAX, "%.12s – %.12s", from, to);
    } else if (low == high) {
        snprintf(out, WORDS_MAX, "%d min", (int)high);
    } else {
        snprintf(out, WORDS_MAX, "%d–%d min", (int)low, (int)high);
    }
}

void words_ago(clock_ms ms, char out[WORDS_MAX])
{
    long long s = ms < 0 ? 0 : (long long)(ms / 1000);
    if (s < 100)
        snprintf(out, WORDS_MAX, "%lld s ago", s);
    else if (s < 6000)
        snprintf(out, WORDS_MAX, "%lld min ago", s / 60);
    else
        snprintf(out, WORDS_MAX, "%lld h ago", s / 3600);
}

static const struct {
    const char *name;
    uint64_t bytes;
} units[] = {
    {"TiB", 1ull << 40}, {"GiB", 1ull << 30}, {"MiB", 1ull << 20}, {"KiB", 1ull << 10}, {"B", 1},
};

static size_t unit_of(uint64_t bytes)
{
    size_t u = 0;
    while (u + 1 < ARRAY_LEN(units) && bytes < units[u].bytes)
        u++;
    return u;
}

/* Three figures that matter, whole bytes without a point. */
static int figures(double value, uint64_t unit)
{
    return unit == 1 || value >= 1000 ? 0 : value >= 100 ? 1 : 2;
}

void words_bytes(uint64_t bytes, char out[WORDS_MAX])
{
    size_t u = unit_of(bytes);
    double value = (double)bytes / (double)units[u].bytes;
    snprintf(out, WORDS_MAX, "%.*f %s", figures(value, units[u].bytes), value, units[u].name);
}

void words_rate(uint64_t bytes_a_second, char out[WORDS_MAX])
{
    size_t u = unit_of(bytes_a_second);
    double value = (double)bytes_a_second / (double)units[u].bytes;
    int n = value >= 100 || units[u].bytes == 1 ? 0 : 1;
    snprintf(out, WORDS_MAX, "%.*f %s/s", n, value, units[u].name);
}

void words_bytes_of(uint64_t done, uint64_t total, char out[WORDS_MAX])
{
    size_t u = unit_of(total);
    double all = (double)total / (double)units[u].bytes;
    double part = (double)done / (double)units[u].bytes;
    int n = figures(all, units[u].bytes);
    snprintf(out, WORDS_MAX, "%.*f/%.*f %s", n, part, n, all, units[u].name);
}

void words_clock(time_t t, char out[WORDS_MAX])
{
    struct tm tm;
    if (localtime_r(&t, &tm) == NULL || strftime(out, WORDS_MAX, "%H:%M:%S", &tm) == 0)
        snprintf(out, WORDS_MAX, "-");
}

void words_date(time_t t, char out[WORDS_MAX])
{
    struct tm tm;
    if (localtime_r(&t, &tm) == NULL || strftime(out, WORDS_MAX, "%Y-%m-%d %H:%M", &tm) == 0)
        snprintf(out, WORDS_MAX, "-");
}

void words_account(const char *account, char out[WORDS_MAX])
{
    size_t digits = 0;
    while (isdigit((unsigned char)account[digits]))
        digits++;
    if (digits == 12 && account[12] == '\0')
        snprintf(out, WORDS_MAX, "%.4s-%.4s-%.4s", account, account + 4, account + 8);
    else
        snprintf(out, WORDS_MAX, "%s", account);
}

bool words_are(const struct safe_text *text)
{
    return text->utf8 != NULL && text->utf8[0] != '\0';
}

const char *words_str(const struct safe_text *text)
{
    return text->utf8 != NULL ? text->utf8 : "";
}
