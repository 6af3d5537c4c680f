/* A tatami-sim of its own for a test program. */
#include "tests/tools/simproc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aws/http.h"
#include "base/mem.h"

enum { ARGUMENTS_MAX = 16 };

static const char greeting[] = "listening on ";

/* Leaves no setting of whoever runs the tests. */
static void clean_environment(void)
{
    char **names = NULL;
    size_t count = 0;

    for (char **entry = environ; *entry != NULL; entry++)
        if (strncmp(*entry, "AWS_", 4) == 0) {
            names = xrealloc(names, count + 1, sizeof *names);
            names[count++] = xstrndup(*entry, strcspn(*entry, "="));
        }
    for (size_t i = 0; i < count; i++) {
        unsetenv(names[i]);
        free(names[i]);
    }
    free(names);
}

static void set_environment(const struct simproc *sim)
{
    clean_environment();
    setenv("AWS_ACCESS_KEY_ID", "AKIATATAMISIM", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "simulated-secret", 1);
    setenv("AWS_ENDPOINT_URL", sim->url, 1);
    setenv("AWS_CONFIG_FILE", "/dev/null", 1);
    setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null", 1);
    setenv("AWS_REGION", "us-east-1", 1);
}

static bool spawn(struct simproc *sim, const char *const *arguments, int out)
{
    const char *build = getenv("TATAMI_BUILD");
    char *path = xasprintf("%s/tatami-sim", build == NULL ? "build" : build);
    char *list[ARGUMENTS_MAX + 5] = {path, (char *)"--die-with-parent", (char *)"--port",
                                     (char *)"0"};
    posix_spawn_file_actions_t actions;

    for (size_t i = 0; arguments != NULL && arguments[i] != NULL && i < ARGUMENTS_MAX; i++)
        list[i + 4] = (char *)arguments[i];
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    int number = posix_spawn(&sim->pid, path, &actions, NULL, list, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (number != 0) {
        sim->pid = 0;
        fprintf(stderr, "cannot start %s: %s\n", path, strerror(number));
    }
    free(path);
    return number == 0;
}

static bool read_greeting(struct simproc *sim, int in)
{
    char line[60] = "";
    FILE *f = fdopen(in, "r");
    bool ok = f != NULL && fgets(line, sizeof line, f) != NULL;

    line[strcspn(line, "\n")] = '\0';
    const char *url = line + strlen(greeting);
    ok = ok && strncmp(line, greeting, strlen(greeting)) == 0 && strstr(url, "://") != NULL;
    if (ok) {
        snprintf(sim->url, sizeof sim->url, "%s", url);
        snprintf(sim->address, sizeof sim->address, "%s", strstr(url, "://") + 3);
    } else {
        fprintf(stderr, "tatami-sim said: %s\n", line);
    }
    if (f != NULL)
        fclose(f);
    else
        close(in);
    return ok;
}

bool simproc_start(struct simproc *sim, const char *const *arguments)
{
    int ends[2];

    *sim = (struct simproc){.pid = 0};
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    bool ok = spawn(sim, arguments, ends[1]);
    close(ends[1]);
    if (!ok) {
        close(ends[0]);
        return false;
    }
    if (!read_greeting(sim, ends[0])) {
        simproc_stop(sim);
        return false;
    }
    set_environment(sim);
    return true;
}

void simproc_stop(struct simproc *sim)
{
    if (sim->pid <= 0)
        return;
    kill(sim->pid, SIGTERM);
    while (waitpid(sim->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    sim->pid = 0;
}

char *simproc_ask(const struct simproc *sim, const char *path, const char *json)
{
    const struct http_options options = {.only_address = sim->address};
    struct http *http = http_new(&options);
    char *url = xasprintf("%s%s", sim->url, path);
    struct http_answer answer = {0};
    struct http_request request = {.method = json == NULL ? "GET" : "POST", .url = url};
    char *text = NULL;

    if (json != NULL)
        request.body = (struct http_body){.data = json, .length = strlen(json)};
    if (http_exchange(http, &request, NULL, &answer, NULL) && answer.status == 200)
        text = buf_take(&answer.body);
    http_answer_free(&answer);
    http_free(http);
    free(url);
    return text;
}
