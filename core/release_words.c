/* A release in one sentence, and as an exit status. */
#include <stdlib.h>

#include "base/mem.h"
#include "core/engine.h"

static const struct {
    enum phase phase;
    const char *text;
} headlines[] = {
    {PHASE_RESOLVING,
     "Asking AWS who we are, which regions are enabled and whether the names are free."},
    {PHASE_PLANNED, "Nothing has been sent yet.  :go starts, q leaves."},
    {PHASE_LEASING, "Making sure that nobody else carries out this release."},
    {PHASE_CLOSING, "All is settled; the lease goes from the bucket."},
    {PHASE_PUBLISHING, "The wave: every required region is verified and becomes public now."},
    {PHASE_STOPPING, "Stopping: what is in flight ends, nothing new starts."},
    {PHASE_STOPPED, "Stopped; nothing is lost.  `tatami resume` goes on."},
    {PHASE_REFUSED, "Nothing was sent."},
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

struct safe_text engine_headline(const struct release *r, const struct model *m)
{
    if (r->err.kind != ERR_NONE)
        return text_safe(r->err.message);
    if (r->phase == PHASE_DONE)
        return done_headline(r, m);
    if (failed_disks(m) > 0 && r->phase == PHASE_HELD)
        return text_safe_fmt(
            "%zu of %zu disks failed; what succeeded stays.  r or `tatami resume` tries again.",
            failed_disks(m), m->disk_count);
    if (m->counts.failed > 0 && r->phase != PHASE_STOPPED && r->phase != PHASE_STOPPING)
        return failure_headline(&m->counts);
    for (size_t i = 0; i < ARRAY_LEN(headlines); i++)
        if (headlines[i].phase == r->phase)
            return text_safe(headlines[i].text);
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
    default:
        return 130;
    }
}
