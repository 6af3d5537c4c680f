/* The life of a rehearsal's simulator. */
#include "core/rehearse.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "core/rehearse_setup.h"

#define START_MS     15000
#define END_MS       5000
#define ARGUMENTS    16
#define GREETING_MAX 96

static const char greeting[] = "listening on http://";

struct rehearsal {
    char *folder;
    char *messages; /* path of what the simulator says on standard error */
    char *address;  /* NULL until it listens */
    int out;        /* its standard output; -1 before it runs */
    pid_t pid;      /* 0: not running */
    int ended_with; /* wait status, once it has ended by itself */
    bool ended, keep;
};

char *rehearsal_find(const char *folder, struct err *err)
{
    static const char *const places[] = {"", "/../libexec/tatami"};
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        char *path = xasprintf("%s%s/tatami-sim", folder, places[i]);
        if (access(path, X_OK) == 0)
            return path;
        free(path);
    }
    err_set(err, ERR_IO, "a rehearsal needs tatami-sim, which is neither in %s nor in %s%s", folder,
            folder, places[1]);
    err_advise(err, "`make` builds it beside tatami");
    return NULL;
}

/* The last line that the simulator wrote to standard error, malloc'd; "" for none. */
static char *last_message(const struct rehearsal *r)
{
    char line[400], *last = xstrdup("");
    FILE *f = fopen(r->messages, "re");
    while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '\0')
            continue;
        free(last);
        last = xstrdup(line);
    }
    if (f != NULL)
        fclose(f);
    return last;
}

static char *describe_end(const struct rehearsal *r)
{
    char *said = last_message(r);
    const char *between = said[0] != '\0' ? ": " : "";
    char *text = WIFSIGNALED(r->ended_with)
                     ? xasprintf("by signal %d%s%s", WTERMSIG(r->ended_with), between, said)
                     : xasprintf("with status %d%s%s", WEXITSTATUS(r->ended_with), between, said);
    free(said);
    return text;
}

/* Notices an end without waiting for it. */
static void reap(struct rehearsal *r, int options)
{
    int status;
    if (r->pid == 0 || waitpid(r->pid, &status, options) != r->pid)
        return;
    r->pid = 0;
    r->ended = true;
    r->ended_with = status;
}

/* In the child: only what is safe after fork(). */
static void become(char *const *argv, pid_t parent, int out, int messages)
{
    int in = open("/dev/null", O_RDONLY);
    /* Keys such as ^C are for tatami, which ends the simulator itself. */
    setpgid(0, 0);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent && in >= 0 &&
        dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 &&
        dup2(messages, STDERR_FILENO) >= 0)
        execv(argv[0], argv);
    _exit(127);
}

static bool spawn(struct rehearsal *r, char *const *argv, struct err *err)
{
    int ends[2] = {-1, -1};
    int messages = open(r->messages, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = messages >= 0 && pipe2(ends, O_CLOEXEC) == 0;
    pid_t parent = getpid();
    pid_t pid = ok ? fork() : -1;
    if (pid == 0)
        become(argv, parent, ends[1], messages);
    ok = pid > 0;
    if (!ok)
        err_set_errno(err, ERR_IO, "cannot start %s", argv[0]);
    if (messages >= 0)
        close(messages);
    if (ends[1] >= 0)
        close(ends[1]);
    r->out = ends[0];
    r->pid = ok ? pid : 0;
    return ok;
}

static int64_t wall_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Reads one line; false when the simulator ends or says nothing for too long. */
static bool read_line(const struct rehearsal *r, char line[GREETING_MAX])
{
    int64_t end = wall_ms() + START_MS;
    size_t length = 0;
    while (length + 1 < GREETING_MAX && memchr(line, '\n', length) == NULL) {
        struct pollfd fd = {.fd = r->out, .events = POLLIN};
        int64_t left = end - wall_ms();
        if (left <= 0)
            return false;
        if (poll(&fd, 1, (int)left) <= 0)
            continue;
        ssize_t n = read(r->out, line + length, GREETING_MAX - 1 - length);
        if (n == 0 || (n < 0 && errno != EINTR))
            return false;
        length += n > 0 ? (size_t)n : 0;
    }
    line[length] = '\0';
    line[strcspn(line, "\n")] = '\0';
    return true;
}

/* Sends it to its end and waits for that. */
static void stop(struct rehearsal *r)
{
    struct pollfd fd = {.fd = r->out}; /* hung up once nobody holds the other end */
    reap(r, WNOHANG);
    if (r->pid == 0)
        return;
    kill(r->pid, SIGTERM);
    if (poll(&fd, 1, END_MS) <= 0)
        kill(r->pid, SIGKILL);
    while (r->pid != 0)
        reap(r, 0);
}

static bool await(struct rehearsal *r, struct err *err)
{
    char line[GREETING_MAX] = "";
    if (read_line(r, line) && strncmp(line, greeting, strlen(greeting)) == 0) {
        r->address = xstrdup(line + strlen(greeting));
        return true;
    }
    if (line[0] != '\0')
        return err_set(err, ERR_FAILED, "tatami-sim said \"%s\" instead of its address", line);
    stop(r);
    char *end = describe_end(r);
    err_set(err, ERR_INPUT, "tatami-sim did not start, it ended %s", end);
    free(end);
    return false;
}

static bool make_folder(struct rehearsal *r, const struct settings *s, struct err *err)
{
    const char *base = getenv("TMPDIR");
    if (base == NULL || base[0] != '/')
        base = "/tmp";
    char *folder = xasprintf("%s/tatami-rehearsal-XXXXXX", base);
    if (mkdtemp(folder) == NULL) {
        err_set_errno(err, ERR_IO, "cannot make the folder %s", folder);
        free(folder);
        return false;
    }
    r->folder = folder;
    r->messages = xasprintf("%s/tatami-sim.log", folder);
    r->keep = s->keep;
    return true;
}

static bool launch(struct rehearsal *r, const char *simulator, const struct settings *s,
                   struct err *err)
{
    char *speed = xasprintf("%d", s->speed);
    char *seed = xasprintf("%llu", (unsigned long long)s->seed);
    char *world = xasprintf("%s/world.json", r->folder);
    const char *argv[ARGUMENTS] = {simulator, "--port", "0",  "--speed",
                                   speed,     "--seed", seed, "--die-with-parent"};
    size_t count = 8;
    bool has_world = false;
    bool ok = rehearse_write_world(s, world, &has_world, err);
    if (has_world) {
        argv[count++] = "--world";
        argv[count++] = world;
    }
    if (s->faults != NULL) {
        argv[count++] = "--faults";
        argv[count++] = s->faults;
    }
    ok = ok && spawn(r, (char *const *)argv, err) && await(r, err);
    free(speed);
    free(seed);
    free(world);
    return ok;
}

static void empty(char **text)
{
    free(*text);
    *text = NULL;
}

/* The settings and the environment know only the simulator from here on. */
static void enter(const struct rehearsal *r, struct settings *s)
{
    char *url = xasprintf("http://%s", r->address);
    empty(&s->profile);
    empty(&s->account);
    empty(&s->endpoint_url);
    empty(&s->ca_bundle);
    free(s->state);
    s->state = xasprintf("%s/tatami", r->folder);
    rehearse_set_environment(s, url, r->folder);
    free(url);
}

struct rehearsal *rehearsal_start_with(const char *simulator, struct settings *s, struct err *err)
{
    struct rehearsal *r = xcalloc(1, sizeof(*r));
    r->out = -1;
    if (!make_folder(r, s, err) || !launch(r, simulator, s, err)) {
        r->keep = false;
        rehearsal_end(r);
        return NULL;
    }
    enter(r, s);
    return r;
}

struct rehearsal *rehearsal_start(struct settings *s, struct err *err)
{
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
    if (length <= 0) {
        err_set_errno(err, ERR_IO, "cannot read /proc/self/exe");
        return NULL;
    }
    program[length] = '\0';
    char *slash = strrchr(program, '/');
    if (slash != NULL)
        *slash = '\0';
    char *simulator = rehearsal_find(program, err);
    struct rehearsal *r = simulator != NULL ? rehearsal_start_with(simulator, s, err) : NULL;
    free(simulator);
    return r;
}

const char *rehearsal_address(const struct rehearsal *r)
{
    return r != NULL ? r->address : NULL;
}

const char *rehearsal_folder(const struct rehearsal *r)
{
    return r != NULL ? r->folder : NULL;
}

bool rehearsal_check(struct rehearsal *r, struct err *err)
{
    if (r == NULL)
        return true;
    reap(r, WNOHANG);
    if (!r->ended)
        return true;
    char *end = describe_end(r);
    err_set(err, ERR_FAILED, "the simulator of this rehearsal has ended by itself %s", end);
    free(end);
    return false;
}

void rehearsal_end(struct rehearsal *r)
{
    if (r == NULL)
        return;
    stop(r);
    if (r->out >= 0)
        close(r->out);
    if (r->folder != NULL && !r->keep)
        rehearse_remove(r->folder);
    free(r->folder);
    free(r->messages);
    free(r->address);
    free(r);
}
