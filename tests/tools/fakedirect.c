/* A model of a release by EBS direct. */
#include "tests/tools/fakedirect.h"

#include <stdlib.h>

#include "tests/tools/fakemodel.h"

static void set_direct(struct model *m)
{
    struct plan *plan = (struct plan *)m->plan;
    struct model_disk *d = &m->disks[0];
    plan->via = VIA_DIRECT;
    free(plan->bucket);
    plan->bucket = NULL;
    m->disks[1].state = DISK_WAITING;
    m->disks[1].word = WORD_WAIT;
    m->cells[0].word = WORD_UPLD;
    d->state = DISK_PUTTING;
    d->word = WORD_UPLD;
    d->bytes_done = 2620000000u;
    d->blocks_put = 1482;
    d->blocks_same = 2907;
    d->connections = 32;
    d->rate_now = 240541363;
    d->rate_average = 247080000;
    d->rate_peak = 253477376;
    d->left_ms = 7000;
    fake_text(&m->headline, "The first disk is sent, straight into a snapshot.");
}

static void set_pending(struct model *m)
{
    m->disks[0].state = DISK_PENDING;
    m->disks[0].word = m->cells[0].word = WORD_IMPT;
    m->disks[0].bytes_done = m->disks[0].bytes_total;
    m->disks[0].import_percent = 71;
    fake_text(&m->disks[0].snapshot, "snap-0123456789abcdef0");
    fake_text(&m->headline, "EBS finishes the first snapshot.");
}

void fake_direct(struct model *m, bool pending)
{
    set_direct(m);
    if (pending)
        set_pending(m);
}
