/* Options, wiring, exit status. */
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
#include "base/text.h"
#include "core/find.h"
#include "core/journal.h"
#include "core/manifest.h"
#include "core/options.h"
#include "core/rehearse.h"
#include "core/release.h"
#include "core/verbs.h"
#include "screens/lines.h"
#include "screens/run.h"

#ifndef TATAMI_VERSION
#define TATAMI_VERSION "0.1.0"
#endif

/* The exit statuses of an error that ended the program before anything was changed. */
static int status_of(const struct err *err)
{
    static const struct {
        enum err_kind kind;
        int status;
    } rows[] = {
        {ERR_USAGE,     2  },
        {ERR_REFUSED,   4  },
        {ERR_EXISTS,    4  },
        {ERR_EXPIRED,   130},
        {ERR_CANCELLED, 130}
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].kind == err->kind)
            return rows[i].status;
    return 1;
}

/* One sentence on standard error: what is wrong and what to do. */
static int complain(const struct err *err)
{
    struct safe_text message = text_safe(err->message);
    struct safe_text advice = text_safe(err->advice);
    struct safe_text code = text_safe(err->code);
    struct safe_text id = text_safe(err->request_id);
    fprintf(stderr, "tatami: %s%s%s", code.utf8, code.utf8[0] ? ": " : "", message.utf8);
    if (id.utf8[0] != '\0')
        fprintf(stderr, " (request %s)", id.utf8);
    fprintf(stderr, advice.utf8[0] ? "; %s\n" : "%s\n", advice.utf8);
    text_free(&message);
    text_free(&advice);
    text_free(&code);
    text_free(&id);
    return status_of(err);
}

/* What a verb works with. */
struct program {
    struct settings *settings;
    struct rehearsal *rehearsal; /* NULL: it is for real */
    struct aws_config *config;
    struct aws *aws;
    struct journal *journal;
    struct release *release; /* what the trace reports to; NULL while there is none */
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
    complain(&err);
    return status == 0 ? 3 : status;
}

static int run_release(struct program *p, struct plan *plan, bool resumed)
{
    struct release_options options = {
        .aws = p->aws,
        .settings = p->settings,
        .journal = p->journal,
        .plan = plan,
        .resumed = resumed,
        .rehearsal = p->rehearsal != NULL,
        .read_only = p->settings->read_only,
        .trace = p->settings->trace,
        .wake_fd = p->wake_fd,
    };
    p->release = release_start(&options);
    int status;
    if (on_terminal(p->settings)) {
        struct run_options run = {p->settings, p->journal, p->release, p->wake_fd};
        status = run_console(&run);
    } else {
        struct lines_options lines = {
            .json = p->settings->json,
            .yes = p->settings->yes,
            .wake_fd = p->wake_fd,
            .signal_fd = p->signal_fd,
            .out = p->settings->output != NULL && strcmp(p->settings->output, "-") == 0 ? stderr
                                                                                        : stdout,
        };
        status = lines_run(p->release, &lines);
    }
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
        return complain(err);
    if (!connect_aws(p, err) || !open_state(p, err) || !not_begun(p, plan->release, err)) {
        plan_free(plan);
        return complain(err);
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
        return complain(err);
    if (!connect_aws(p, err) || !journal_lock(p->journal, release->id, err)) {
        plan_free(plan);
        return complain(err);
    }
    return run_release(p, plan, true);
}

static int do_resume(struct program *p, struct err *err)
{
    const char *name = p->settings->argument_count > 0 ? p->settings->arguments[0] : NULL;
    struct journal_release *found = NULL;
    size_t count = 0;
    int status = 0;
    if (!open_state(p, err) || !journal_list(p->journal, name, true, &found, &count, err))
        return complain(err);
    if (count == 0)
        printf("Nothing to resume: every release on this machine is finished.\n");
    else
        status = choose(found, count, err) ? resume_one(p, &found[0], err) : complain(err);
    journal_releases_free(found, count);
    return status;
}

/* The console without a release: it may end with one to resume. */
static int do_console(struct program *p, struct err *err)
{
    if (!on_terminal(p->settings)) {
        err_set(err, ERR_USAGE, "the console needs a terminal");
        err_advise(err, "`tatami --help` lists the verbs that do without one");
        return complain(err);
    }
    if (!open_state(p, err))
        return complain(err);
    char *resume = NULL;
    int status = run_home(p->settings, p->journal, &resume);
    struct journal_release *found = NULL;
    size_t count = 0;
    if (resume != NULL && !journal_list(p->journal, resume, true, &found, &count, err))
        status = complain(err);
    else if (count > 0)
        status = resume_one(p, &found[0], err);
    journal_releases_free(found, count);
    free(resume);
    return status;
}

static int do_list(struct program *p, struct err *err)
{
    return connect_aws(p, err) ? verb_list(p->settings, p->aws, stdout) : complain(err);
}

static int do_publish(struct program *p, struct err *err)
{
    return connect_aws(p, err) ? verb_publish(p->settings, p->aws, stdout) : complain(err);
}

static int run_verb(struct program *p)
{
    static int (*const verbs[VERBS])(struct program * p, struct err * err) = {
        [VERB_CONSOLE] = do_console, [VERB_RELEASE] = do_release,   [VERB_RESUME] = do_resume,
        [VERB_PUBLISH] = do_publish, [VERB_UNPUBLISH] = do_publish, [VERB_LIST] = do_list,
    };
    struct err err = ERR_INIT;
    if (!settings_configure(p->settings, &err))
        return complain(&err);
    return verbs[p->settings->verb](p, &err);
}

static int say_help(const struct settings *s)
{
    struct buf help = BUF_INIT;
    if (s->version)
        buf_add_str(&help, "tatami " TATAMI_VERSION "\n");
    else
        settings_help(s->verb, &help);
    fputs(buf_str(&help), stdout);
    buf_free(&help);
    return 0;
}

static void close_program(struct program *p)
{
    aws_free(p->aws);
    aws_config_free(p->config);
    journal_close(p->journal);
    log_close();
    settings_free(p->settings);
}

int main(int argc, char **argv)
{
    struct program p = {.wake_fd = -1, .signal_fd = -1};
    struct err err = ERR_INIT;
    forbid_core_files();
    p.settings = settings_parse(argc, argv, &err);
    if (p.settings == NULL)
        return complain(&err);
    if (p.settings->help || p.settings->version) {
        int status = say_help(p.settings);
        settings_free(p.settings);
        return status;
    }
    if (p.settings->rehearse && (p.rehearsal = rehearsal_start(p.settings, &err)) == NULL)
        return complain(&err);
    if (!clock_init()) {
        err_set(&err, ERR_USAGE, "TATAMI_CLOCK must be a number from 1 to 100000");
        return complain(&err);
    }
    http_global_init();
    p.signal_fd = open_signals();
    p.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int status = run_verb(&p);
    close_program(&p);
    rehearsal_end(p.rehearsal);
    return status;
}
