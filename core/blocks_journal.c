/* The digests of blocks in the journal: runs of neighbours. */
#include <sqlite3.h>
#include <string.h>

#include "base/mem.h"
#include "core/blocks.h"
#include "core/journal_db.h"

enum { RUN_BLOCKS = 1024 };

static bool fail(struct journal *j, const char *what, struct err *err)
{
    err_set(err, ERR_IO, "cannot %s the journal %s: %s", what, journal_db_path(j),
            sqlite3_errmsg(journal_db(j)));
    return err_advise(err, "make room on the disk, then `tatami resume`");
}

/* Its first parameter is the set's name. */
static sqlite3_stmt *prepare(struct journal *j, const char *sql, const char *set)
{
    sqlite3_stmt *s = NULL;

    if (sqlite3_prepare_v2(journal_db(j), sql, -1, &s, NULL) == SQLITE_OK)
        sqlite3_bind_text(s, 1, set, -1, SQLITE_TRANSIENT);
    return s;
}

static bool write_run(sqlite3_stmt *s, uint64_t first, const unsigned char *hashes, size_t count)
{
    sqlite3_bind_int64(s, 2, (sqlite3_int64)first);
    sqlite3_bind_blob(s, 3, hashes, (int)(count * DIGEST_SIZE), SQLITE_STATIC);
    bool ok = sqlite3_step(s) == SQLITE_DONE;
    return sqlite3_reset(s) == SQLITE_OK && ok;
}

bool blocks_write(const struct blocks *b, struct journal *j, const char *set, struct err *err)
{
    static const char sql[] = "INSERT INTO block (name, first, hashes) VALUES (?, ?, ?)";
    unsigned char run[RUN_BLOCKS * DIGEST_SIZE];
    sqlite3_stmt *s = prepare(j, sql, set);
    /* An empty set leaves its name behind. */
    bool ok = s != NULL && (blocks_count(b) > 0 || write_run(s, 0, run, 0));

    for (uint64_t first = 0; ok && blocks_next(b, &first);) {
        const unsigned char *hash;
        size_t count = 0;
        for (; count < RUN_BLOCKS && (hash = blocks_get(b, first + count)) != NULL; count++)
            memcpy(run + count * DIGEST_SIZE, hash, DIGEST_SIZE);
        ok = write_run(s, first, run, count);
        first += count;
    }
    sqlite3_finalize(s);
    return ok || fail(j, "write", err);
}

bool blocks_read(struct blocks *b, struct journal *j, const char *set, bool *any, struct err *err)
{
    static const char sql[] = "SELECT first, hashes FROM block WHERE name = ? ORDER BY number";
    sqlite3_stmt *s = prepare(j, sql, set);
    int step = SQLITE_ERROR;

    *any = false;
    while (s != NULL && (step = sqlite3_step(s)) == SQLITE_ROW) {
        uint64_t first = (uint64_t)sqlite3_column_int64(s, 0);
        const unsigned char *hashes = sqlite3_column_blob(s, 1);
        size_t count = (size_t)sqlite3_column_bytes(s, 1) / DIGEST_SIZE;
        for (size_t i = 0; i < count; i++)
            blocks_set(b, first + i, hashes + i * DIGEST_SIZE);
        *any = true;
    }
    sqlite3_finalize(s);
    return step == SQLITE_DONE || fail(j, "read", err);
}

bool blocks_drop(struct journal *j, const char *set, struct err *err)
{
    sqlite3_stmt *s = prepare(j, "DELETE FROM block WHERE name = ?", set);
    bool ok = s != NULL && sqlite3_step(s) == SQLITE_DONE;

    sqlite3_finalize(s);
    return ok || fail(j, "write", err);
}
