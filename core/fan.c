/* One thread a region. */
#include "core/fan.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"

#define FAN_THREADS 40

struct fan {
    struct aws *aws;
    const char *const *regions;
    size_t count;
    const atomic_bool *cancel;
    void (*work)(struct call *c, size_t index, void *arg);
    void *arg;
    atomic_size_t next;
};

static void *run(void *arg)
{
    struct fan *f = arg;
    for (size_t i; (i = atomic_fetch_add(&f->next, 1)) < f->count;) {
        struct call *c = call_new(f->aws, f->regions[i], f->cancel);
        f->work(c, i, f->arg);
        call_free(c);
    }
    return NULL;
}

void fan_out(struct aws *aws, const char *const *regions, size_t count, const atomic_bool *cancel,
             void (*work)(struct call *c, size_t index, void *arg), void *arg)
{
    struct fan fan = {
        .aws = aws, .regions = regions, .count = count, .cancel = cancel, .work = work, .arg = arg};
    size_t wanted = count < FAN_THREADS ? count : FAN_THREADS, started = 0;
    pthread_t *threads = xcalloc(wanted + 1, sizeof(*threads));
    while (started < wanted && pthread_create(&threads[started], NULL, run, &fan) == 0)
        started++;
    if (started == 0)
        run(&fan); /* the system gives no thread: one after the other is still right */
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    free(threads);
}
