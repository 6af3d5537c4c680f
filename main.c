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
#include "core/adopt.h"
#include "core/verbs.h"
#include "screens/program.h"

/* Keys stay in memory only: no core file may hold them. */
static void forbid_core_files(void)
{
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
#ifndef TATAMI_SANITIZED /* LeakSanitizer looks at the program from outside at its end */
    prctl(PR_SET_DUMPABLE, 0);
#endif
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

static int do_release(struct program *p, struct err *err)
{
    bool adopts = p->settings->adopt != NULL;
    if (!adopt_settle(p->settings, err))
        return program_fail(p, err);
    struct plan *plan =
        plan_make(p->settings, p->settings->arguments, p->settings->argument_count, err);
    if (plan == NULL)
        return program_fail(p, err);
    if (!session_connect(&p->session, err) || !program_open_state(p, err) ||
        !program_not_begun(p, plan->release, err) ||
        (adopts && !adopt_release(p->settings, p->session.aws, p->journal, plan, stdout, err))) {
        plan_free(plan);
        return program_fail(p, err);
    }
    return program_release(p, plan, adopts ? PLAN_FOUND : PLAN_NEW);
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
    if (!program_open_state(p, err))
        return verb_complain(err);
    struct console_result result = {0};
    if (!program_show(p, place, &result, err))
        return verb_complain(err);
    int status = result.exit_status;
    struct journal_release *found = NULL;
    size_t count = 0;
    if (result.resume != NULL &&
        !journal_list(p->journal, result.resume, true, &found, &count, err))
        status = verb_complain(err);
    else if (count > 0 && result.cancel)
        status = program_cancel(p, found[0].id);
    else if (count > 0)
        status = program_resume(p, &found[0], err);
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
                                             : program_fail(p, err);
}

/* Nothing is ever changed from here: the session refuses it. */
static int do_watch(struct program *p, struct err *err)
{
    p->settings->read_only = true;
    if (p->loop != NULL)
        return console_at(p, PLACE_WATCH, err);
    if (!session_connect(&p->session, err) || !program_open_state(p, err))
        return program_fail(p, err);
    return verb_watch(p->settings, p->session.aws, p->journal, stdout);
}

/* The screen, unless a plan is to be written or carried out, or ids are to be restored. */
static int do_cleanup(struct program *p, struct err *err)
{
    const struct settings *s = p->settings;
    if (p->loop != NULL && s->plan_file == NULL && s->apply_file == NULL &&
        !(s->restore && s->argument_count > 0))
        return console_at(p, PLACE_CLEANUP, err);
    if (!session_connect(&p->session, err) || !program_open_state(p, err))
        return program_fail(p, err);
    return verb_cleanup(s, p->session.aws, stdout);
}

static int do_publish(struct program *p, struct err *err)
{
    if (!session_connect(&p->session, err))
        return program_fail(p, err);
    if (journal_exists(p->settings->state))
        p->journal = journal_open(p->settings->state, err);
    return verb_publish(p->settings, p->session.aws, p->journal, stdout);
}

static int do_cancel(struct program *p, struct err *err)
{
    if (!session_connect(&p->session, err) || !program_open_state(p, err))
        return program_fail(p, err);
    return verb_cancel(p->settings, p->session.aws, p->journal, stdout);
}

static int do_whoami(struct program *p, struct err *err)
{
    return session_connect(&p->session, err) ? verb_whoami(p->settings, p->session.aws, stdout)
                                             : program_fail(p, err);
}

static int run_verb(struct program *p)
{
    static int (*const verbs[VERBS])(struct program * p, struct err * err) = {
        [VERB_CONSOLE] = do_console,
        [VERB_RELEASE] = do_release,
        [VERB_RESUME] = program_resume_named,
        [VERB_PUBLISH] = do_publish,
        [VERB_UNPUBLISH] = do_publish,
        [VERB_LIST] = do_list,
        [VERB_WHOAMI] = do_whoami,
        [VERB_WATCH] = do_watch,
        [VERB_CLEANUP] = do_cleanup,
        [VERB_CANCEL] = do_cancel,
        [VERB_ATTACH] = program_resume_named,
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
