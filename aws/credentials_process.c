/* Credentials that a program prints: credential_process. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aws/credentials.h"
#include "aws/json.h"
#include "aws/shell_words.h"
#include "aws/signin_json.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"

enum { OUTPUT_BYTES_MAX = 64 << 10, LIMIT_MS = 60000 /* where nobody looks on */ };

/* Its output goes into the pipe. Where somebody is there it may ask, and say what is wrong, on the
 * terminal; else it sees none. */
static int start(char **words, int out, bool attended, pid_t *pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, usual;

    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
    if (!attended) {
        posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    }
    int failed = posix_spawnp(pid, words[0], &files, &attributes, words, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return failed;
}

/* Wall milliseconds that are left of the limit; -1 for no limit. */
static int left_ms(clock_ms began, bool attended)
{
    int gone = clock_wall_ms(clock_now_ms() - began);

    if (attended)
        return -1;
    return gone < LIMIT_MS ? LIMIT_MS - gone : 0;
}

/* All that it prints; false when it prints too much or for too long. */
static bool read_output(int fd, bool attended, struct buf *out)
{
    clock_ms began = clock_now_ms();
    char chunk[4096];
    ssize_t n = 1;

    while (n > 0 && out->length <= OUTPUT_BYTES_MAX) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        int count = poll(&ready, 1, left_ms(began, attended));
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        n = read(fd, chunk, sizeof chunk);
        if (n > 0)
            buf_add(out, chunk, (size_t)n);
    }
    mem_wipe(chunk, sizeof chunk);
    return n == 0;
}

/* What it was called may hold secrets, and so may what it says: people are told its name. */
static bool run(const struct signin *with, char **words, struct buf *out, struct err *err)
{
    bool attended = with->ask != NULL && isatty(STDERR_FILENO);
    int ends[2], status = 0;
    pid_t pid = 0;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_set_errno(err, ERR_IO, "cannot start the credential_process");
    errno = start(words, ends[1], attended, &pid);
    close(ends[1]);
    if (errno != 0) {
        err_set_errno(err, ERR_CREDENTIALS,
                      "cannot start %s, the credential_process of the profile "
                      "%s",
                      words[0], with->profile);
        close(ends[0]);
        return false;
    }
    bool whole = read_output(ends[0], attended, out);
    close(ends[0]);
    if (!whole)
        kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (whole && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    err_set(err, ERR_CREDENTIALS, "%s, the credential_process of the profile %s, %s", words[0],
            with->profile, whole ? "failed" : "does not end or says too much");
    return err_advise(err, "run it by hand to see why");
}

static bool read_answer(const struct signin *with, const struct buf *text, struct credentials *out,
                        struct err *err)
{
    char *source = xasprintf("credential_process of the profile %s", with->profile);
    cJSON *json =
        signin_json_parse(buf_str(text), text->length, "what the credential_process printed", err);
    bool ok = json != NULL;

    if (ok && json_int(json, "Version", 0) != 1)
        ok = err_set(err, ERR_CREDENTIALS, "the %s speaks a version that is not 1", source);
    ok = ok && signin_json_keys(json, &signin_names_sts, source, out, err);
    signin_json_free(json);
    free(source);
    return ok;
}

static bool get(const struct signin *with, struct credentials *out, bool *found, struct err *err)
{
    const char *line = signin_get(with, "credential_process");
    struct buf text = BUF_INIT;

    *found = line != NULL;
    if (!*found)
        return true;
    char **words = shell_words(line);
    bool ok = words != NULL && run(with, words, &text, err) && read_answer(with, &text, out, err);
    if (words == NULL)
        err_set(err, ERR_CREDENTIALS,
                "the credential_process of the profile %s is no command: a quote is not closed, or "
                "nothing is there",
                with->profile);
    buf_wipe_free(&text);
    shell_words_free(words);
    return ok;
}

const struct credential_provider credentials_process = {.name = "process", .get = get};
