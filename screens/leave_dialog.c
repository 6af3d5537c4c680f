/* Leaving with work in flight. */
#include "screens/leave_dialog.h"

#include "base/mem.h"
#include "screens/ask_dialog.h"
#include "screens/cell_text.h"
#include "screens/words.h"

/* What is on its way in AWS, and what still takes tatami, counted over the model. */
struct flight {
    int imports, copies;
    int uploads, snapshots, amis, proofs, publishes, failed;
    unsigned percent; /* of all uploads together */
};

static void count_disks(const struct model *m, struct flight *f)
{
    uint64_t done = 0, total = 0;
    for (size_t i = 0; i < m->disk_count; i++) {
        const struct model_disk *d = &m->disks[i];
        f->failed += d->word == WORD_FAIL;
        f->imports += d->state == DISK_IMPORTING;
        f->snapshots += d->state < DISK_READY;
        if (d->state >= DISK_ASKING_IMPORT)
            continue;
        f->uploads++;
        done += d->bytes_done;
        total += d->bytes_total;
    }
    f->percent = total > 0 ? (unsigned)(done * 100 / total) : 0;
}

static struct flight count_flight(const struct model *m)
{
    struct flight f = {0};
    count_disks(m, &f);
    for (size_t i = 0; i < m->cell_count; i++) {
        const struct model_cell *c = &m->cells[i];
        if (c->left_out)
            continue;
        f.copies += c->state == CELL_PENDING;
        f.amis += c->state <= CELL_CREATING;
        f.proofs += c->state < CELL_READY;
        f.failed += c->state == CELL_FAILED;
        f.publishes += m->plan != NULL && c->state != CELL_FAILED && !c->is_public &&
                       cell_will_be_public(m, c);
    }
    return f;
}

/* "11 copies", behind a comma where something stands already; nothing for none. */
static void add_count(struct buf *out, int n, const char *one, const char *many)
{
    if (n > 0)
        buf_add_fmt(out, "%s%d %s", out->length > 0 ? ", " : "", n, n == 1 ? one : many);
}

static void stop(struct console *c, int key, void *data)
{
    (void)data;
    c->background = key == 'b';
    console_stop(c);
    console_say(c, ROLE_WARN,
                c->background
                    ? "Handing over: what is on its way ends, then it goes on in the background."
                    : "Stopping: what is on its way is let come to an end, nothing starts.");
}

static void say_needs(struct dialog *d, const struct flight *f)
{
    const struct {
        int count;
        const char *one, *many;
    } rows[] = {
        {f->snapshots, "disk to become a snapshot", "disks to become snapshots"},
        {f->amis, "AMI to be made", "AMIs to be made"},
        {f->proofs, "AMI to be verified", "AMIs to be verified"},
        {f->publishes, "AMI to be made public", "AMIs to be made public"},
        {f->failed, "failure to be retried or left out", "failures to be retried or left out"},
    };
    const char *label = "Needs tatami";
    if (f->uploads > 0) {
        dialog_say(d, label, ROLE_TEXT, "%d upload%s (%u%%)", f->uploads,
                   f->uploads == 1 ? "" : "s", f->percent);
        label = NULL;
    }
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].count == 0)
            continue;
        dialog_say(d, label, ROLE_TEXT, "%d %s", rows[i].count,
                   rows[i].count == 1 ? rows[i].one : rows[i].many);
        label = NULL;
    }
    if (label != NULL)
        dialog_say(d, label, ROLE_TEXT, "nothing");
}

static void say_flight(struct console *c, struct dialog *d)
{
    struct flight f = count_flight(c->model);
    struct buf goes_on = BUF_INIT;
    add_count(&goes_on, f.imports, "import", "imports");
    add_count(&goes_on, f.copies, "AMI in the making", "AMIs in the making");
    dialog_say(d, "In AWS (goes on without you)", ROLE_TEXT, "%s",
               goes_on.length > 0 ? buf_str(&goes_on) : "nothing");
    buf_free(&goes_on);
    say_needs(d, &f);
    dialog_say(d, NULL, ROLE_TEXT, "%s", "");
}

struct screen *leave_dialog_open(struct console *c)
{
    struct dialog *d;
    struct screen *screen = ask_dialog_open(c, "LEAVE?", ROLE_TITLE, stop, NULL, &d);
    d->escape = "stay";
    ask_dialog_follow(screen, c, say_flight);
    if (!c->model->rehearsal)
        dialog_choice(d, 'b', "go on in the background; `tatami attach` comes back");
    dialog_choice(d, 's', "stop cleanly; `tatami resume %s` goes on later",
                  c->model->plan != NULL ? c->model->plan->release : "");
    return screen;
}
