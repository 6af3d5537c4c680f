/* How the engine makes a model; nobody else includes this. */
#ifndef CORE_MODEL_BUILD_H
#define CORE_MODEL_BUILD_H

#include <stdatomic.h>

#include "core/model.h"

struct model_box {
    struct model model; /* first: a model is its box */
    atomic_int references;
};

/* An empty model with one reference. Thread: engine. */
struct model *model_new(void);
/* An error made safe to draw; times are calendar times. Thread: engine. */
struct model_error *model_error_new(const struct err *err, time_t first_at, time_t last_at,
                                    int tries);

#endif
