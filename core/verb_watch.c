/* `tatami watch` without a terminal: a line for what is there, then one a change. */
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/mem.h"
#include "core/interrupt.h"
#include "core/texts.h"
#include "core/verbs.h"
#include "core/watch_write.h"

#define SECOND_MS    1000
#define OWN_EVERY_MS 5000 /* the journal is read again so often */
#define NO_STATUS    (-1)

/* What the verb knows while it runs. */
struct run {
    const struct settings *s;
    struct journal *journal;
    FILE *out;
    struct watch *watch;
    struct texts told; /* releases and tasks that had their first line */
    struct arena arena;
    const char **fresh; /* names of the releases that had it just now */
    size_t fresh_count;
    uint64_t seen; /* number of the last change that was printed */
    clock_ms own_at_ms;
    enum err_kind complained;
    bool summed; /* what there is in all was printed */
};

/* True the first time that it is asked for this text. */
static bool is_first(struct run *r, const char *kind, const char *name, const char *id)
{
    size_t known = r->told.used;
    char *key = xasprintf("%s %s %s", kind, name, id);
    texts_word(&r->arena, &r->told, key);
    free(key);
    return r->told.used > known;
}

static void read_journal(struct run *r)
{
    struct journal_release *own = NULL;
    struct err ignored = ERR_INIT;
    size_t count = 0;
    if (r->journal == NULL || clock_now_ms() < r->own_at_ms)
        return;
    r->own_at_ms = clock_now_ms() + OWN_EVERY_MS;
    if (journal_list(r->journal, NULL, false, &own, &count, &ignored))
        watch_set_own(r->watch, own, count);
    journal_releases_free(own, count);
}

/* With --follow nothing but that release, and regions that cannot be read. */
static bool is_wanted(const struct watch_release *followed, bool follows, const char *release,
                      const char *id)
{
    return !follows || (release[0] == '\0' && id[0] == '\0') ||
           (followed != NULL && strcmp(followed->name, release) == 0);
}

/* That a release is in flight its first line says, and says more. */
static bool is_said(const struct run *r, const struct watch_change *c)
{
    bool said = false;
    for (size_t i = 0; i < r->fresh_count && c->region[0] == '\0' && c->alarm == WATCH_QUIET; i++)
        said = said || strcmp(r->fresh[i], c->release) == 0;
    return said;
}

static void put_changes(struct run *r, const struct watch_view *view,
                        const struct watch_release *followed, struct buf *text)
{
    for (size_t i = 0; i < view->change_count; i++) {
        const struct watch_change *c = &view->changes[i];
        if (c->number <= r->seen)
            continue;
        r->seen = c->number;
        if (!is_said(r, c) && is_wanted(followed, r->s->follow != NULL, c->release, c->id))
            watch_write_change(c, r->s->json, text);
    }
}

/* What has no line yet. A release gets its first when all regions have answered: a script takes
 * what is counted in it for the truth. */
static void put_first_releases(struct run *r, const struct watch_view *view,
                               const struct watch_release *followed, struct buf *text)
{
    bool follows = r->s->follow != NULL;
    r->fresh = xrealloc(r->fresh, view->release_count + 1, sizeof(*r->fresh));
    for (size_t i = 0; i < view->release_count; i++) {
        const struct watch_release *release = &view->releases[i];
        if ((!release->in_flight && !release->followed) || (follows && release != followed) ||
            !is_first(r, "release", release->name, release->id))
            continue;
        watch_write_release(release, view->now, r->s->json, text);
        r->fresh[r->fresh_count++] = release->name;
    }
}

static void put_first_tasks(struct run *r, const struct watch_view *view,
                            const struct watch_release *followed, struct buf *text)
{
    bool follows = r->s->follow != NULL;
    for (size_t i = 0; i < view->import_count; i++) {
        const struct watch_import *task = &view->imports[i];
        bool is_new = is_first(r, "task", task->region, task->row->task_id);
        if (is_new && task->age_at_least &&
            is_wanted(followed, follows, task->row->release, task->row->task_id))
            watch_write_import(task, view->now, r->s->json, text);
    }
}

static void put(struct run *r, struct buf *text)
{
    fputs(buf_str(text), r->out);
    fflush(r->out);
    buf_free(text);
}

/* Once, as soon as all have answered. */
static void put_summary(struct run *r, const struct inventory *inventory,
                        const struct watch_view *view)
{
    struct buf text = BUF_INIT;
    if (r->summed || !watch_is_whole(inventory))
        return;
    r->summed = true;
    watch_write_summary(view, r->s->json, &text);
    put(r, &text);
}

static int end_with(struct run *r, int status, const char *sentence)
{
    struct buf text = BUF_INIT;
    char time[24];
    clock_format_iso(clock_calendar(), time);
    if (r->s->json) {
        buf_add_fmt(&text,
                    "{\"time\":\"%s\",\"event\":\"result\",\"exit_status\":%d,\"text\":", time,
                    status);
        buf_add_json(&text, sentence);
        buf_add_str(&text, "}\n");
    } else {
        buf_add_fmt(&text, "%s\n", sentence);
    }
    put(r, &text);
    return status;
}

/* The end of a followed release, or NO_STATUS while it is in flight or may yet be found. */
static int follow(struct run *r, const struct inventory *inventory,
                  const struct watch_release *followed)
{
    struct err err = ERR_INIT;
    if (!watch_is_whole(inventory) || (followed != NULL && followed->in_flight))
        return NO_STATUS;
    if (followed == NULL) {
        err_set(&err, ERR_NOT_FOUND, "no region that answered has anything of %s", r->s->follow);
        return verb_fail(r->s, &err, r->out);
    }
    struct buf text = BUF_INIT;
    struct safe_text name = text_safe(followed->name);
    bool good = followed->done == followed->wanted && followed->failed == 0;
    buf_add_fmt(&text, "%s: %zu of %zu regions %s", name.utf8, followed->done, followed->wanted,
                followed->shall_be_public ? "public" : "there");
    if (followed->failed > 0)
        buf_add_fmt(&text, ", %zu failed", followed->failed);
    buf_add_char(&text, '.');
    int status = end_with(r, good ? 0 : 3, buf_str(&text));
    text_free(&name);
    buf_free(&text);
    return status;
}

/* Credentials that have ended end the watch; anything else is a line, and it goes on. */
static const struct err *fatal(const struct inventory *inventory)
{
    if (inventory->err.kind != ERR_NONE && !err_is_passing(inventory->err.kind))
        return &inventory->err;
    for (size_t i = 0; i < inventory->region_count; i++)
        for (int k = 0; k < INVENTORY_KINDS; k++)
            if (inventory->regions[i]->readings[k].look == INVENTORY_FAILED &&
                inventory->regions[i]->readings[k].err.kind == ERR_EXPIRED)
                return &inventory->regions[i]->readings[k].err;
    return NULL;
}

/* Takes what is known now. The exit status once it is over, else NO_STATUS. */
static int take(struct run *r, const struct inventory *inventory)
{
    struct buf firsts = BUF_INIT, text = BUF_INIT;
    const struct err *err = fatal(inventory);
    if (err != NULL)
        return verb_fail(r->s, err, r->out);
    if (inventory->err.kind != r->complained && inventory->err.kind != ERR_NONE)
        verb_complain(&inventory->err);
    r->complained = inventory->err.kind;
    read_journal(r);
    const struct watch_view *view =
        watch_update(r->watch, (struct inventory *)inventory, clock_calendar());
    const struct watch_release *followed =
        r->s->follow != NULL ? watch_find(view, r->s->follow) : NULL;
    r->fresh_count = 0;
    if (watch_is_whole(inventory))
        put_first_releases(r, view, followed, &firsts);
    put_first_tasks(r, view, followed, &firsts);
    put_changes(r, view, followed, &text);
    put(r, &text);
    put(r, &firsts);
    put_summary(r, inventory, view);
    return r->s->follow != NULL ? follow(r, inventory, followed) : NO_STATUS;
}

static int run(struct run *r, struct inventory_reader *reader, int wake_fd, int stop_fd)
{
    uint64_t number = 0, rung;
    for (;;) {
        struct inventory *latest = inventory_latest(reader);
        int status = latest->number != number ? take(r, latest) : NO_STATUS;
        number = latest->number;
        inventory_unref(latest);
        if (status != NO_STATUS)
            return status;
        struct pollfd fds[] = {{.fd = wake_fd, .events = POLLIN},
                               {.fd = stop_fd, .events = POLLIN}};
        if (poll(fds, ARRAY_LEN(fds), -1) < 0)
            continue;
        if ((fds[1].revents & POLLIN) != 0)
            return end_with(r, 130, "Interrupted; nothing was changed.");
        if ((fds[0].revents & POLLIN) != 0 && read(wake_fd, &rung, sizeof(rung)) < 0)
            continue;
    }
}

int verb_watch(const struct settings *s, struct aws *aws, struct journal *journal, FILE *out)
{
    struct run r = {.s = s, .journal = journal, .out = out, .watch = watch_new()};
    int wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct inventory_options options = {
        .aws = aws,
        .home = verb_home(s, aws),
        .regions = (const char *const *)s->regions.items,
        .region_count = s->regions.count,
        .buckets = (const char *const *)s->buckets.items,
        .bucket_count = s->buckets.count,
        .interval_ms = (clock_ms)s->interval_s * SECOND_MS,
        .wake_fd = wake_fd,
    };
    if (s->rehearse)
        fputs("Rehearsal: a simulator answers, not AWS.\n", stderr);
    struct interrupt *interrupt = interrupt_start();
    struct inventory_reader *reader = inventory_open(&options);
    watch_follow(r.watch, s->follow);
    int status = run(&r, reader, wake_fd, interrupt_fd(interrupt));
    inventory_close(reader);
    interrupt_end(interrupt);
    watch_free(r.watch);
    texts_forget(&r.told);
    free(r.fresh);
    arena_free(&r.arena);
    close(wake_fd);
    return status;
}
