/* The short words of the cleanup screens: ages, dates, sizes and money in few columns. */
#ifndef SCREENS_CLEANUP_TEXT_H
#define SCREENS_CLEANUP_TEXT_H

#include <stdint.h>
#include <time.h>

#include "core/cleanup.h"
#include "screens/words.h"

/* "585d", "14h" under two days, "-" when it is not known. Thread: any. */
void cleaner_age(time_t made_at, time_t now, char out[WORDS_MAX]);
/* "never", "today", "yesterday", "3 days ago", from a week on the date in UTC: "2026-08-02".
 * Thread: any. */
void cleaner_launch(time_t launched_at, time_t now, char out[WORDS_MAX]);
/* "10.0G", "340G", "52M", "-" for nothing. Thread: any. */
void cleaner_size(uint64_t bytes, char out[WORDS_MAX]);
/* The same as an upper bound: "≤340G", "-" for nothing. Thread: any. */
void cleaner_most(uint64_t bytes, char out[WORDS_MAX]);
/* "17.00" of millionths, rounded up to a cent. Thread: any. */
void cleaner_money(uint64_t micros, char out[WORDS_MAX]);
/* "2026-08-02" in UTC, "-" for 0. Thread: any. */
void cleaner_date(time_t t, char out[WORDS_MAX]);
/* "68 AMIs", "1 snapshot". Thread: any. */
void cleaner_count(enum cleanup_kind kind, size_t count, char out[WORDS_MAX]);

#endif
