/* The regions and questions of a usage reader; for core/usage*.c alone. */
#ifndef CORE_USAGE_WORK_H
#define CORE_USAGE_WORK_H

#include <pthread.h>

#include "aws/call.h"
#include "core/usage_build.h"

enum usage_task { TASK_REFERENCES, TASK_ORDER, TASK_REPORT };

/* Something to be done for one AMI. */
struct usage_job {
    struct usage_job *next;
    enum usage_task task;
    char *image, *report; /* report: the id of one that was ordered */
    clock_ms due_ms;
    int unlisted; /* looks at a report that did not show it */
};

/* One region. */
struct usage_place {
    struct usage_reader *reader;
    struct usage_place *next;
    char *region;
    pthread_t thread;
    struct usage_job *jobs, **last; /* in order of arrival */
};

struct usage_reader {
    struct aws *aws;
    int wake_fd;
    atomic_bool cancel;
    pthread_mutex_t mutex; /* over all below */
    pthread_cond_t changed;
    struct usage_place *places;
    struct usage_table table;
    struct usage *latest; /* of `number`, or older */
    uint64_t number;
    size_t pending;
    char account[16]; /* own; "" until somebody orders a report */
};

/* With the mutex held: a new state of one AMI. Thread: any. */
void usage_put(struct usage_reader *r, const struct usage_entry *row);
/* With the mutex held: what is known, or an empty row; its pointers live until the next put.
 * Thread: any. */
struct usage_entry usage_known(const struct usage_reader *r, const char *region, const char *image);

/* Asks for the references of 1 to EC2_REFERENCES_IMAGES_MAX AMIs and writes what came. Thread: the
 * place's. */
void usage_ask(struct usage_place *p, struct call *c, const char *const *images, size_t count);
/* Orders a report, or looks at one that was ordered; true when it is to be looked at later. Thread:
 * the place's. */
bool usage_order(struct usage_place *p, struct call *c, struct usage_job *j);
bool usage_look(struct usage_place *p, struct call *c, struct usage_job *j);

#endif
