/* Lines that are appended and synced, and read back once. */
#include "core/cleanup_journal.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"

#define NAME_FRONT "cleanup-"
#define NAME_BACK  ".jsonl"

struct cleanup_journal {
    const struct cleanup_plan *plan;
    char *path;
    int fd;
    bool *begun; /* by item: an earlier run asked for something */
    bool *half;  /* by item: something was asked for, and it has not ended as it should */
    bool *done;  /* by item: an earlier run has ended it as planned */
    pthread_mutex_t mutex;
};

/* Takes the kernel lock; false when another process has it. */
static bool lock_file(int fd, const char *path, struct err *err)
{
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return true;
    if (errno != EWOULDBLOCK)
        return err_set_errno(err, ERR_IO, "cannot lock %s", path);
    err_set(err, ERR_REFUSED, "another tatami is carrying out this plan now");
    return err_advise(err, "wait until it has ended; then apply the plan again to finish it");
}

/* The whole file; what follows the last line end is a line that death cut off. */
static bool read_lines(int fd, const char *path, struct buf *out, struct err *err)
{
    char block[65536];
    ssize_t n;
    for (off_t at = 0; (n = pread(fd, block, sizeof(block), at)) > 0; at += n)
        buf_add(out, block, (size_t)n);
    return n == 0 || err_set_errno(err, ERR_IO, "cannot read %s", path);
}

/* Calls each for every whole line that is JSON. */
static void each_line(struct buf *text, void (*each)(void *arg, const cJSON *line), void *arg)
{
    const char *at = buf_str(text), *end;
    for (; (end = strchr(at, '\n')) != NULL; at = end + 1) {
        cJSON *line = cJSON_ParseWithLength(at, (size_t)(end - at));
        if (line != NULL)
            each(arg, line);
        cJSON_Delete(line);
    }
}

static void note_item(void *arg, const cJSON *line)
{
    struct cleanup_journal *j = arg;
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(line, "item");
    if (!cJSON_IsNumber(item) || item->valueint < 0 ||
        (size_t)item->valueint >= j->plan->item_count)
        return;
    if (cJSON_HasObjectItem(line, "intent"))
        j->begun[item->valueint] = j->half[item->valueint] = true;
    else if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(line, "done"))) {
        j->half[item->valueint] = false;
        j->done[item->valueint] = true;
    }
}

/* Appends one line in a single write; synced where a request waits for it. */
static bool put_line(struct cleanup_journal *j, const struct buf *line, bool sync, struct err *err)
{
    pthread_mutex_lock(&j->mutex);
    ssize_t written = write(j->fd, buf_str(line), line->length);
    bool ok = written == (ssize_t)line->length && (!sync || fdatasync(j->fd) == 0);
    if (!ok) {
        errno = written >= 0 && written < (ssize_t)line->length ? ENOSPC : errno;
        err_set_errno(err, ERR_IO, "cannot write the journal %s", j->path);
        err_advise(err, "make room on the disk, then apply the plan again");
    }
    pthread_mutex_unlock(&j->mutex);
    return ok;
}

static void begin_line(struct buf *line)
{
    char now[24];
    clock_format_iso(clock_calendar(), now);
    buf_add_fmt(line, "{\"time\": \"%s\"", now);
}

static void begin_item(const struct cleanup_journal *j, struct buf *line, size_t item)
{
    const struct cleanup_item *it = &j->plan->items[item];
    begin_line(line);
    buf_add_fmt(line, ", \"item\": %zu, \"region\": ", item);
    buf_add_json(line, it->region);
    buf_add_str(line, ", \"id\": ");
    buf_add_json(line, it->id);
}

static void add_member(struct buf *line, const char *name, const char *value)
{
    buf_add_fmt(line, ", \"%s\": ", name);
    buf_add_json(line, value);
}

/* A line that death cut off is ended, and the first line says whose journal it is. */
static bool begin_file(struct cleanup_journal *j, const struct buf *before, struct err *err)
{
    struct buf line = BUF_INIT;
    if (before->length > 0 && buf_str(before)[before->length - 1] != '\n')
        buf_add_char(&line, '\n');
    begin_line(&line);
    add_member(&line, "plan", j->plan->hash);
    add_member(&line, "account", j->plan->account);
    add_member(&line, "run", before->length == 0 ? "first" : "again");
    buf_add_str(&line, "}\n");
    bool ok = put_line(j, &line, true, err);
    buf_free(&line);
    return ok;
}

static bool save_plan(const char *state_dir, const struct cleanup_plan *plan, struct err *err)
{
    char *path = xasprintf("%s/" NAME_FRONT "%.*s.json", state_dir, CLEANUP_HASH_SHORT, plan->hash);
    bool ok = cleanup_plan_save(plan, path, err);
    free(path);
    return ok;
}

struct cleanup_journal *cleanup_journal_open(const char *state_dir, const struct cleanup_plan *plan,
                                             struct err *err)
{
    struct cleanup_journal *j = xcalloc(1, sizeof(*j));
    struct buf before = BUF_INIT;
    j->plan = plan;
    j->begun = xcalloc(plan->item_count + 1, sizeof(*j->begun));
    j->half = xcalloc(plan->item_count + 1, sizeof(*j->half));
    j->done = xcalloc(plan->item_count + 1, sizeof(*j->done));
    j->path =
        xasprintf("%s/" NAME_FRONT "%.*s" NAME_BACK, state_dir, CLEANUP_HASH_SHORT, plan->hash);
    pthread_mutex_init(&j->mutex, NULL);
    mkdir(state_dir, 0700);
    j->fd = open(j->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool ok = j->fd >= 0 || err_set_errno(err, ERR_IO, "cannot open the journal %s", j->path);
    ok = ok && lock_file(j->fd, j->path, err) && save_plan(state_dir, plan, err) &&
         read_lines(j->fd, j->path, &before, err);
    if (ok) {
        each_line(&before, note_item, j);
        ok = begin_file(j, &before, err);
    }
    buf_free(&before);
    if (ok)
        return j;
    cleanup_journal_close(j);
    return NULL;
}

void cleanup_journal_close(struct cleanup_journal *j)
{
    if (j == NULL)
        return;
    if (j->fd >= 0)
        close(j->fd);
    pthread_mutex_destroy(&j->mutex);
    free(j->begun);
    free(j->half);
    free(j->done);
    free(j->path);
    free(j);
}

const char *cleanup_journal_path(const struct cleanup_journal *j)
{
    return j->path;
}

bool cleanup_journal_begun(const struct cleanup_journal *j, size_t item)
{
    return j->begun[item];
}

bool cleanup_journal_done(const struct cleanup_journal *j, size_t item)
{
    return j->done[item];
}

bool cleanup_journal_intend(struct cleanup_journal *j, size_t item, const char *action,
                            const char *id, struct err *err)
{
    struct buf line = BUF_INIT;
    begin_item(j, &line, item);
    add_member(&line, "intent", action);
    add_member(&line, "of", id);
    buf_add_str(&line, "}\n");
    bool ok = put_line(j, &line, true, err);
    j->half[item] = j->half[item] || ok;
    buf_free(&line);
    return ok;
}

void cleanup_journal_answer(struct cleanup_journal *j, size_t item, const char *action,
                            const char *id, const struct err *failure)
{
    struct buf line = BUF_INIT;
    begin_item(j, &line, item);
    add_member(&line, "answer", action);
    add_member(&line, "of", id);
    buf_add_fmt(&line, ", \"ok\": %s", failure == NULL ? "true" : "false");
    if (failure != NULL) {
        add_member(&line, "error", err_kind_name(failure->kind));
        add_member(&line, "code", failure->code);
        add_member(&line, "message", failure->message);
        add_member(&line, "request_id", failure->request_id);
    }
    buf_add_str(&line, "}\n");
    put_line(j, &line, false, NULL);
    buf_free(&line);
}

void cleanup_journal_item(struct cleanup_journal *j, size_t item, const char *state, bool done)
{
    struct buf line = BUF_INIT;
    begin_item(j, &line, item);
    add_member(&line, "state", state);
    buf_add_fmt(&line, ", \"done\": %s}\n", done ? "true" : "false");
    put_line(j, &line, false, NULL);
    buf_free(&line);
    if (done)
        j->half[item] = false;
}

void cleanup_journal_end(struct cleanup_journal *j, int exit_status)
{
    size_t half = 0;
    for (size_t i = 0; i < j->plan->item_count; i++)
        half += j->half[i];
    struct buf line = BUF_INIT;
    begin_line(&line);
    buf_add_fmt(&line, ", \"end\": %d, \"half_done\": %zu}\n", exit_status, half);
    put_line(j, &line, true, NULL);
    buf_free(&line);
}

static void note_end(void *arg, const cJSON *line)
{
    const cJSON *half = cJSON_GetObjectItemCaseSensitive(line, "half_done");
    *(bool *)arg = cJSON_IsNumber(half) && half->valueint == 0;
}

/* True for a journal that nobody holds and whose last line is not the end of a run that left no
 * item half done. */
static bool is_unfinished(const char *path)
{
    struct buf text = BUF_INIT;
    bool ended = true;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) == 0 && read_lines(fd, path, &text, NULL))
        each_line(&text, note_end, &ended);
    if (fd >= 0)
        close(fd);
    buf_free(&text);
    return !ended;
}

static int is_journal(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name), back = strlen(NAME_BACK);
    return strncmp(entry->d_name, NAME_FRONT, strlen(NAME_FRONT)) == 0 && length > back &&
           strcmp(entry->d_name + length - back, NAME_BACK) == 0;
}

size_t cleanup_journal_unfinished(const char *state_dir, char ***out)
{
    struct dirent **entries = NULL;
    size_t found = 0;
    *out = NULL;
    int count = scandir(state_dir, &entries, is_journal, alphasort);
    for (int i = 0; i < count; i++) {
        char *path = xasprintf("%s/%s", state_dir, entries[i]->d_name);
        if (is_unfinished(path)) {
            size_t stem = strlen(path) - strlen(NAME_BACK);
            *out = xrealloc(*out, found + 1, sizeof(**out));
            (*out)[found++] = xasprintf("%.*s.json", (int)stem, path);
        }
        free(path);
        free(entries[i]);
    }
    free(entries);
    return found;
}
