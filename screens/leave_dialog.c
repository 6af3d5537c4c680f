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

/* "11 copies", behind a comma where something stands already; nothing for none. */
static void add_count(struct buf *out, int n, const char *one, const char *many)
{
    if (n > 0)
        buf_add_fmt(out, "%s%d %s", out->length > 0 ? ", " : "", n, n == 1 ? one : many);
}

static void stop(struct console *c, int key, void *data)
{
    (void)key;
    (void)data;
    console_stop(c);
    console_say(c, ROLE_WARN,
                "Stopping: what is on its way is let come to an end, nothing starts.");
}

struct screen *leave_dialog_open(struct console *c)
{
    struct dialog *d;
    struct screen *screen = ask_dialog_open(c, "LEAVE?", ROLE_TITLE, stop, NULL, &d);
    struct flight f = count_flight(c->model);
    struct buf goes_on = BUF_INIT, needs = BUF_INIT;
    add_count(&goes_on, f.imports, "import", "imports");
    add_count(&goes_on, f.copies, "copy", "copies");
    add_count(&needs, f.uploads, "upload", "uploads");
    if (f.uploads > 0)
        buf_add_fmt(&needs, " (%u%%)", f.percent);
    add_count(&needs, f.publishes, "AMI to make public", "AMIs to make public");
    dialog_say(d, "In AWS (goes on without you)", ROLE_TEXT, "%s",
               goes_on.length > 0 ? buf_str(&goes_on) : "nothing");
    dialog_say(d, "Needs tatami", ROLE_TEXT, "%s", needs.length > 0 ? buf_str(&needs) : "nothing");
    buf_free(&goes_on);
    buf_free(&needs);
    dialog_say(d, NULL, ROLE_TEXT, "%s", "");
    dialog_choice(d, 's', "stop cleanly; `tatami resume %s` goes on later",
                  c->model->plan != NULL ? c->model->plan->release : "");
    return screen;
}
