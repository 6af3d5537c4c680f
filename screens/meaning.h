/* What an error means and what one can do, in words: one table by AWS code and by kind. */
#ifndef SCREENS_MEANING_H
#define SCREENS_MEANING_H

#include "core/model.h"

#define MEANING_WAYS 4

struct meaning {
    enum err_kind kind;
    const char *code;               /* AWS's code; NULL: any of this kind */
    const char *means;              /* one or two sentences */
    const char *ways[MEANING_WAYS]; /* "r", "try again" are joined by a tab: "r\ttry again" */
};

/* The row that fits best: by kind and code, else by kind. Never NULL. Thread: any. */
const struct meaning *meaning_of(enum err_kind kind, const char *code);

#endif
