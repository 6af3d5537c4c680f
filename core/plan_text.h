/* The plan's text in a resource's tags: cut into pieces that a tag's value can hold. */
#ifndef CORE_PLAN_TEXT_H
#define CORE_PLAN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "aws/query.h"
#include "core/plan.h"

/* Tags "tatami:plan.1", "tatami:plan.2"... hold it; the first begins with their number. */
#define PLAN_TEXT_KEY    "tatami:plan."
#define PLAN_TEXT_PIECES 20
#define PLAN_PIECE_BYTES 255             /* StartSnapshot takes so many characters in a value */
#define PLAN_TAG_HOLDER  "tatami:holder" /* who carries the release out */
#define PLAN_TAG_BLOCKS  "tatami:blocks" /* of a snapshot whose blocks are all there */

/* How many pieces the home snapshot of this plan has room for, beside its other tags: EC2 takes 50
 * on a resource. Thread: any. */
size_t plan_text_room(const struct plan *plan);
/* True when they hold the whole plan. Thread: any. */
bool plan_text_fits(const struct plan *plan);
/* Appends the pieces of `text` to *tags, a malloc'd array (plan_tags_free()). False, and nothing is
 * appended, when it needs more than `room` of them. Thread: any. */
bool plan_text_add(const char *text, size_t room, struct tag **tags, size_t *count);
/* The text that these tags hold, malloc'd; NULL when they hold none, or not all of it. Thread:
 * any. */
char *plan_text_of(const struct tag *tags, size_t count);

#endif
