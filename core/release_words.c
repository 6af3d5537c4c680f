/* A release in one sentence, and as an exit status. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/engine.h"

static const struct {
    enum phase phase;
    const char *text, *resumed; /* NULL: the same */
} headlines[] = {
    {.phase = PHASE_RESOLVING,
     .text = "Asking AWS who we are, which regions are enabled and whether the names are free."},
    {.phase = PHASE_PLANNED,
     .text = "Nothing has been sent yet.  :go starts, q leaves.",
     .resumed = "It goes on where it was left."},
    {.phase = PHASE_LEASING, .text = "Making sure that nobody else carries out this release."},
    {.phase = PHASE_CLOSING, .text = "All is settled; lease and plan are cleared away."},
    {.phase = PHASE_PUBLISHING,
     .text = "The wave: every required region is verified and becomes public now."},
    {.phase = PHASE_STOPPING, .text = "Stopping: what is in flight ends, nothing new starts."},
    {.phase = PHASE_STOPPED, .text = "Stopped; nothing is lost.  `tatami resume` goes on."},
    {.phase = PHASE_REFUSED, .text = "Nothing was sent.", .resumed = "Nothing more was sent."},
};

/* Without a terminal there are no keys, but there is a verb. */
static struct safe_text failure_headline(const struct model_counts *n)
{
    return text_safe_fmt(
        "%d of %d failed; what succeeded stays.  r or `tatami resume` tries again, "
        "x leaves a region out%s",
        n->failed, n->cells, n->is_public > 0 ? "." : ", then the wave goes on.");
}

static void add_part(struct buf *b, int count, const char *what)
{
    if (count > 0)
        buf_add_fmt(b, "; %d %s", count, what);
}

/* What is not as the plan had it is said too: nothing is passed over. */
static struct safe_text done_headline(const struct release *r, const struct model *m)
{
    const struct model_counts *n = &m->counts;
    int kept = 0;
    for (size_t i = 0; i < r->cell_count; i++)
        kept += r->cells[i].state == CELL_READY && r->plan->is_public;
    struct buf b = BUF_INIT;
    buf_add_fmt(&b, "Done: %d AMI%s in %d region%s verified, %d public, as read back from AWS",
                n->ready, n->ready == 1 ? "" : "s", n->regions_copied,
                n->regions_copied == 1 ? "" : "s", n->is_public);
    add_part(&b, kept, "kept private");
    add_part(&b, n->left_out, "left out");
    add_part(&b, n->failed, "failed in best-effort regions");
    buf_add_char(&b, '.');
    struct safe_text text = text_safe(buf_str(&b));
    buf_free(&b);
    return text;
}

static size_t failed_disks(const struct model *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->disk_count; i++)
        n += m->disks[i].state == DISK_FAILED;
    return n;
}

/* The other way round than the wave: only what was public moves. */
static bool takes_back(const struct release *r)
{
    bool back = false;
    for (size_t i = 0; i < r->cell_count; i++) {
        enum cell_state state = r->cells[i].state;
        if (state == CELL_PUBLISHING || state == CELL_CONFIRMING)
            return false;
        back = back || state == CELL_WITHDRAWING || state == CELL_RECEDING;
    }
    return back;
}

static struct safe_text disks_headline(const struct release *r, const struct model *m)
{
    for (size_t i = 0; i < m->disk_count; i++) {
        const struct model_disk *d = &m->disks[i];
        const struct plan_disk *disk = &r->plan->images[d->image].disks[d->disk];
        if (d->state == DISK_FAILED && strcmp(disk->path, IMAGE_STDIN) == 0)
            return text_safe_fmt("Standard input cannot be read again: `tatami cancel %s`, then "
                                 "start anew.",
                                 r->plan->release);
    }
    return text_safe_fmt(
        "%zu of %zu disks failed; what succeeded stays.  r or `tatami resume` tries again.",
        failed_disks(m), m->disk_count);
}

struct safe_text engine_headline(const struct release *r, const struct model *m)
{
    if (engine_waits_for_login(r))
        return text_safe_fmt("Paused, nothing is lost: %s; %s. Then it goes on by itself; L looks "
                             "at once.",
                             r->login_err.message, r->login_err.advice);
    if (r->err.kind != ERR_NONE)
        return text_safe(r->err.message);
    if (r->phase == PHASE_DONE)
        return done_headline(r, m);
    if (failed_disks(m) > 0 && r->phase == PHASE_HELD)
        return disks_headline(r, m);
    if (r->phase == PHASE_PUBLISHING && takes_back(r))
        return text_safe_fmt("Taking back: what is public becomes private now; %d still public, "
                             "as read back from AWS.",
                             m->counts.is_public);
    if (m->counts.failed > 0 && r->phase != PHASE_STOPPED && r->phase != PHASE_STOPPING)
        return failure_headline(&m->counts);
    for (size_t i = 0; i < ARRAY_LEN(headlines); i++)
        if (headlines[i].phase == r->phase)
            return text_safe(r->options.resumed && headlines[i].resumed != NULL
                                 ? headlines[i].resumed
                                 : headlines[i].text);
    return text_safe("");
}

static int refused_status(const struct release *r)
{
    if (r->refused_by_person)
        return 4;
    switch (r->err.kind) {
    case ERR_NONE:
    case ERR_EXPIRED:
    case ERR_CANCELLED:
        return 130;
    case ERR_USAGE:
        return 2;
    case ERR_REFUSED:
    case ERR_EXISTS:
        return 4;
    default:
        return 1;
    }
}

int engine_exit_status(const struct release *r)
{
    switch (r->phase) {
    case PHASE_REFUSED:
        return refused_status(r);
    case PHASE_DONE:
        return 0;
    case PHASE_HELD:
        return r->mutated ? 3 : 1;
    case PHASE_STOPPED:
        return r->cancelled_elsewhere ? 4 : 130;
    default:
        return 130;
    }
}
