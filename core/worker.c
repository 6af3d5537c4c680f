/* The inbox of the engine and the workers that fill it. */
#include "core/worker.h"

#include <stdlib.h>

#include "base/mem.h"

struct inbox {
    pthread_mutex_t lock;
    pthread_cond_t bell;
    bool rung;
    struct step *first, **last;
    struct command *commands;
    size_t command_count;
};

struct inbox *inbox_new(void)
{
    struct inbox *in = xcalloc(1, sizeof(*in));
    pthread_mutex_init(&in->lock, NULL);
    clock_cond_init(&in->bell);
    in->last = &in->first;
    return in;
}

void inbox_free(struct inbox *in)
{
    if (in == NULL)
        return;
    while (in->first != NULL) {
        struct step *step = in->first;
        in->first = step->next;
        step_free(step);
    }
    free(in->commands);
    pthread_cond_destroy(&in->bell);
    pthread_mutex_destroy(&in->lock);
    free(in);
}

static void ring_locked(struct inbox *in)
{
    in->rung = true;
    pthread_cond_signal(&in->bell);
}

void inbox_put_step(struct inbox *in, struct step *step)
{
    step->next = NULL;
    pthread_mutex_lock(&in->lock);
    *in->last = step;
    in->last = &step->next;
    ring_locked(in);
    pthread_mutex_unlock(&in->lock);
}

void inbox_put_command(struct inbox *in, const struct command *command)
{
    pthread_mutex_lock(&in->lock);
    in->commands = xrealloc(in->commands, in->command_count + 1, sizeof(*in->commands));
    in->commands[in->command_count++] = *command;
    ring_locked(in);
    pthread_mutex_unlock(&in->lock);
}

void inbox_ring(struct inbox *in)
{
    pthread_mutex_lock(&in->lock);
    ring_locked(in);
    pthread_mutex_unlock(&in->lock);
}

void inbox_take(struct inbox *in, clock_ms deadline, struct mail *out)
{
    pthread_mutex_lock(&in->lock);
    while (!in->rung && clock_cond_wait(&in->bell, &in->lock, deadline))
        continue;
    in->rung = false;
    *out = (struct mail){in->first, in->commands, in->command_count};
    in->first = NULL;
    in->last = &in->first;
    in->commands = NULL;
    in->command_count = 0;
    pthread_mutex_unlock(&in->lock);
}

struct worker {
    pthread_t thread;
    struct call *call;
    struct inbox *in;
    pthread_mutex_t lock;
    pthread_cond_t given;
    struct step *step; /* handed over, not yet taken */
    bool ending;
};

/* The next step to do, or NULL when the worker shall end. */
static struct step *worker_next(struct worker *w)
{
    pthread_mutex_lock(&w->lock);
    while (w->step == NULL && !w->ending)
        pthread_cond_wait(&w->given, &w->lock);
    struct step *step = w->step;
    w->step = NULL;
    pthread_mutex_unlock(&w->lock);
    return step;
}

static void *worker_main(void *arg)
{
    struct worker *w = arg;
    struct step *step;
    while ((step = worker_next(w)) != NULL) {
        step_run(step, w->call);
        inbox_put_step(w->in, step);
    }
    return NULL;
}

struct worker *worker_start(struct aws *aws, const char *region, const atomic_bool *cancel,
                            struct inbox *in)
{
    struct worker *w = xcalloc(1, sizeof(*w));
    w->call = call_new(aws, region, cancel);
    w->in = in;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->given, NULL);
    if (pthread_create(&w->thread, NULL, worker_main, w) != 0)
        abort();
    return w;
}

void worker_give(struct worker *w, struct step *step)
{
    pthread_mutex_lock(&w->lock);
    w->step = step;
    pthread_cond_signal(&w->given);
    pthread_mutex_unlock(&w->lock);
}

void worker_end(struct worker *w)
{
    if (w == NULL)
        return;
    pthread_mutex_lock(&w->lock);
    w->ending = true;
    pthread_cond_signal(&w->given);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    call_free(w->call);
    pthread_cond_destroy(&w->given);
    pthread_mutex_destroy(&w->lock);
    free(w);
}
