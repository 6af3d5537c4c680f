/* The journal's file: made, opened, checked, locked. */
#include "core/journal_db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

#define JOURNAL_VERSION 3

struct journal {
    char *dir, *path;
    sqlite3 *db;
    int lock_fd;
};

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS release (id TEXT PRIMARY KEY, name TEXT NOT NULL, account TEXT NOT "
    "NULL, plan TEXT NOT NULL, phase TEXT NOT NULL, exit_status INTEGER NOT NULL DEFAULT 130, "
    "made_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS intent (number INTEGER PRIMARY KEY, release TEXT NOT NULL "
    "REFERENCES release, action TEXT NOT NULL, image TEXT NOT NULL, disk TEXT NOT NULL, region "
    "TEXT "
    "NOT NULL, attempt INTEGER NOT NULL, asked_at INTEGER NOT NULL, answered_at INTEGER NOT NULL "
    "DEFAULT 0, ok INTEGER NOT NULL DEFAULT 0, result TEXT NOT NULL DEFAULT '', code TEXT NOT NULL "
    "DEFAULT '', message TEXT NOT NULL DEFAULT '', request_id TEXT NOT NULL DEFAULT '');"
    "DROP INDEX IF EXISTS release_unfinished;" /* of format 1 */
    "CREATE UNIQUE INDEX IF NOT EXISTS release_open ON release (name) WHERE phase NOT IN "
    "('done', 'cancelled');"
    "CREATE INDEX IF NOT EXISTS intent_release ON intent (release);"
    "CREATE TABLE IF NOT EXISTS fact (number INTEGER PRIMARY KEY, release TEXT NOT NULL REFERENCES "
    "release, key TEXT NOT NULL, value TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL);"
    "CREATE INDEX IF NOT EXISTS fact_key ON fact (release, key);"
    /* The digests of neighbouring blocks, one behind the other (core/blocks.h). */
    "CREATE TABLE IF NOT EXISTS block (number INTEGER PRIMARY KEY, name TEXT NOT NULL, first "
    "INTEGER NOT NULL, hashes BLOB NOT NULL);"
    "CREATE INDEX IF NOT EXISTS block_name ON block (name);";

/* mkdir -p with mode 0700. */
static bool make_dirs(const char *dir, struct err *err)
{
    char *path = xstrdup(dir);
    bool ok = true;
    for (char *p = path + 1; ok; p++) {
        if (*p != '/' && *p != '\0')
            continue;
        char end = *p;
        *p = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            ok = err_set_errno(err, ERR_IO, "cannot make the state folder %s", path);
        *p = end;
        if (end == '\0')
            break;
    }
    free(path);
    return ok;
}

/* The one number that a query gives; -1 when it gives none. */
static int number_of(sqlite3 *db, const char *query)
{
    sqlite3_stmt *s = NULL;
    int number = -1;
    if (sqlite3_prepare_v2(db, query, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
        number = sqlite3_column_int(s, 0);
    sqlite3_finalize(s);
    return number;
}

/* It holds tables, and none of them is a journal's first: not one byte of it is changed. */
static bool is_foreign(sqlite3 *db)
{
    return number_of(db, "SELECT count(*) FROM sqlite_master WHERE type = 'table'") > 0 &&
           number_of(db, "SELECT count(*) FROM pragma_table_info('release') WHERE name IN "
                         "('id', 'account', 'plan', 'phase')") != 4;
}

static bool cannot_use(const struct journal *j, struct err *err)
{
    bool full = sqlite3_errcode(j->db) == SQLITE_FULL;
    err_set(err, ERR_IO, "cannot use the journal %s: %s", j->path, sqlite3_errmsg(j->db));
    return err_advise(err, full ? "make room on the disk, and try again"
                                : "move the file away if it is damaged: `tatami resume` needs it");
}

/* FULL: a commit is on the disk before it returns, also through a power cut. */
static bool prepare_db(struct journal *j, struct err *err)
{
    sqlite3_busy_timeout(j->db, 5000);
    int version = number_of(j->db, "PRAGMA user_version");
    if (is_foreign(j->db)) {
        err_set(err, ERR_IO, "%s is a database of another program", j->path);
        return err_advise(err, "name another state folder with --state");
    }
    if (version > JOURNAL_VERSION) {
        err_set(err, ERR_IO,
                "the journal %s was written by a newer tatami (format %d, this one reads %d)",
                j->path, version, JOURNAL_VERSION);
        return err_advise(err, "use that tatami, or another state folder with --state");
    }
    char pragma[64];
    snprintf(pragma, sizeof(pragma), "PRAGMA user_version = %d", JOURNAL_VERSION);
    const char *const steps[] = {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",
                                 "PRAGMA foreign_keys = ON", schema, pragma};
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        if (sqlite3_exec(j->db, steps[i], NULL, NULL, NULL) != SQLITE_OK)
            return cannot_use(j, err);
    }
    return true;
}

/* SQLite makes its files by the umask; the journal names accounts and is nobody else's business.
 * A file that is there is never opened here: closing it would drop the locks that another
 * connection of this process has on it (sqlite.org/howtocorrupt.html, 2.2). */
static bool make_private(const char *path, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
    else if (errno != EEXIST)
        return err_set_errno(err, ERR_IO, "cannot open the journal %s", path);
    return fchmodat(AT_FDCWD, path, 0600, AT_SYMLINK_NOFOLLOW) == 0 ||
           err_set_errno(err, ERR_IO, "cannot make the journal %s private", path);
}

/* SQLite answers BUSY at once, without waiting, where the journal's mode is set, where the last
 * connection closes and where what a dead one left is taken over (sqlite.org/wal.html, "Sometimes
 * Queries Return SQLITE_BUSY In WAL Mode"): so one process at a time opens or closes it. */
static int enter_gate(const char *dir, struct err *err)
{
    char *path = xasprintf("%s/journal.gate", dir);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        err_set_errno(err, ERR_IO, "cannot open %s", path);
    } else {
        while (flock(fd, LOCK_EX) != 0 && errno == EINTR)
            continue;
    }
    free(path);
    return fd;
}

static void leave_gate(int fd)
{
    if (fd >= 0)
        close(fd);
}

static bool open_db(struct journal *j, struct err *err)
{
    if (!make_private(j->path, err))
        return false;
    if (sqlite3_open_v2(j->path, &j->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX | SQLITE_OPEN_NOFOLLOW,
                        NULL) == SQLITE_OK)
        return prepare_db(j, err);
    return err_set(err, ERR_IO, "cannot open the journal %s: %s", j->path,
                   j->db == NULL ? "no memory" : sqlite3_errmsg(j->db));
}

struct journal *journal_open(const char *state_dir, struct err *err)
{
    struct journal *j = xcalloc(1, sizeof(*j));
    j->lock_fd = -1;
    bool made = make_dirs(state_dir, err);
    /* The folder may lie behind links, which are its owner's; nothing in it may be one. */
    j->dir = made ? realpath(state_dir, NULL) : NULL;
    if (made && j->dir == NULL)
        err_set_errno(err, ERR_IO, "cannot find the state folder %s", state_dir);
    j->path = j->dir == NULL ? NULL : xasprintf("%s/journal.db", j->dir);
    int gate = j->dir != NULL ? enter_gate(j->dir, err) : -1;
    bool ok = gate >= 0 && open_db(j, err);
    leave_gate(gate);
    if (!ok) {
        journal_close(j);
        return NULL;
    }
    return j;
}

bool journal_exists(const char *state_dir)
{
    char *path = xasprintf("%s/journal.db", state_dir);
    bool exists = access(path, F_OK) == 0;
    free(path);
    return exists;
}

void journal_close(struct journal *j)
{
    if (j == NULL)
        return;
    journal_unlock(j);
    int gate = j->db == NULL ? -1 : enter_gate(j->dir, NULL);
    sqlite3_close(j->db);
    leave_gate(gate);
    free(j->dir);
    free(j->path);
    free(j);
}

sqlite3 *journal_db(struct journal *j)
{
    return j->db;
}

const char *journal_db_path(const struct journal *j)
{
    return j->path;
}

static bool held_by_other(int fd, const char *path, struct err *err)
{
    char who[160] = "";
    ssize_t n = pread(fd, who, sizeof(who) - 1, 0);
    who[n < 0 ? 0 : n] = '\0';
    who[strcspn(who, "\n")] = '\0';
    err_set(err, ERR_REFUSED, "another tatami works on this release: %s",
            who[0] == '\0' ? path : who);
    return err_advise(err, "wait for it to end, or stop it there");
}

/* The lock's file; no link is followed to it. */
static int open_lock(const char *dir, const char *release_id, struct err *err)
{
    int folder = -1, fd = -1;
    if (!make_dirs(dir, err))
        return -1;
    folder = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (folder >= 0)
        fd = openat(folder, release_id, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        err_set_errno(err, ERR_IO, "cannot open the lock %s/%s", dir, release_id);
    if (folder >= 0)
        close(folder);
    return fd;
}

bool journal_lock(struct journal *j, const char *release_id, struct err *err)
{
    char *dir = xasprintf("%s/lock", j->dir);
    char *path = xasprintf("%s/%s", dir, release_id);
    int fd = open_lock(dir, release_id, err);
    bool ok = fd >= 0;
    if (ok && flock(fd, LOCK_EX | LOCK_NB) != 0)
        ok = errno == EWOULDBLOCK ? held_by_other(fd, path, err)
                                  : err_set_errno(err, ERR_IO, "cannot lock %s", path);
    if (ok) {
        char host[80] = "?";
        gethostname(host, sizeof(host) - 1);
        if (ftruncate(fd, 0) != 0 || dprintf(fd, "process %d on %s\n", (int)getpid(), host) < 0)
            ok = err_set_errno(err, ERR_IO, "cannot write the lock %s", path);
    }
    if (ok) {
        journal_unlock(j);
        j->lock_fd = fd;
    } else if (fd >= 0) {
        close(fd);
    }
    free(dir);
    free(path);
    return ok;
}

void journal_unlock(struct journal *j)
{
    if (j->lock_fd >= 0)
        close(j->lock_fd);
    j->lock_fd = -1;
}
