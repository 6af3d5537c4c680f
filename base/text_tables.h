/* Tables behind base/text: what must not be drawn, what has no width and what has two columns. */
#ifndef BASE_TEXT_TABLES_H
#define BASE_TEXT_TABLES_H

#include <stddef.h>
#include <stdint.h>

/* Code points from first to last, both included. */
struct text_range {
    uint32_t first, last;
};

/* Never drawn as they are. Look here first: the other tables bridge over such gaps. */
extern const struct text_range text_hidden[];
extern const size_t text_hidden_count;
/* No columns of their own. */
extern const struct text_range text_marks[];
extern const size_t text_marks_count;
/* Two columns. */
extern const struct text_range text_wide[];
extern const size_t text_wide_count;

#endif
