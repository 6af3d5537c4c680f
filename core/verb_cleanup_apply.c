/* `tatami cleanup --apply`: a plan that was written is carried out, after consent to its hash. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "core/cleanup_print.h"
#include "core/cleanup_run.h"
#include "core/verb_cleanup.h"
#include "core/verbs.h"

static const char *given_hash(const struct settings *s)
{
    return s->argument_count > 0 ? s->arguments[0] : "";
}

/* The plan's hash, or the typed phrase where a person is there to type it. */
static bool consent(const struct cleanup_verb *v, const struct cleanup_plan *plan, struct err *err)
{
    const struct settings *s = v->s;
    if (s->argument_count > 1 || (s->argument_count == 1 && !s->yes))
        return err_set(err, ERR_USAGE, "--apply takes the plan's hash behind --yes");
    if (s->yes && s->argument_count == 0) {
        err_set(err, ERR_USAGE, "--yes needs the plan's hash");
        return err_advise(err, "it was printed when the plan was made, and stands in its file");
    }
    if (s->yes) {
        if (cleanup_hash_given(plan, given_hash(s)))
            return true;
        err_set(err, ERR_REFUSED,
                "nothing was changed: --yes needs the hash of this plan, not \"%s\"",
                given_hash(s));
        return err_advise(err, "it was printed when the plan was made, and stands in its file");
    }
    if (verb_can_ask(s)) {
        char *phrase = cleanup_phrase(plan);
        bool said = verb_ask(phrase, v->interrupt, v->out, err);
        free(phrase);
        return said;
    }
    err_set(err, ERR_REFUSED, "nobody is here to agree to this plan");
    return err_advise(err, "run it again with --yes and the plan's hash");
}

/* ---- the run, told as it goes ---- */

struct teller {
    const struct cleanup_verb *v;
    bool *told; /* of each item */
};

static void tell_item(const struct cleanup_verb *v, const struct cleanup_model *m, size_t i,
                      struct buf *out)
{
    if (!v->s->json) {
        cleanup_line(m, i, out);
        buf_add_char(out, '\n');
        return;
    }
    char now[24];
    clock_format_iso(clock_calendar(), now);
    buf_add_fmt(out, "{\"time\": \"%s\", \"event\": \"item\", \"region\": ", now);
    buf_add_json(out, m->plan->items[i].region);
    buf_add_str(out, ", \"id\": ");
    buf_add_json(out, m->plan->items[i].id);
    buf_add_fmt(out, ", \"state\": \"%s\", \"text\": ", cleanup_state_word(m->progress[i].state));
    buf_add_json(out, m->progress[i].err.message);
    buf_add_str(out, "}\n");
}

/* Rows that were left or could not begin stand in the report. */
static void tell(struct teller *t, const struct cleanup_model *m)
{
    struct buf text = BUF_INIT;
    for (size_t i = 0; i < m->plan->item_count; i++) {
        if (t->told[i] || !cleanup_state_ended(m->progress[i].state) ||
            m->progress[i].state == CLEANUP_LEFT)
            continue;
        t->told[i] = true;
        tell_item(t->v, m, i, &text);
    }
    cleanup_verb_print(t->v, &text);
    buf_free(&text);
}

/* Waits for news, or for the signal: then no further row begins. */
static void wait_for_news(const struct cleanup_verb *v, struct cleanup_run *run, int wake_fd,
                          bool *stopped)
{
    struct pollfd fds[] = {
        {.fd = wake_fd, .events = POLLIN},
        {.fd = *stopped ? -1 : interrupt_fd(v->interrupt), .events = POLLIN},
    };
    uint64_t rings;
    if (poll(fds, ARRAY_LEN(fds), -1) < 0)
        return;
    if ((fds[0].revents & POLLIN) != 0 && read(wake_fd, &rings, sizeof(rings)) < 0)
        return; /* somebody else read it */
    if ((fds[1].revents & POLLIN) != 0) {
        *stopped = true;
        cleanup_run_stop(run);
    }
}

static int finish(const struct cleanup_verb *v, const struct cleanup_model *m)
{
    struct buf text = BUF_INIT;
    if (v->s->json) {
        cleanup_report_json(m, &text);
        buf_add_char(&text, '\n');
    } else {
        cleanup_report(m, &text);
    }
    cleanup_verb_print(v, &text);
    buf_free(&text);
    return m->exit_status;
}

static int carry_out(const struct cleanup_verb *v, struct cleanup_plan *plan)
{
    int wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    const struct cleanup_run_options options = {
        .aws = v->aws,
        .plan = plan,
        .home = verb_home(v->s, v->aws),
        .state_dir = v->s->state,
        .read_only = v->s->read_only,
        .wake_fd = wake_fd,
    };
    struct teller t = {.v = v, .told = xcalloc(plan->item_count + 1, sizeof(*t.told))};
    struct cleanup_run *run = cleanup_run_start(&options);
    struct cleanup_model *m = cleanup_run_model(run);
    bool stopped = false;
    while (m->phase != CLEANUP_PHASE_ENDED) {
        wait_for_news(v, run, wake_fd, &stopped);
        cleanup_model_free(m);
        m = cleanup_run_model(run);
        tell(&t, m);
    }
    tell(&t, m);
    int status = finish(v, m);
    cleanup_model_free(m);
    cleanup_run_end(run);
    free(t.told);
    close(wake_fd);
    return status;
}

int cleanup_verb_apply(const struct cleanup_verb *v)
{
    struct err err = ERR_INIT;
    struct cleanup_plan *plan = cleanup_plan_load(v->s->apply_file, &err);
    if (plan == NULL)
        return verb_fail(v->s, &err, v->out);
    if (!v->s->json) {
        struct buf text = BUF_INIT;
        cleanup_print_head(plan, &text);
        cleanup_print_sums(plan, &text);
        cleanup_verb_print(v, &text);
        buf_free(&text);
    }
    int status = consent(v, plan, &err) ? carry_out(v, plan) : verb_fail(v->s, &err, v->out);
    cleanup_plan_unref(plan);
    return status;
}
