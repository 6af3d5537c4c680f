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

#include "aws/call.h"
#include "aws/http.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "core/journal.h"
#include "core/manifest.h"
#include "core/options.h"
#include "core/region_name.h"
#include "core/rehearse.h"
#include "core/release.h"
#include "core/verbs.h"
#include "screens/lines.h"
#include "screens/run.h"

/* What a verb works with. */
struct program {
    struct settings *settings;
    struct rehearsal *rehearsal; /* NULL: it is for real */
    struct aws_config *config;
    struct aws *aws;
    struct journal *journal;
    struct release *_Atomic release; /* what the trace reports to; NULL while there is none */
    struct console_loop *loop;       /* NULL: in lines */
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

static bool connect_aws(struct program *p, struct err *err)
{
    const struct settings *s = p->settings;
    struct aws_config_options options = {s->profile, s->region, s->endpoint_url, s->ca_bundle};
    p->config = aws_config_load(&options, err);
    if (p->config == NULL)
        return false;
    if (s->region == NULL && p->config->region != NULL) {
        if (!region_name_check("AWS_REGION or the profile's region", p->config->region, err))
            return false;
        p->settings->region = xstrdup(p->config->region);
    }
    struct aws_options session = {
        .config = p->config,
        .read_only = s->read_only,
        .only_address = rehearsal_address(p->rehearsal),
        .trace = release_trace,
        .trace_arg = &p->release,
    };
    p->aws = aws_new(&session, err);
    return p->aws != NULL;
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

static int show_release(struct program *p)
{
    struct console_result result = {0};
    struct err err = ERR_INIT;
    bool shown = console_run(p->loop, p->release, p->wake_fd, p->journal, &result, &err);
    free(result.resume);
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

static int run_release(struct program *p, struct plan *plan, bool resumed)
{
    struct release_options options = {
        .aws = p->aws,
        .settings = p->settings,
        .journal = p->journal,
        .plan = plan,
        .resumed = resumed,
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
    release_end(ended);
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
    if (!connect_aws(p, err) || !open_state(p, err) || !not_begun(p, plan->release, err)) {
        plan_free(plan);
        return end_with(p, err);
    }
    return run_release(p, plan, false);
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

static int resume_one(struct program *p, const struct journal_release *release, struct err *err)
{
    struct plan *plan = plan_from_json(release->plan_json, err);
    if (plan == NULL)
        return end_with(p, err);
    if (!connect_aws(p, err) || !journal_lock(p->journal, release->id, err)) {
        plan_free(plan);
        return end_with(p, err);
    }
    return run_release(p, plan, true);
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
        err_set(err, ERR_USAGE, "no release on this machine is called %s", name);
        err_advise(err, open_count > 0 ? "unfinished is %s" : "every release here is finished%s",
                   open_count > 0 ? open[0].name : "");
    } else {
        fprintf(p->settings->json ? stderr : stdout, "Nothing to resume: %s finished.\n",
                name == NULL ? "every release on this machine is" : "it is");
    }
    journal_releases_free(known, known_count);
    journal_releases_free(open, open_count);
    return slip ? end_with(p, err) : 0;
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
        status = nothing_to_resume(p, name, err);
    else
        status = choose(found, count, err) ? resume_one(p, &found[0], err) : end_with(p, err);
    journal_releases_free(found, count);
    return status;
}

/* The console without a release: it may end with one to resume. */
static int do_console(struct program *p, struct err *err)
{
    if (p->loop == NULL) {
        err_set(err, ERR_USAGE, "the console needs a terminal");
        err_advise(err, "`tatami --help` lists the verbs that do without one");
        return verb_complain(err);
    }
    if (!open_state(p, err))
        return verb_complain(err);
    struct console_result result = {0};
    if (!console_run(p->loop, NULL, -1, p->journal, &result, err))
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

static int do_list(struct program *p, struct err *err)
{
    return connect_aws(p, err) ? verb_list(p->settings, p->aws, stdout) : end_with(p, err);
}

static int do_publish(struct program *p, struct err *err)
{
    return connect_aws(p, err) ? verb_publish(p->settings, p->aws, stdout) : end_with(p, err);
}

static int do_whoami(struct program *p, struct err *err)
{
    return connect_aws(p, err) ? verb_whoami(p->settings, p->aws, stdout) : end_with(p, err);
}

static int run_verb(struct program *p)
{
    static int (*const verbs[VERBS])(struct program * p, struct err * err) = {
        [VERB_CONSOLE] = do_console, [VERB_RELEASE] = do_release,   [VERB_RESUME] = do_resume,
        [VERB_PUBLISH] = do_publish, [VERB_UNPUBLISH] = do_publish, [VERB_LIST] = do_list,
        [VERB_WHOAMI] = do_whoami,
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
    aws_free(p->aws);
    aws_config_free(p->config);
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
