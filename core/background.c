/* Handing a release over to a headless tatami. */
#include "core/background.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#define SELF       "/proc/self/exe"
#define WORDS_MOST 32

struct words {
    char *items[WORDS_MOST];
    size_t count;
};

static void add(struct words *w, const char *text)
{
    w->items[w->count++] = xstrdup(text);
}

static void add_option(struct words *w, const char *name, const char *value)
{
    if (value == NULL)
        return;
    w->items[w->count++] = xasprintf("--%s=%s", name, value);
}

/* A manifest on standard output is of no use to anybody there; the upload's limits are in the
 * journal. */
static void fill(struct words *w, const struct settings *s, const char *release_id)
{
    bool has_file = s->output != NULL && strcmp(s->output, "-") != 0;
    add(w, "tatami");
    add(w, "resume");
    add(w, release_id);
    add(w, "--no-ui");
    add_option(w, "state", s->state);
    add_option(w, "profile", s->profile);
    add_option(w, "account", s->account);
    add_option(w, "region", s->region);
    add_option(w, "endpoint-url", s->endpoint_url);
    add_option(w, "ca-bundle", s->ca_bundle);
    add_option(w, "output", has_file ? s->output : NULL);
    add_option(w, "format", has_file ? s->format : NULL);
}

/* Signals that main takes by a descriptor are blocked here; the new program starts afresh. */
static int spawn(char *const *words, const char *log)
{
    sigset_t none;
    pid_t child;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t files;
    sigemptyset(&none);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, log,
                                     O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0600);
    posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
    int failed = posix_spawn(&child, SELF, &files, &attributes, words, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return failed;
}

bool background_start(const struct settings *s, const char *release_id, struct err *err)
{
    struct words w = {0};
    char *log = xasprintf("%s/background.log", s->state);
    fill(&w, s, release_id);
    errno = spawn(w.items, log);
    bool ok = errno == 0 || err_set_errno(err, ERR_IO, "cannot go on in the background");
    if (!ok)
        err_advise(err, "`tatami resume` goes on with it");
    for (size_t i = 0; i < w.count; i++)
        free(w.items[i]);
    free(log);
    return ok;
}
