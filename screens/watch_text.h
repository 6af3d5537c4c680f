/* Ages, moments and texts as the watch screens say them. */
#ifndef SCREENS_WATCH_TEXT_H
#define SCREENS_WATCH_TEXT_H

#include <time.h>

#include "base/clock.h"
#include "core/model.h"
#include "screens/words.h"
#include "ui/grid.h"

/* "<1 min", "7 min", "1 h 12", "3 d 4 h", "90 d"; ">" in front where it is at least that. Changes
 * once a minute at most. Thread: any. */
void watch_age(clock_ms ms, bool at_least, char out[WORDS_MAX]);
/* What is left: the same, "?" unknown, "-" for nothing. Thread: any. */
void watch_left(clock_ms ms, char out[WORDS_MAX]);
/* "14:02" of the day of now, else "11-22 14:02"; "-" for none. Thread: any. */
void watch_moment(time_t at, time_t now, char out[WORDS_MAX]);

/* Draws text from AWS into the view's first row, with an ellipsis behind it, or for an id in its
 * middle, where it is too long. Thread: ui. */
void watch_fit(const struct view *v, enum role role, const char *raw);
void watch_fit_id(const struct view *v, enum role role, const char *raw);
/* The same at the right edge, for figures. Thread: ui. */
void watch_fit_right(const struct view *v, enum role role, const char *raw);
/* "83%" at the right edge, "-" for a negative one. Thread: ui. */
void watch_percent(const struct view *v, int percent);
/* The word's glyph and name. Thread: ui. */
void watch_word(const struct view *v, enum word word);

/* Draws how a release stands over the regions: a glyph a region where it fits, else counts such as
 * "19● 9→ 2·". Thread: ui. */
struct watch_release;
void watch_regions_draw(const struct view *v, const struct watch_release *release);

#endif
