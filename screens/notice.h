/* Telling a person who looks elsewhere: when to ring, and the window's title. Pure. */
#ifndef SCREENS_NOTICE_H
#define SCREENS_NOTICE_H

#include "core/model.h"

/* True when the newer model brings the first failure, a question, or the end. before may be NULL.
 * Thread: ui. */
bool notice_rings(const struct model *before, const struct model *after);

/* `tatami 19/34 1✗ acme/1.2.3`. The caller frees. model may be NULL. Thread: ui. */
struct safe_text notice_title(const struct model *model, bool ascii);

#endif
