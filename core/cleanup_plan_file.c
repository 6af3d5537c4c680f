/* A plan's life, its totals, and its file. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "core/cleanup_build.h"

#define FILE_MAX ((size_t)512 << 20)

struct cleanup_plan_box *cleanup_plan_box_new(void)
{
    struct cleanup_plan_box *box = xcalloc(1, sizeof(*box));
    atomic_init(&box->refs, 1);
    box->plan.alias = box->plan.identity = box->plan.rules = "";
    return box;
}

struct cleanup_plan *cleanup_plan_ref(struct cleanup_plan *plan)
{
    atomic_fetch_add(&((struct cleanup_plan_box *)plan)->refs, 1);
    return plan;
}

void cleanup_plan_unref(struct cleanup_plan *plan)
{
    struct cleanup_plan_box *box = (struct cleanup_plan_box *)plan;
    if (box == NULL || atomic_fetch_sub(&box->refs, 1) != 1)
        return;
    arena_free(&box->arena);
    free(box);
}

/* ---- totals ---- */

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t count_distinct(const char **texts, size_t count)
{
    size_t distinct = 0;
    if (count > 0)
        qsort(texts, count, sizeof(*texts), compare_texts);
    for (size_t i = 0; i < count; i++)
        distinct += i == 0 || strcmp(texts[i], texts[i - 1]) != 0;
    return distinct;
}

static bool is_last_step(const struct cleanup_plan *plan)
{
    return plan->step == CLEANUP_STEP_NONE || plan->step == CLEANUP_STEP_DEREGISTER;
}

/* Snapshots that go, each once, however many AMIs of the plan share it. */
static size_t count_snapshots(const struct cleanup_plan *plan)
{
    size_t room = 0, count = 0;
    for (size_t i = 0; i < plan->item_count; i++)
        room += plan->items[i].snapshot_count + 1;
    const char **ids = xcalloc(room + 1, sizeof(*ids));
    for (size_t i = 0; is_last_step(plan) && i < plan->item_count; i++) {
        const struct cleanup_item *item = &plan->items[i];
        for (size_t s = 0; s < item->snapshot_count; s++)
            if (item->snapshots[s].kept_for[0] == '\0')
                ids[count++] = item->snapshots[s].id;
        if (item->kind == CLEANUP_SNAPSHOT)
            ids[count++] = item->id;
    }
    count = count_distinct(ids, count);
    free(ids);
    return count;
}

/* Items are sorted by region. Steps before the last can be undone by hand. */
static void count_undo(struct cleanup_plan *plan)
{
    struct cleanup_totals *t = &plan->totals;
    for (size_t i = 0, next; i < plan->item_count; i = next) {
        int days = plan->items[i].undo_days;
        for (next = i; next < plan->item_count &&
                       strcmp(plan->items[next].region, plan->items[i].region) == 0;
             next++)
            if (plan->items[next].undo_days < days)
                days = plan->items[next].undo_days;
        t->regions++;
        t->permanent_regions += days <= 0 && is_last_step(plan);
        if (days > 0 && (t->undo_days == 0 || days < t->undo_days))
            t->undo_days = days;
    }
}

static void count_names(struct cleanup_plan *plan)
{
    const char **releases = xcalloc(plan->item_count + 1, sizeof(*releases));
    size_t count = 0;
    for (size_t i = 0; i < plan->item_count; i++)
        if (plan->items[i].kind == CLEANUP_IMAGE)
            releases[count++] = plan->items[i].release;
    plan->totals.releases = count_distinct(releases, count);
    free(releases);
}

void cleanup_plan_count(struct cleanup_plan *plan)
{
    struct cleanup_totals *t = &plan->totals;
    uint64_t snapshot_bytes = 0;
    *t = (struct cleanup_totals){0};
    for (size_t i = 0; i < plan->item_count; i++) {
        const struct cleanup_item *item = &plan->items[i];
        bool frees = is_last_step(plan);
        t->images += item->kind == CLEANUP_IMAGE;
        t->public_images += item->is_public;
        t->objects += item->kind == CLEANUP_OBJECT;
        t->uploads += item->kind == CLEANUP_UPLOAD;
        t->by_hand += item->by_hand;
        t->bytes += frees ? item->bytes : 0;
        if (item->kind == CLEANUP_IMAGE || item->kind == CLEANUP_SNAPSHOT)
            snapshot_bytes += frees ? item->bytes : 0;
    }
    for (size_t i = 0; i < plan->skip_count; i++)
        t->skips[plan->skips[i].why]++;
    t->skipped = plan->skip_count;
    t->shared_snapshots = t->skips[CLEANUP_SHARED];
    t->snapshots = count_snapshots(plan);
    t->cost_micros = cleanup_cost(snapshot_bytes, plan->price_micros);
    count_names(plan);
    count_undo(plan);
}

/* ---- the file ---- */

static bool write_all(int fd, const struct buf *text)
{
    for (size_t done = 0; done < text->length;) {
        ssize_t n = write(fd, text->data + done, text->length - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return fsync(fd) == 0;
}

bool cleanup_plan_save(const struct cleanup_plan *plan, const char *path, struct err *err)
{
    struct buf text = BUF_INIT;
    struct stat there;
    if (lstat(path, &there) == 0 && !S_ISREG(there.st_mode)) {
        err_set(err, ERR_IO, "cannot write the plan to %s: it is no regular file", path);
        return err_advise(err, "name a file that does not exist yet");
    }
    char *beside = xasprintf("%s.XXXXXX", path);
    int fd = mkostemp(beside, O_CLOEXEC);
    bool ok = fd >= 0;
    cleanup_plan_write(plan, &text);
    ok = ok && fchmod(fd, 0600) == 0 && write_all(fd, &text) && fsync(fd) == 0;
    if (fd >= 0)
        ok = close(fd) == 0 && ok;
    ok = ok && rename(beside, path) == 0;
    if (!ok) {
        err_set_errno(err, ERR_IO, "cannot write the plan to %s", path);
        if (fd >= 0)
            unlink(beside);
    }
    free(beside);
    buf_free(&text);
    return ok;
}

static bool read_all(const char *path, struct buf *out, struct err *err)
{
    char part[65536];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = -1;
    while (fd >= 0 && ((n = read(fd, part, sizeof(part))) > 0 || (n < 0 && errno == EINTR))) {
        if (n > 0)
            buf_add(out, part, (size_t)n);
        if (out->length > FILE_MAX) {
            close(fd);
            return err_set(err, ERR_INPUT, "%s is too large for a plan", path);
        }
    }
    if (n < 0)
        err_set_errno(err, ERR_IO, "cannot read the plan %s", path);
    if (fd >= 0)
        close(fd);
    return n == 0;
}

struct cleanup_plan *cleanup_plan_load(const char *path, struct err *err)
{
    struct buf text = BUF_INIT;
    struct cleanup_plan *plan = NULL;
    if (read_all(path, &text, err))
        plan = cleanup_plan_read(buf_str(&text), text.length, err);
    buf_free(&text);
    return plan;
}
