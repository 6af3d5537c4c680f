/* A release from the command line: carried out on the screen or in lines. */
#include "screens/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "core/background.h"
#include "core/elsewhere.h"
#include "core/manifest.h"
#include "core/verbs.h"
#include "screens/lines.h"

int program_fail(const struct program *p, const struct err *err)
{
    return verb_fail(p->settings, err, stdout);
}

bool program_open_state(struct program *p, struct err *err)
{
    p->journal = journal_open(p->settings->state, err);
    if (p->journal == NULL)
        return false;
    char *path = xasprintf("%s/log.jsonl", p->settings->state);
    bool ok = log_open(path, err);
    free(path);
    return ok;
}

/* Writes what was read back, once the release has ended. */
static int write_manifest(struct program *p, int status)
{
    const struct settings *s = p->settings;
    struct model *m = release_model(p->release);
    struct buf text = BUF_INIT;
    struct err err = ERR_INIT;
    bool ok = s->output == NULL || m->manifest == NULL ||
              (manifest_write(m->manifest, s->format == NULL ? "json" : s->format, &text, &err) &&
               manifest_save(s->output, &text, &err));
    model_unref(m);
    buf_free(&text);
    if (ok)
        return status;
    verb_complain(&err);
    return status == 0 ? 3 : status;
}

/* While the terminal is still free: an MFA code may be asked for. No code and the wrong account end
 * it; any other failure shows on the screen, where it is tried again. */
static bool sign_in(struct program *p, struct err *err)
{
    struct err problem = ERR_INIT;
    if (session_connect(&p->session, &problem) ||
        (problem.kind != ERR_CANCELLED && problem.kind != ERR_REFUSED)) {
        p->session.problem = problem;
        return true;
    }
    *err = problem;
    return false;
}

bool program_show(struct program *p, enum place place, struct console_result *out, struct err *err)
{
    if (!sign_in(p, err))
        return false;
    p->session.on_screen = true;
    struct console_start start = {
        .place = place,
        .release = p->release,
        .wake_fd = p->release != NULL ? p->wake_fd : -1,
        .session = &p->session,
    };
    return console_run(p->loop, &start, out, err);
}

static int show_release(struct program *p)
{
    struct console_result result = {0};
    struct err err = ERR_INIT;
    bool shown = program_show(p, PLACE_RELEASES, &result, &err);
    free(result.resume);
    p->background = result.background;
    p->cancels = result.cancel;
    if (!shown)
        return verb_complain(&err);
    /* The screen is gone; what matters stays in the terminal. */
    struct model *m = release_model(p->release);
    printf("%s\n", m->headline.utf8);
    model_unref(m);
    return result.exit_status;
}

static int print_release(struct program *p)
{
    const struct settings *s = p->settings;
    struct lines_options lines = {
        .json = s->json,
        .yes = s->yes,
        .wake_fd = p->wake_fd,
        .signal_fd = p->signal_fd,
        .out = s->output != NULL && strcmp(s->output, "-") == 0 ? stderr : stdout,
    };
    return lines_run(p->release, &lines);
}

/* Nothing to do where the release has come to its end meanwhile. */
static void go_on_in_background(struct program *p, const char *id)
{
    struct journal_release *open = NULL;
    size_t count = 0;
    struct err err = ERR_INIT;
    bool ok = journal_list(p->journal, id, true, &open, &count, &err) &&
              (count == 0 || background_start(p->settings, id, &err));
    if (!ok)
        verb_complain(&err);
    else if (count > 0)
        printf("It goes on in the background: `tatami attach %s` takes it back.\n", open[0].name);
    journal_releases_free(open, count);
}

int program_cancel(struct program *p, char *id)
{
    struct settings asked = *p->settings;
    struct err err = ERR_INIT;
    p->session.on_screen = false;
    if (!session_connect(&p->session, &err))
        return program_fail(p, &err);
    asked.verb = VERB_CANCEL;
    asked.arguments = &id;
    asked.argument_count = 1;
    asked.yes = asked.take_over = asked.also_public = false; /* said of something else */
    return verb_cancel(&asked, p->session.aws, p->journal, stdout);
}

int program_release(struct program *p, struct plan *plan, enum plan_origin origin)
{
    struct err err = ERR_INIT;
    char *take_over = NULL;
    if (!elsewhere_take_over(p->settings, p->session.aws, p->journal, plan, stdout, &take_over,
                             &err)) {
        plan_free(plan);
        return program_fail(p, &err);
    }
    struct release_options options = {
        .aws = p->session.aws,
        .settings = p->settings,
        .journal = p->journal,
        .plan = plan,
        .resumed = origin != PLAN_NEW,
        .found = origin == PLAN_FOUND,
        .take_over = take_over,
        .go = p->settings->yes && p->loop != NULL,
        .attended = p->loop != NULL,
        .rehearsal = p->rehearsal != NULL,
        .read_only = p->settings->read_only,
        .trace = p->settings->trace,
        .wake_fd = p->wake_fd,
    };
    p->release = release_start(&options);
    int status = p->loop != NULL ? show_release(p) : print_release(p);
    status = write_manifest(p, status);
    struct release *ended = p->release;
    p->release = NULL;
    char *id = xstrdup(plan->id);
    release_end(ended);
    if (p->cancels)
        status = program_cancel(p, id);
    else if (p->background)
        go_on_in_background(p, id);
    free(id);
    free(take_over);
    return status;
}

bool program_not_begun(struct program *p, const char *name, struct err *err)
{
    struct journal_release *found = NULL;
    size_t count = 0;
    if (!journal_list(p->journal, name, true, &found, &count, err))
        return false;
    bool ok = count == 0;
    if (!ok && journal_lock(p->journal, found[0].id, err)) {
        journal_unlock(p->journal);
        err_set(err, ERR_REFUSED, "the release %s is begun and not finished", name);
        err_advise(err, "`tatami resume %s` goes on with it", name);
    }
    journal_releases_free(found, count);
    return ok;
}
