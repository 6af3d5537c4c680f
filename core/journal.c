/* The journal's rows: releases, intents, facts. */
#include "core/journal.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "core/journal_db.h"

static bool fail(struct journal *j, struct err *err)
{
    err_set(err, ERR_IO, "cannot write the journal %s: %s", journal_db_path(j),
            sqlite3_errmsg(journal_db(j)));
    return err_advise(err, "make room on the disk, then `tatami resume`");
}

/* One prepared statement's values, in order. */
enum { TEXT = 't', NUMBER = 'n' };
struct value {
    char type;
    const char *text;
    int64_t number;
};
#define T(s)                                                                                       \
    {                                                                                              \
        TEXT, s, 0                                                                                 \
    }
#define N(n)                                                                                       \
    {                                                                                              \
        NUMBER, NULL, n                                                                            \
    }

static sqlite3_stmt *prepare(struct journal *j, const char *sql, const struct value *values,
                             int count)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(journal_db(j), sql, -1, &s, NULL) != SQLITE_OK)
        return NULL;
    for (int i = 0; i < count; i++) {
        if (values[i].type == NUMBER)
            sqlite3_bind_int64(s, i + 1, values[i].number);
        else
            sqlite3_bind_text(s, i + 1, values[i].text, -1, SQLITE_TRANSIENT);
    }
    return s;
}

static bool run(struct journal *j, const char *sql, const struct value *values, int count,
                struct err *err)
{
    sqlite3_stmt *s = prepare(j, sql, values, count);
    bool ok = s != NULL && sqlite3_step(s) == SQLITE_DONE;
    sqlite3_finalize(s);
    return ok || fail(j, err);
}

bool journal_begin(struct journal *j, struct err *err)
{
    return run(j, "BEGIN IMMEDIATE", NULL, 0, err);
}

bool journal_commit(struct journal *j, struct err *err)
{
    return run(j, "COMMIT", NULL, 0, err);
}

bool journal_add_release(struct journal *j, const char *id, const char *name, const char *account,
                         const char *plan_json, int64_t made_at, struct err *err)
{
    struct value v[] = {T(id), T(name), T(account), T(plan_json), N(made_at), N(made_at)};
    if (run(j,
            "INSERT INTO release (id, name, account, plan, made_at, updated_at, phase) "
            "VALUES (?, ?, ?, ?, ?, ?, 'running')",
            v, ARRAY_LEN(v), err))
        return true;
    if (sqlite3_errcode(journal_db(j)) != SQLITE_CONSTRAINT)
        return false;
    err_set(err, ERR_REFUSED, "the release %s is begun and not finished", name);
    return err_advise(err, "`tatami resume %s` goes on with it", name);
}

bool journal_drop_release(struct journal *j, const char *id, struct err *err)
{
    struct value v[] = {T(id)};
    return run(j, "DELETE FROM fact WHERE release = ?", v, ARRAY_LEN(v), err) &&
           run(j, "DELETE FROM release WHERE id = ?", v, ARRAY_LEN(v), err);
}

bool journal_set_phase(struct journal *j, const char *id, const char *phase, int exit_status,
                       int64_t at, struct err *err)
{
    struct value v[] = {T(phase), N(exit_status), N(at), T(id)};
    return run(j, "UPDATE release SET phase = ?, exit_status = ?, updated_at = ? WHERE id = ?", v,
               ARRAY_LEN(v), err);
}

static char *column(sqlite3_stmt *s, int i)
{
    const char *text = (const char *)sqlite3_column_text(s, i);
    return xstrdup(text == NULL ? "" : text);
}

bool journal_list(struct journal *j, const char *name, bool unfinished_only,
                  struct journal_release **out, size_t *count, struct err *err)
{
    *out = NULL;
    *count = 0;
    struct value v[] = {T(name), N(unfinished_only)};
    sqlite3_stmt *s = prepare(
        j,
        "SELECT id, name, account, phase, plan, made_at, updated_at, "
        "exit_status FROM release WHERE (?1 IS NULL OR name = ?1 OR id = ?1) "
        "AND (?2 = 0 OR phase NOT IN ('done', 'cancelled')) ORDER BY made_at DESC, rowid DESC",
        v, ARRAY_LEN(v));
    if (s == NULL)
        return fail(j, err);
    int step;
    while ((step = sqlite3_step(s)) == SQLITE_ROW) {
        *out = xrealloc(*out, *count + 1, sizeof(**out));
        (*out)[(*count)++] = (struct journal_release){
            .id = column(s, 0),
            .name = column(s, 1),
            .account = column(s, 2),
            .phase = column(s, 3),
            .plan_json = column(s, 4),
            .made_at = sqlite3_column_int64(s, 5),
            .updated_at = sqlite3_column_int64(s, 6),
            .exit_status = sqlite3_column_int(s, 7),
        };
    }
    sqlite3_finalize(s);
    return step == SQLITE_DONE || fail(j, err);
}

void journal_releases_free(struct journal_release *releases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(releases[i].id);
        free(releases[i].name);
        free(releases[i].account);
        free(releases[i].phase);
        free(releases[i].plan_json);
    }
    free(releases);
}

bool journal_intend(struct journal *j, const char *release_id, const struct journal_intent *intent,
                    int64_t *number, struct err *err)
{
    struct value v[] = {T(release_id),     T(intent->action),  T(intent->image),   T(intent->disk),
                        T(intent->region), N(intent->attempt), N(intent->asked_at)};
    if (!run(j,
             "INSERT INTO intent (release, action, image, disk, region, attempt, asked_at) "
             "VALUES (?, ?, ?, ?, ?, ?, ?)",
             v, ARRAY_LEN(v), err))
        return false;
    *number = sqlite3_last_insert_rowid(journal_db(j));
    return true;
}

bool journal_answer(struct journal *j, int64_t number, const char *result,
                    const struct err *failure, int64_t at, struct err *err)
{
    static const struct err none;
    const struct err *f = failure == NULL ? &none : failure;
    struct value v[] = {N(at),      N(failure == NULL), T(result == NULL ? "" : result),
                        T(f->code), T(f->message),      T(f->request_id),
                        N(number)};
    return run(j,
               "UPDATE intent SET answered_at = ?, ok = ?, result = ?, code = ?, message = ?, "
               "request_id = ? WHERE number = ?",
               v, ARRAY_LEN(v), err);
}

bool journal_intents(struct journal *j, const char *release_id, struct journal_intent **out,
                     size_t *count, struct err *err)
{
    *out = NULL;
    *count = 0;
    struct value v[] = {T(release_id)};
    sqlite3_stmt *s =
        prepare(j,
                "SELECT number, action, image, disk, region, attempt, asked_at, answered_at, ok, "
                "result, code, message, request_id FROM intent WHERE release = ? ORDER BY number",
                v, ARRAY_LEN(v));
    if (s == NULL)
        return fail(j, err);
    int step;
    while ((step = sqlite3_step(s)) == SQLITE_ROW) {
        *out = xrealloc(*out, *count + 1, sizeof(**out));
        (*out)[(*count)++] = (struct journal_intent){
            .number = sqlite3_column_int64(s, 0),
            .action = column(s, 1),
            .image = column(s, 2),
            .disk = column(s, 3),
            .region = column(s, 4),
            .attempt = sqlite3_column_int(s, 5),
            .asked_at = sqlite3_column_int64(s, 6),
            .answered_at = sqlite3_column_int64(s, 7),
            .ok = sqlite3_column_int(s, 8) != 0,
            .result = column(s, 9),
            .code = column(s, 10),
            .message = column(s, 11),
            .request_id = column(s, 12),
        };
    }
    sqlite3_finalize(s);
    return step == SQLITE_DONE || fail(j, err);
}

void journal_intents_free(struct journal_intent *intents, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *texts[] = {intents[i].action,  intents[i].image,     intents[i].disk,
                         intents[i].region,  intents[i].result,    intents[i].code,
                         intents[i].message, intents[i].request_id};
        for (size_t t = 0; t < ARRAY_LEN(texts); t++)
            free(texts[t]);
    }
    free(intents);
}

bool journal_set(struct journal *j, const char *release_id, const char *key, const char *value,
                 const char *by, int64_t at, struct err *err)
{
    struct value v[] = {T(release_id), T(key), T(value), T(by), N(at)};
    return run(j, "INSERT INTO fact (release, key, value, by, at) VALUES (?, ?, ?, ?, ?)", v,
               ARRAY_LEN(v), err);
}

bool journal_facts(struct journal *j, const char *release_id, const char *prefix,
                   struct journal_fact **out, size_t *count, struct err *err)
{
    *out = NULL;
    *count = 0;
    struct value v[] = {T(release_id), T(prefix)};
    sqlite3_stmt *s = prepare(j,
                              "SELECT key, value, at FROM fact WHERE number IN (SELECT max(number) "
                              "FROM fact WHERE release = ?1 AND substr(key, 1, length(?2)) = ?2 "
                              "GROUP BY key) ORDER BY number",
                              v, ARRAY_LEN(v));
    if (s == NULL)
        return fail(j, err);
    int step;
    while ((step = sqlite3_step(s)) == SQLITE_ROW) {
        *out = xrealloc(*out, *count + 1, sizeof(**out));
        (*out)[(*count)++] =
            (struct journal_fact){column(s, 0), column(s, 1), sqlite3_column_int64(s, 2)};
    }
    sqlite3_finalize(s);
    return step == SQLITE_DONE || fail(j, err);
}

void journal_facts_free(struct journal_fact *facts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(facts[i].key);
        free(facts[i].value);
    }
    free(facts);
}

char *journal_get(struct journal *j, const char *release_id, const char *key)
{
    struct value v[] = {T(release_id), T(key)};
    sqlite3_stmt *s = prepare(
        j, "SELECT value FROM fact WHERE release = ? AND key = ? ORDER BY number DESC LIMIT 1", v,
        ARRAY_LEN(v));
    char *value = NULL;
    if (s != NULL && sqlite3_step(s) == SQLITE_ROW)
        value = column(s, 0);
    sqlite3_finalize(s);
    return value;
}
