/* The Recycle Bin asked in a thread of its own. */
#include "core/recycle_task.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct recycle_task {
    pthread_t thread;
    atomic_bool cancel, ended;
    void (*ask)(struct recycle_task *task);
    struct aws *aws;
    char **regions;
    const struct recycle_item **items;
    size_t count; /* of regions, or of items */
    struct recycle *rules;
    struct recycle_bin *bin;
    struct recycle_result *results;
};

static void ask_rules(struct recycle_task *task)
{
    task->rules =
        recycle_read(task->aws, (const char *const *)task->regions, task->count, &task->cancel);
}

static void ask_list(struct recycle_task *task)
{
    task->bin =
        recycle_list(task->aws, (const char *const *)task->regions, task->count, &task->cancel);
}

static void ask_restore(struct recycle_task *task)
{
    recycle_restore(task->aws, task->items, task->count, &task->cancel, task->results);
}

static void *run(void *arg)
{
    struct recycle_task *task = arg;
    task->ask(task);
    atomic_store(&task->ended, true);
    return NULL;
}

static struct recycle_task *start(struct recycle_task task)
{
    struct recycle_task *kept = xcalloc(1, sizeof(*kept));
    *kept = task;
    if (pthread_create(&kept->thread, NULL, run, kept) != 0)
        abort();
    return kept;
}

static char **copy_names(const char *const *names, size_t count)
{
    char **copied = xcalloc(count + 1, sizeof(*copied));
    for (size_t i = 0; i < count; i++)
        copied[i] = xstrdup(names[i]);
    return copied;
}

struct recycle_task *recycle_task_rules(struct aws *aws, const char *const *regions, size_t count)
{
    return start((struct recycle_task){
        .ask = ask_rules, .aws = aws, .regions = copy_names(regions, count), .count = count});
}

struct recycle_task *recycle_task_list(struct aws *aws, const char *const *regions, size_t count)
{
    return start((struct recycle_task){
        .ask = ask_list, .aws = aws, .regions = copy_names(regions, count), .count = count});
}

struct recycle_task *recycle_task_restore(struct aws *aws, const struct recycle_item *const *items,
                                          size_t count)
{
    struct recycle_task task = {.ask = ask_restore, .aws = aws, .count = count};
    task.items = xcalloc(count + 1, sizeof(*items));
    memcpy(task.items, items, count * sizeof(*items));
    task.results = xcalloc(count + 1, sizeof(*task.results));
    return start(task);
}

bool recycle_task_ended(const struct recycle_task *task)
{
    return atomic_load(&task->ended);
}

struct recycle *recycle_task_answer(const struct recycle_task *task)
{
    return task->rules;
}

const struct recycle_bin *recycle_task_bin(const struct recycle_task *task)
{
    return task->bin;
}

const struct recycle_result *recycle_task_results(const struct recycle_task *task)
{
    return task->results;
}

void recycle_task_free(struct recycle_task *task)
{
    if (task == NULL)
        return;
    atomic_store(&task->cancel, true);
    pthread_join(task->thread, NULL);
    for (size_t i = 0; task->regions != NULL && i < task->count; i++)
        free(task->regions[i]);
    free(task->regions);
    free(task->items);
    free(task->results);
    recycle_unref(task->rules);
    recycle_bin_free(task->bin);
    free(task);
}
