/* What an error means and what one can do, in words: one table by AWS code and by kind. */
#ifndef SCREENS_MEANING_H
#define SCREENS_MEANING_H

#include "core/model.h"

#define MEANING_WAYS 4

/* Something to do: its key or a word for it, and what it does. */
struct meaning_way {
    const char *key;
    const char *does; /* "REGION" stands for the error's region */
};

struct meaning {
    enum err_kind kind;
    const char *code;  /* AWS's code; NULL: any of this kind */
    const char *means; /* one or two sentences */
    struct meaning_way ways[MEANING_WAYS];
};

/* The row that fits best: by kind and code, else by kind. Never NULL. Thread: any. */
const struct meaning *meaning_of(enum err_kind kind, const char *code);

/* What a way does, with the region filled in. The caller frees. Thread: any. */
struct safe_text meaning_fill(const struct meaning_way *way, const struct safe_text *region);

#endif
