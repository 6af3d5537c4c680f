/* Figures in words: durations, bytes, times and accounts, the same on every screen. */
#ifndef SCREENS_WORDS_H
#define SCREENS_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"

/* Room for any of these. */
#define WORDS_MAX 32

/* "9:40", from an hour on "1:02:03"; "-" for a negative one. Thread: any. */
void words_duration(clock_ms ms, char out[WORDS_MAX]);
/* Never wider than five columns before 100 days: "9:40", "1h02", "10h14", "4d04h". Thread: any. */
void words_brief(clock_ms ms, char out[WORDS_MAX]);
/* "0:18:42", always with hours. Thread: any. */
void words_elapsed(clock_ms ms, char out[WORDS_MAX]);
/* "7–11 min", "under 1 min", "1 h 40 – 2 h 10"; "" when high is negative. Thread: any. */
void words_range(clock_ms low_ms, clock_ms high_ms, char out[WORDS_MAX]);
/* "2 s ago", "4 min ago". Thread: any. */
void words_ago(clock_ms ms, char out[WORDS_MAX]);
/* "2.44 GiB". Thread: any. */
void words_bytes(uint64_t bytes, char out[WORDS_MAX]);
/* "48.2 MiB/s". Thread: any. */
void words_rate(uint64_t bytes_a_second, char out[WORDS_MAX]);
/* "2.44/4.00 GiB", both in the unit of the second. Thread: any. */
void words_bytes_of(uint64_t done, uint64_t total, char out[WORDS_MAX]);
/* "14:20:58" in the local time zone. Thread: any. */
void words_clock(time_t t, char out[WORDS_MAX]);
/* "2026-11-23 14:20" in the local time zone. Thread: any. */
void words_date(time_t t, char out[WORDS_MAX]);
/* "1234-5678-9012" for twelve digits, any other text as it is, cut to fit. Thread: any. */
void words_account(const char *account, char out[WORDS_MAX]);

/* True for safe text that says something. Thread: any. */
bool words_are(const struct safe_text *text);
/* Its bytes, "" for none. Thread: any. */
const char *words_str(const struct safe_text *text);

#endif
