/* Intents and results in SQLite: what will be asked of AWS is on disk before it is asked. */
#ifndef CORE_JOURNAL_H
#define CORE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct journal;

/* Opens or makes STATE/journal.db (mode 0600, the folder 0700). ERR_IO with what to do, also for a
 * journal of a newer tatami. The connection is used by one thread at a time. Thread: main, then
 * engine. */
struct journal *journal_open(const char *state_dir, struct err *err);
void journal_close(struct journal *j);
/* True when there is one; looks, and makes nothing. Thread: main. */
bool journal_exists(const char *state_dir);

/* The kernel lock of a release, STATE/lock/ID; death releases it. False with ERR_REFUSED naming
 * process and host of the holder when another tatami has it. Kept until journal_close() or
 * journal_unlock(). Thread: main. */
bool journal_lock(struct journal *j, const char *release_id, struct err *err);
void journal_unlock(struct journal *j);

/* A batch: everything between begin and commit is on disk together, and only then may the requests
 * leave. Thread: engine. */
bool journal_begin(struct journal *j, struct err *err);
bool journal_commit(struct journal *j, struct err *err);

struct journal_release {
    char *id, *name, *account, *phase, *plan_json;
    int64_t made_at, updated_at; /* calendar, program's clock */
    int exit_status;
};
void journal_releases_free(struct journal_release *releases, size_t count);
/* Writes a new release with its plan. ERR_REFUSED when an unfinished one has that name: two that
 * begin at the same moment cannot both. Thread: engine. */
bool journal_add_release(struct journal *j, const char *id, const char *name, const char *account,
                         const char *plan_json, int64_t made_at, struct err *err);
/* Forgets a release of which nothing was asked: another machine carries it out. Thread: engine. */
bool journal_drop_release(struct journal *j, const char *id, struct err *err);
bool journal_set_phase(struct journal *j, const char *id, const char *phase, int exit_status,
                       int64_t at, struct err *err);
/* Newest first; name NULL for all. *out is malloc'd. Thread: main. */
bool journal_list(struct journal *j, const char *name, bool unfinished_only,
                  struct journal_release **out, size_t *count, struct err *err);

/* One thing that is asked of AWS for a release. Strings of a row that was read are malloc'd. */
struct journal_intent {
    int64_t number;
    char *action;                /* "RegisterImage" */
    char *image, *disk, *region; /* "" where there is none */
    int attempt;
    int64_t asked_at, answered_at; /* 0: no answer is known */
    bool ok;
    char *result; /* id that AWS gave; "" for none */
    char *code, *message, *request_id;
};
void journal_intents_free(struct journal_intent *intents, size_t count);
/* *number is the intent's, for its result. Thread: engine. */
bool journal_intend(struct journal *j, const char *release_id, const struct journal_intent *intent,
                    int64_t *number, struct err *err);
/* What AWS answered; failure is NULL when it was done. Thread: engine. */
bool journal_answer(struct journal *j, int64_t number, const char *result,
                    const struct err *failure, int64_t at, struct err *err);
/* All intents of a release in order. Thread: engine. */
bool journal_intents(struct journal *j, const char *release_id, struct journal_intent **out,
                     size_t *count, struct err *err);

/* Facts that were learned and changes of the plan, by a key such as "disk/0/1/digest" or
 * "wish/0/eu-west-1"; the newest value counts, `by` says who asked. Thread: engine. */
bool journal_set(struct journal *j, const char *release_id, const char *key, const char *value,
                 const char *by, int64_t at, struct err *err);
struct journal_fact {
    char *key, *value;
    int64_t at;
};
void journal_facts_free(struct journal_fact *facts, size_t count);
/* The newest value of every key that begins so, in the order in which they were set. Thread:
 * engine. */
bool journal_facts(struct journal *j, const char *release_id, const char *prefix,
                   struct journal_fact **out, size_t *count, struct err *err);
/* malloc'd, NULL when it was never set. Thread: engine. */
char *journal_get(struct journal *j, const char *release_id, const char *key);

#endif
