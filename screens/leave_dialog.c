/* Leaving with work in flight. */
#include "screens/leave_dialog.h"

#include "screens/ask_dialog.h"
#include "screens/words.h"

/* What goes on and what does not, counted over the model. */
struct flight {
    int imports, copies, uploads, publishes;
    unsigned percent; /* of all uploads together */
};

static struct flight count_flight(const struct model *m)
{
    struct flight f = {0};
    uint64_t done = 0, total = 0;
    for (size_t i = 0; i < m->disk_count; i++) {
        f.imports += m->disks[i].word == WORD_IMPT;
        f.uploads += m->disks[i].word == WORD_UPLD;
        if (m->disks[i].word == WORD_UPLD) {
            done += m->disks[i].bytes_done;
            total += m->disks[i].bytes_total;
        }
    }
    f.percent = total > 0 ? (unsigned)(done * 100 / total) : 0;
    for (size_t i = 0; i < m->cell_count; i++) {
        f.copies += m->cells[i].state == CELL_PENDING;
        f.publishes +=
            !m->cells[i].left_out && !m->cells[i].is_public && m->plan != NULL &&
            (m->cells[i].wish == WISH_NONE ? m->plan->is_public : m->cells[i].wish == WISH_PUBLIC);
    }
    return f;
}

static const char *plural(int n)
{
    return n == 1 ? "" : "s";
}

static void stop(struct console *c, int key, void *data)
{
    (void)key;
    (void)data;
    console_stop(c);
    console_say(c, ROLE_WARN, "Stopping: what is on its way is let come to an end, nothing starts.");
}

struct screen *leave_dialog_open(struct console *c)
{
    struct dialog *d;
    struct screen *screen = ask_dialog_open(c, "LEAVE?", ROLE_TITLE, stop, NULL, &d);
    struct flight f = count_flight(c->model);
    struct buf needs = BUF_INIT;
    if (f.imports + f.copies > 0)
        dialog_say(d, "In AWS (goes on without you)", ROLE_TEXT, "%d import%s, %d cop%s", f.imports,
                   plural(f.imports), f.copies, f.copies == 1 ? "y" : "ies");
    else
        dialog_say(d, "In AWS (goes on without you)", ROLE_FAINT, "nothing");
    if (f.uploads > 0)
        buf_add_fmt(&needs, "%d upload%s (%u%%)", f.uploads, plural(f.uploads), f.percent);
    if (f.publishes > 0)
        buf_add_fmt(&needs, "%s%d AMI%s to make public", needs.length > 0 ? ", " : "", f.publishes,
                    plural(f.publishes));
    if (needs.length == 0)
        buf_add_str(&needs, "nothing but looking");
    dialog_say(d, "Needs tatami", ROLE_TEXT, "%s", buf_str(&needs));
    buf_free(&needs);
    dialog_say(d, NULL, ROLE_TEXT, "%s", "");
    dialog_choice(d, 's', "stop cleanly; `tatami resume %s` goes on later",
                  c->model->plan != NULL ? c->model->plan->release : "");
    return screen;
}
