/* Who uses an AMI, as far as it was asked: what was not checked is not unused. */
#ifndef CORE_USAGE_H
#define CORE_USAGE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"

struct aws;

enum usage_state {
    USAGE_UNCHECKED, /* nobody asked, or the question failed: err says why */
    USAGE_CHECKING,  /* under way; what was known before still stands in the row */
    USAGE_FREE,      /* nothing of this account names it */
    USAGE_USED
};

enum usage_kind {
    USAGE_INSTANCES,
    USAGE_TEMPLATES, /* versions of launch templates */
    USAGE_PARAMETERS,
    USAGE_RECIPES, /* of Image Builder, for images and containers */
    USAGE_OTHER,   /* a kind that EC2 names and this table does not */
    USAGE_KINDS
};

/* Something that names the AMI. */
struct usage_reference {
    enum usage_kind kind;
    const char *arn; /* as AWS gave it */
};

/* What a usage report says of other accounts. */
enum usage_report {
    USAGE_REPORT_NONE,    /* nobody asked */
    USAGE_REPORT_PENDING, /* AWS is counting; it takes minutes */
    USAGE_REPORT_READY,
    USAGE_REPORT_FAILED /* report_err says why */
};

struct usage_account {
    char account[16];
    const char *resource; /* "ec2:Instance" */
    uint64_t count;       /* up to a day old */
};

/* What is known of one AMI. Immutable below usage_ref(). */
struct usage_entry {
    const char *region, *image;
    enum usage_state state;
    unsigned counts[USAGE_KINDS];
    const struct usage_reference *references;
    size_t reference_count;
    time_t checked_at;     /* calendar; 0: never */
    const struct err *err; /* of the last question, when it failed; else NULL */
    enum usage_report report;
    const struct err *report_err;         /* never NULL with USAGE_REPORT_FAILED, else NULL */
    const struct usage_account *accounts; /* other accounts that use it */
    size_t account_count;
};

/* Everything that was asked so far; refcounted. */
struct usage;
struct usage *usage_ref(struct usage *usage);
void usage_unref(struct usage *usage);
/* Rises with every change. usage may be NULL. Thread: any. */
uint64_t usage_number(const struct usage *usage);
/* NULL: not checked. usage may be NULL. Lives as long as the usage. Thread: any. */
const struct usage_entry *usage_find(const struct usage *usage, const char *region,
                                     const char *image);
/* The state, USAGE_UNCHECKED for NULL. A row that is being checked again counts as what it was
 * before. Thread: any. */
enum usage_state usage_settled(const struct usage_entry *entry);
/* A usage of these rows alone, copied; for tests and for a plan that is checked again. Thread: any.
 */
struct usage *usage_new(const struct usage_entry *rows, size_t count);

/* "instance", "template version", "SSM parameter", "recipe", "other resource": with an s for any
 * count but 1. Thread: any. */
const char *usage_kind_name(enum usage_kind kind, unsigned count);

/* One AMI to ask about. */
struct usage_question {
    const char *region, *image;
};

/* Asks in threads of its own, at most one a region, ten AMIs a call. Never NULL. wake_fd is an
 * eventfd that rings with every change; -1: none. Thread: main. */
struct usage_reader;
struct usage_reader *usage_open(struct aws *aws, int wake_fd);
/* What is known now; the caller's reference. Never waits. Thread: any. */
struct usage *usage_latest(struct usage_reader *reader);
/* Asks for the references of these AMIs, again when they were asked before; copies the strings,
 * does not wait. Thread: any. */
void usage_check(struct usage_reader *reader, const struct usage_question *questions, size_t count);
/* Orders a usage report of each: other accounts' instances and launch templates. Makes a report
 * resource at AWS and deletes it once it was read; a reader that is closed before leaves it there.
 * With --read-only it fails. Does not wait.
 * Thread: any. */
void usage_report(struct usage_reader *reader, const struct usage_question *questions,
                  size_t count);
/* Waits until nothing is under way, or *cancel (may be NULL). Thread: main or worker. */
void usage_wait(struct usage_reader *reader, const atomic_bool *cancel);
/* How many AMIs are still to be asked. Thread: any. */
size_t usage_pending(struct usage_reader *reader);
/* Cancels what is under way, waits for the threads, frees. NULL is a no-op. Thread: main. */
void usage_close(struct usage_reader *reader);

#endif
