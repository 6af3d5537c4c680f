/* Asks who uses AMIs: one thread a region, questions in the order in which they come. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aws/ec2_references.h"
#include "base/mem.h"
#include "core/usage_work.h"

#define REPORT_POLL_MS 15000

static void ring(struct usage_reader *r)
{
    uint64_t one = 1;
    if (r->wake_fd >= 0 && write(r->wake_fd, &one, sizeof(one)) < 0)
        return; /* it is full: the bell rings already */
}

static void job_free(struct usage_job *j)
{
    free(j->image);
    free(j->report);
    free(j);
}

/* ---- the threads ---- */

static void append(struct usage_place *p, struct usage_job *j)
{
    j->next = NULL;
    *p->last = j;
    p->last = &j->next;
}

/* With the mutex held: the first job that is due, taken out, NULL for none; *due is when the next
 * one will be. */
static struct usage_job *take(struct usage_place *p, enum usage_task *only, clock_ms *due)
{
    clock_ms now = clock_now_ms();
    *due = CLOCK_NEVER;
    for (struct usage_job **at = &p->jobs; *at != NULL; at = &(*at)->next) {
        struct usage_job *j = *at;
        if (j->due_ms > now || (only != NULL && j->task != *only)) {
            *due = clock_earlier(*due, j->due_ms);
            continue;
        }
        *at = j->next;
        if (p->last == &j->next)
            p->last = at;
        return j;
    }
    return NULL;
}

static void ended(struct usage_place *p, size_t jobs)
{
    pthread_mutex_lock(&p->reader->mutex);
    p->reader->pending -= jobs;
    p->reader->number++;
    pthread_cond_broadcast(&p->reader->changed);
    pthread_mutex_unlock(&p->reader->mutex);
    ring(p->reader);
}

/* With the mutex held on entry and exit: as many questions as one call takes. */
static void ask_together(struct usage_place *p, struct call *c, struct usage_job *first)
{
    enum usage_task task = TASK_REFERENCES;
    const char *images[EC2_REFERENCES_IMAGES_MAX];
    struct usage_job *jobs[EC2_REFERENCES_IMAGES_MAX] = {first};
    size_t count = 1;
    clock_ms due;
    while (count < ARRAY_LEN(jobs) && (jobs[count] = take(p, &task, &due)) != NULL)
        count++;
    for (size_t i = 0; i < count; i++)
        images[i] = jobs[i]->image;
    pthread_mutex_unlock(&p->reader->mutex);
    usage_ask(p, c, images, count);
    for (size_t i = 0; i < count; i++)
        job_free(jobs[i]);
    ended(p, count);
    pthread_mutex_lock(&p->reader->mutex);
}

static void do_report(struct usage_place *p, struct call *c, struct usage_job *j)
{
    pthread_mutex_unlock(&p->reader->mutex);
    bool again = j->task == TASK_ORDER ? usage_order(p, c, j) : usage_look(p, c, j);
    if (!again)
        job_free(j);
    ended(p, again ? 0 : 1);
    pthread_mutex_lock(&p->reader->mutex);
    if (!again)
        return;
    j->due_ms = clock_now_ms() + REPORT_POLL_MS;
    append(p, j);
}

static void *run(void *arg)
{
    struct usage_place *p = arg;
    struct usage_reader *r = p->reader;
    struct call *c = call_new(r->aws, p->region, &r->cancel);
    clock_ms due;
    pthread_mutex_lock(&r->mutex);
    while (!atomic_load(&r->cancel)) {
        struct usage_job *j = take(p, NULL, &due);
        if (j == NULL)
            clock_cond_wait(&r->changed, &r->mutex, due);
        else if (j->task == TASK_REFERENCES)
            ask_together(p, c, j);
        else
            do_report(p, c, j);
    }
    pthread_mutex_unlock(&r->mutex);
    call_free(c);
    return NULL;
}

/* With the mutex held. NULL when the system gives no thread. */
static struct usage_place *place_of(struct usage_reader *r, const char *region)
{
    for (struct usage_place *p = r->places; p != NULL; p = p->next)
        if (strcmp(p->region, region) == 0)
            return p;
    struct usage_place *p = xcalloc(1, sizeof(*p));
    p->reader = r;
    p->region = xstrdup(region);
    p->last = &p->jobs;
    if (pthread_create(&p->thread, NULL, run, p) != 0) {
        free(p->region);
        free(p);
        return NULL;
    }
    p->next = r->places;
    r->places = p;
    return p;
}

static void enqueue(struct usage_reader *r, const struct usage_question *q, enum usage_task task)
{
    struct usage_place *p = place_of(r, q->region);
    struct usage_entry row = usage_known(r, q->region, q->image);
    if (p == NULL) {
        struct err err;
        err_set(&err, ERR_IO, "the system gives no thread");
        row.err = &err;
        row.state = USAGE_UNCHECKED;
        usage_put(r, &row);
        return;
    }
    if (task == TASK_REFERENCES ? row.state == USAGE_CHECKING : row.report == USAGE_REPORT_PENDING)
        return;
    if (task == TASK_REFERENCES)
        row.state = USAGE_CHECKING;
    else
        row.report = USAGE_REPORT_PENDING;
    usage_put(r, &row);
    struct usage_job *j = xcalloc(1, sizeof(*j));
    j->task = task;
    j->image = xstrdup(q->image);
    append(p, j);
    r->pending++;
}

static void enqueue_all(struct usage_reader *r, const struct usage_question *questions,
                        size_t count, enum usage_task task)
{
    pthread_mutex_lock(&r->mutex);
    for (size_t i = 0; i < count; i++)
        enqueue(r, &questions[i], task);
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->mutex);
    ring(r);
}

void usage_check(struct usage_reader *r, const struct usage_question *questions, size_t count)
{
    enqueue_all(r, questions, count, TASK_REFERENCES);
}

void usage_report(struct usage_reader *r, const struct usage_question *questions, size_t count)
{
    enqueue_all(r, questions, count, TASK_ORDER);
}

struct usage_reader *usage_open(struct aws *aws, int wake_fd)
{
    struct usage_reader *r = xcalloc(1, sizeof(*r));
    r->aws = aws;
    r->wake_fd = wake_fd;
    pthread_mutex_init(&r->mutex, NULL);
    clock_cond_init(&r->changed);
    r->latest = usage_of_table(&r->table, 0);
    return r;
}

struct usage *usage_latest(struct usage_reader *r)
{
    pthread_mutex_lock(&r->mutex);
    if (usage_number(r->latest) != r->number) {
        usage_unref(r->latest);
        r->latest = usage_of_table(&r->table, r->number);
    }
    struct usage *latest = usage_ref(r->latest);
    pthread_mutex_unlock(&r->mutex);
    return latest;
}

/* Nobody signals when *cancel rises: it is looked at so often. */
#define CANCEL_LOOK_MS 100

void usage_wait(struct usage_reader *r, const atomic_bool *cancel)
{
    pthread_mutex_lock(&r->mutex);
    while (r->pending > 0 && (cancel == NULL || !atomic_load(cancel)))
        clock_cond_wait(&r->changed, &r->mutex, clock_now_ms() + clock_of_wall_ms(CANCEL_LOOK_MS));
    pthread_mutex_unlock(&r->mutex);
}

size_t usage_pending(struct usage_reader *r)
{
    pthread_mutex_lock(&r->mutex);
    size_t pending = r->pending;
    pthread_mutex_unlock(&r->mutex);
    return pending;
}

void usage_close(struct usage_reader *r)
{
    if (r == NULL)
        return;
    atomic_store(&r->cancel, true);
    pthread_mutex_lock(&r->mutex);
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->mutex);
    for (struct usage_place *p = r->places, *next; p != NULL; p = next) {
        next = p->next;
        pthread_join(p->thread, NULL);
        for (struct usage_job *j = p->jobs, *after; j != NULL; j = after) {
            after = j->next;
            job_free(j);
        }
        free(p->region);
        free(p);
    }
    usage_unref(r->latest);
    usage_table_free(&r->table);
    pthread_cond_destroy(&r->changed);
    pthread_mutex_destroy(&r->mutex);
    free(r);
}
