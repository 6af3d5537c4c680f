/* Options, wiring, exit status. */
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "aws/http.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "core/background.h"
#include "core/door.h"
#include "core/elsewhere.h"
#include "core/interrupt.h"
#include "core/journal.h"
#include "core/manifest.h"
#include "core/options.h"
#include "core/rehearse.h"
#include "core/release.h"
#include "core/session.h"
#include "core/verbs.h"
#include "screens/lines.h"
#include "screens/run.h"

/* Wall time that a holder has to stop: what is in flight ends, and its lease goes. */
#define ATTACH_WAIT_MS 30000

/* What a verb works with. */
struct program {
    struct settings *settings;
    struct rehearsal *rehearsal; /* NULL: it is for real */
    struct session session;
    struct journal *journal;
    struct release *_Atomic release; /* what the trace reports to; NULL while there is none */
    struct console_loop *loop;       /* NULL: in lines */
    bool background;                 /* what the console leaves goes on without it */
    int wake_fd, signal_fd;
};

/* Keys stay in memory only: no core file may hold them. */
static void forbid_core_files(void)
{
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
}

/* Signals arrive through a descriptor, in one place; blocked before the first thread starts. */
static int open_signals(void)
{
    sigset_t set;
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static bool on_terminal(const struct settings *s)
{
    return !s->no_ui && !s->json && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* An error that ended the program before a release began: a sentence, and the result that --json
 * promises. */
static int end_with(const struct program *p, const struct err *err)
{
    return verb_fail(p->settings, err, stdout);
}

static bool open_state(struct program *p, struct err *err)
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

static bool show_console(struct program *p, enum place place, struct console_result *out,
                         struct err *err)
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
    bool shown = show_console(p, PLACE_RELEASES, &result, &err);
    free(result.resume);
    p->background = result.background;
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

/* Where a plan comes from. */
enum origin { PLAN_NEW, PLAN_RESUMED, PLAN_FOUND /* in the bucket: another machine's */ };

static int run_release(struct program *p, struct plan *plan, enum origin origin)
{
    struct err err = ERR_INIT;
    char *take_over = NULL;
    if (!elsewhere_take_over(p->settings, p->session.aws, p->journal, plan, stdout, &take_over,
                             &err)) {
        plan_free(plan);
        return end_with(p, &err);
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
    if (p->background)
        go_on_in_background(p, id);
    free(id);
    free(take_over);
    return status;
}

/* An unfinished release of that name goes on with `resume`; a second beginning would double it. */
static bool not_begun(struct program *p, const char *name, struct err *err)
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

static int do_release(struct program *p, struct err *err)
{
    struct plan *plan =
        plan_make(p->settings, p->settings->arguments, p->settings->argument_count, err);
    if (plan == NULL)
        return end_with(p, err);
    if (!session_connect(&p->session, err) || !open_state(p, err) ||
        !not_begun(p, plan->release, err)) {
        plan_free(plan);
        return end_with(p, err);
    }
    return run_release(p, plan, PLAN_NEW);
}

/* The one unfinished release that is meant. */
static bool choose(const struct journal_release *found, size_t count, struct err *err)
{
    if (count == 1)
        return true;
    struct buf names = BUF_INIT;
    for (size_t i = 0; i < count; i++)
        buf_add_fmt(&names, "%s%s", i == 0 ? "" : ", ", found[i].name);
    err_set(err, ERR_USAGE, "%zu releases are unfinished: %s", count, buf_str(&names));
    err_advise(err, "name one: `tatami resume NAME`");
    buf_free(&names);
    return false;
}

/* The holder on this machine, if there is one, has stopped. */
static bool call_back(struct program *p, const struct journal_release *release, struct err *err)
{
    if (p->settings->verb != VERB_ATTACH || journal_lock(p->journal, release->id, err)) {
        journal_unlock(p->journal);
        return true;
    }
    struct err refused = *err;
    struct interrupt *interrupt = interrupt_start();
    bool ok =
        refused.kind == ERR_REFUSED &&
        door_knock(p->settings->state, release->id, ATTACH_WAIT_MS, interrupt_fd(interrupt), err);
    interrupt_end(interrupt);
    if (!ok && err->kind == ERR_NOT_FOUND)
        *err = refused;
    return ok;
}

static int resume_one(struct program *p, const struct journal_release *release, struct err *err)
{
    if (strcmp(release->phase, "cancelling") == 0) {
        err_set(err, ERR_REFUSED, "the release %s is half cancelled", release->name);
        err_advise(err, "`tatami cancel %s` takes the rest away", release->name);
        return end_with(p, err);
    }
    struct plan *plan = plan_from_json(release->plan_json, err);
    if (plan == NULL)
        return end_with(p, err);
    if (!session_connect(&p->session, err) || !call_back(p, release, err) ||
        !journal_lock(p->journal, release->id, err)) {
        plan_free(plan);
        return end_with(p, err);
    }
    return run_release(p, plan, PLAN_RESUMED);
}

/* Nothing unfinished is fine, and so is a release that is finished; a name that nobody knows is a
 * slip. */
static int nothing_to_resume(struct program *p, const char *name, struct err *err)
{
    struct journal_release *known = NULL, *open = NULL;
    size_t known_count = 0, open_count = 0;
    if (!journal_list(p->journal, name, false, &known, &known_count, err) ||
        !journal_list(p->journal, NULL, true, &open, &open_count, err))
        return end_with(p, err);
    bool slip = name != NULL && known_count == 0;
    if (slip) {
        err_set(err, ERR_USAGE, "no unfinished release is called %s, here%s", name,
                p->settings->buckets.count > 0 ? " or in the bucket" : "");
        err_advise(err,
                   open_count > 0 ? "unfinished here is %s; --bucket names where another "
                                    "machine has begun one"
                                  : "--bucket names where another machine has begun it%s",
                   open_count > 0 ? open[0].name : "");
    } else {
        bool cancelled = name != NULL && strcmp(known[0].phase, "cancelled") == 0;
        fprintf(p->settings->json ? stderr : stdout, "Nothing to resume: %s.\n",
                name == NULL ? "every release on this machine is finished"
                : cancelled  ? "it was cancelled"
                             : "it is finished");
    }
    journal_releases_free(known, known_count);
    journal_releases_free(open, open_count);
    return slip ? end_with(p, err) : 0;
}

/* Another machine may have begun it. A name that is finished here is looked for only where asked.
 */
static bool may_be_elsewhere(const struct program *p, const char *name, struct err *err)
{
    struct journal_release *known = NULL;
    size_t count = 0;
    bool ok = name != NULL && p->settings->buckets.count > 0 &&
              journal_list(p->journal, name, false, &known, &count, err);
    journal_releases_free(known, count);
    return ok && (count == 0 || p->settings->bucket != NULL);
}

static int resume_elsewhere(struct program *p, const char *name, struct err *err)
{
    struct plan *plan = NULL;
    if (may_be_elsewhere(p, name, err) &&
        (!session_connect(&p->session, err) ||
         !elsewhere_adopt(p->settings, p->session.aws, p->journal, name, &plan, err)))
        return end_with(p, err);
    return plan != NULL ? run_release(p, plan, PLAN_FOUND) : nothing_to_resume(p, name, err);
}

static int do_resume(struct program *p, struct err *err)
{
    const char *name = p->settings->argument_count > 0 ? p->settings->arguments[0] : NULL;
    struct journal_release *found = NULL;
    size_t count = 0;
    int status = 0;
    if (!open_state(p, err) || !journal_list(p->journal, name, true, &found, &count, err))
        return end_with(p, err);
    if (count == 0)
        status = resume_elsewhere(p, name, err);
    else
        status = choose(found, count, err) ? resume_one(p, &found[0], err) : end_with(p, err);
    journal_releases_free(found, count);
    return status;
}

/* The console without a release, at one of its places: it may end with a release to resume. */
static int console_at(struct program *p, enum place place, struct err *err)
{
    if (p->loop == NULL) {
        err_set(err, ERR_USAGE, "the console needs a terminal");
        err_advise(err, "`tatami --help` lists the verbs that do without one");
        return verb_complain(err);
    }
    p->settings->read_only = p->settings->read_only || place == PLACE_WATCH;
    if (!open_state(p, err))
        return verb_complain(err);
    struct console_result result = {0};
    if (!show_console(p, place, &result, err))
        return verb_complain(err);
    int status = result.exit_status;
    struct journal_release *found = NULL;
    size_t count = 0;
    if (result.resume != NULL &&
        !journal_list(p->journal, result.resume, true, &found, &count, err))
        status = verb_complain(err);
    else if (count > 0)
        status = resume_one(p, &found[0], err);
    journal_releases_free(found, count);
    free(result.resume);
    return status;
}

static int do_console(struct program *p, struct err *err)
{
    return console_at(p, PLACE_RELEASES, err);
}

static int do_list(struct program *p, struct err *err)
{
    return session_connect(&p->session, err) ? verb_list(p->settings, p->session.aws, stdout)
                                             : end_with(p, err);
}

/* Nothing is ever changed from here: the session refuses it. */
static int do_watch(struct program *p, struct err *err)
{
    p->settings->read_only = true;
    if (p->loop != NULL)
        return console_at(p, PLACE_WATCH, err);
    if (!session_connect(&p->session, err) || !open_state(p, err))
        return end_with(p, err);
    return verb_watch(p->settings, p->session.aws, p->journal, stdout);
}

/* The screen, unless a plan is to be written or carried out, or ids are to be restored. */
static int do_cleanup(struct program *p, struct err *err)
{
    const struct settings *s = p->settings;
    if (p->loop != NULL && s->plan_file == NULL && s->apply_file == NULL &&
        !(s->restore && s->argument_count > 0))
        return console_at(p, PLACE_CLEANUP, err);
    if (!session_connect(&p->session, err) || !open_state(p, err))
        return end_with(p, err);
    return verb_cleanup(s, p->session.aws, stdout);
}

static int do_publish(struct program *p, struct err *err)
{
    return session_connect(&p->session, err) ? verb_publish(p->settings, p->session.aws, stdout)
                                             : end_with(p, err);
}

static int do_cancel(struct program *p, struct err *err)
{
    if (!session_connect(&p->session, err) || !open_state(p, err))
        return end_with(p, err);
    return verb_cancel(p->settings, p->session.aws, p->journal, stdout);
}

static int do_whoami(struct program *p, struct err *err)
{
    return session_connect(&p->session, err) ? verb_whoami(p->settings, p->session.aws, stdout)
                                             : end_with(p, err);
}

static int run_verb(struct program *p)
{
    static int (*const verbs[VERBS])(struct program * p, struct err * err) = {
        [VERB_CONSOLE] = do_console, [VERB_RELEASE] = do_release,   [VERB_RESUME] = do_resume,
        [VERB_PUBLISH] = do_publish, [VERB_UNPUBLISH] = do_publish, [VERB_LIST] = do_list,
        [VERB_WHOAMI] = do_whoami,   [VERB_WATCH] = do_watch,       [VERB_CLEANUP] = do_cleanup,
        [VERB_CANCEL] = do_cancel,   [VERB_ATTACH] = do_resume,
    };
    struct err err = ERR_INIT;
    return verbs[p->settings->verb](p, &err);
}

static int say_help(const struct settings *s)
{
    struct buf help = BUF_INIT;
    if (s->version)
        buf_add_str(&help, "tatami " TATAMI_VERSION "\n");
    else
        settings_help_asked(s, &help);
    fputs(buf_str(&help), stdout);
    buf_free(&help);
    return 0;
}

/* Better said now than when all is done. */
static bool may_write_output(const struct settings *s, struct err *err)
{
    if (s->output == NULL || strcmp(s->output, "-") == 0)
        return true;
    char *folder = xstrdup(s->output);
    bool ok = access(dirname(folder), W_OK) == 0 ||
              err_set_errno(err, ERR_USAGE, "cannot write the manifest to %s", s->output);
    free(folder);
    return ok;
}

/* Everything that must be there before the first thread. */
static bool prepare(struct program *p, struct err *err)
{
    if (!settings_configure(p->settings, err) || !may_write_output(p->settings, err))
        return false;
    if (p->settings->rehearse && (p->rehearsal = rehearsal_start(p->settings, err)) == NULL)
        return false;
    if (!clock_init())
        return err_set(err, ERR_USAGE, "TATAMI_CLOCK must be a number from 1 to 100000");
    http_global_init();
    p->session = (struct session){.settings = p->settings,
                                  .rehearsal = p->rehearsal,
                                  .trace = release_trace,
                                  .trace_arg = &p->release};
    if (!on_terminal(p->settings)) {
        p->signal_fd = open_signals();
        return true;
    }
    p->loop = console_loop_open(p->settings, err);
    return p->loop != NULL;
}

/* A simulator that died makes everything before it doubtful. */
static int close_program(struct program *p, int status)
{
    struct err err = ERR_INIT;
    session_close(&p->session);
    journal_close(p->journal);
    log_close();
    console_loop_close(p->loop);
    if (!rehearsal_check(p->rehearsal, &err))
        status = verb_complain(&err);
    if (p->rehearsal != NULL && p->settings->keep)
        fprintf(stderr, "The rehearsal is kept in %s.\n", rehearsal_folder(p->rehearsal));
    rehearsal_end(p->rehearsal);
    settings_free(p->settings);
    return status;
}

int main(int argc, char **argv)
{
    struct program p = {.wake_fd = -1, .signal_fd = -1};
    struct err err = ERR_INIT;
    forbid_core_files();
    p.settings = settings_parse(argc, argv, &err);
    if (p.settings == NULL)
        return verb_complain(&err);
    if (p.settings->help || p.settings->version) {
        int status = say_help(p.settings);
        settings_free(p.settings);
        return status;
    }
    p.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int status = prepare(&p, &err) ? run_verb(&p) : verb_complain(&err);
    return close_program(&p, status);
}
