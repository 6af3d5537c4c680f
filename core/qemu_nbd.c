/* The qemu-nbd child. It is born by a thread of its own, since a parent's death counts by thread;
 * that thread reads its words and reaps it. */
#include "core/qemu_nbd.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"

enum { WORDS_BYTES = 1024, LISTEN_FD = 3 /* sd_listen_fds(3) */, IMAGE_FD = 4, FIRST_FREE_FD = 10 };

#define IMAGE_FD_PATH "/proc/self/fd/4"

struct qemu_nbd {
    char *path;    /* of the image, for messages */
    char *program; /* of qemu-nbd */
    char *options; /* the image, as qemu's JSON */
    char *shared;
    int listen_fd, image_fd, words_fd, child_words_fd; /* -1 once they are closed */
    pid_t owner;
    pthread_t keeper;
    bool has_keeper;

    pthread_mutex_t lock;
    pthread_cond_t changed; /* it was born, or reaped */
    pid_t child;            /* 0: not yet, -1: fork failed */
    int fork_errno;
    bool reaped;
    int status;
    char words[WORDS_BYTES]; /* the end of what it said */
    size_t words_length;
};

/* qemu's names of the formats. */
static const char *const drivers[IMAGE_FORMATS] = {
    [IMAGE_RAW] = "raw",   [IMAGE_VHD] = "vpc",     [IMAGE_VHDX] = "vhdx",
    [IMAGE_VMDK] = "vmdk", [IMAGE_QCOW2] = "qcow2", [IMAGE_QCOW] = "qcow",
    [IMAGE_QED] = "qed",   [IMAGE_VDI] = "vdi",     [IMAGE_PARALLELS] = "parallels",
};

/* The open file itself, so that nobody can put another one in its place; where it names others
 * beside it, its path. A parent is switched off, whatever the header says. */
static char *image_options(const struct image *image)
{
    cJSON *root = cJSON_CreateObject();
    cJSON *file = cJSON_AddObjectToObject(root, "file");
    char *real = image->part_count > 0 ? realpath(image->path, NULL) : NULL;

    cJSON_AddStringToObject(root, "driver", drivers[image->format]);
    cJSON_AddStringToObject(file, "driver", "file");
    cJSON_AddStringToObject(file, "filename", real != NULL ? real : IMAGE_FD_PATH);
    cJSON_AddNullToObject(root, "backing");
    if (image->format == IMAGE_VHD)
        cJSON_AddStringToObject(root, "force_size_calc", "current_size");
    char *text = cJSON_PrintUnformatted(root);
    char *options = xasprintf("json:%s", text);
    cJSON_free(text);
    cJSON_Delete(root);
    free(real);
    return options;
}

/* The program's path, malloc'd; NULL when it is in no folder of PATH. */
static char *find_program(void)
{
    const char *path = getenv("PATH");

    for (const char *at = path == NULL ? "" : path; *at != '\0';) {
        size_t length = strcspn(at, ":");
        char *try = xasprintf("%.*s/qemu-nbd", (int)length, at);
        if (length > 0 && access(try, X_OK) == 0)
            return try;
        free(try);
        at += length + (at[length] == ':');
    }
    return NULL;
}

/* Only what is safe between fork and exec: the program has other threads. */
static void become_child(const struct qemu_nbd *q, char *const *words, char *pid_text,
                         size_t digits, char *const *environment)
{
    sigset_t none;
    struct sigaction usual = {.sa_handler = SIG_DFL};
    int null_fd = open("/dev/null", O_RDONLY);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != q->owner || null_fd < 0)
        _exit(127);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    sigemptyset(&none);
    sigaction(SIGPIPE, &usual, NULL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    dup2(null_fd, STDIN_FILENO);
    dup2(q->child_words_fd, STDOUT_FILENO);
    dup2(q->child_words_fd, STDERR_FILENO);
    dup2(q->listen_fd, LISTEN_FD);
    dup2(q->image_fd, IMAGE_FD);
    close_range(IMAGE_FD + 1, ~0u, 0);
    for (pid_t pid = getpid(); digits > 0; pid /= 10)
        pid_text[--digits] = (char)('0' + pid % 10);
    execve(q->program, words, environment);
    _exit(127);
}

static pid_t give_birth(const struct qemu_nbd *q)
{
    /* The process id is known in the child alone: it writes its digits there. */
    char listen_pid[] = "LISTEN_PID=0000000000";
    const size_t digits = sizeof listen_pid - sizeof "LISTEN_PID=";
    char *path = xasprintf("PATH=%s", getenv("PATH"));
    char locale[] = "LC_ALL=C", listen_fds[] = "LISTEN_FDS=1", read_only[] = "--read-only";
    /* mallopt(3): its buffers, one a request, would else be mapped, zeroed and unmapped each time.
     */
    char mapped[] = "MALLOC_MMAP_THRESHOLD_=67108864",
         trimmed[] = "MALLOC_TRIM_THRESHOLD_=67108864";
    char *environment[] = {path, locale, mapped, trimmed, listen_fds, listen_pid, NULL};
    char *words[] = {q->program, read_only, q->shared, q->options, NULL};
    pid_t child = fork();

    if (child == 0)
        become_child(q, words, listen_pid + sizeof "LISTEN_PID=" - 1, digits, environment);
    free(path);
    return child;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* The last words count: an error is what it says before it ends. */
static void listen_to(struct qemu_nbd *q)
{
    char chunk[256];
    ssize_t n;

    while ((n = read(q->words_fd, chunk, sizeof chunk)) > 0 || (n < 0 && errno == EINTR)) {
        size_t more = n < 0 ? 0 : (size_t)n;
        size_t room = sizeof q->words - 1 - q->words_length;
        size_t drop = more > room ? more - room : 0;
        memmove(q->words, q->words + drop, q->words_length - drop);
        q->words_length -= drop;
        memcpy(q->words + q->words_length, chunk, more);
        q->words_length += more;
    }
}

static void *keep(void *arg)
{
    struct qemu_nbd *q = arg;
    pid_t child = give_birth(q);
    int status = 0;

    pthread_mutex_lock(&q->lock);
    q->fork_errno = errno;
    q->child = child < 0 ? -1 : child;
    pthread_cond_broadcast(&q->changed);
    pthread_mutex_unlock(&q->lock);
    close_fd(&q->listen_fd);
    close_fd(&q->child_words_fd);
    if (child < 0)
        return NULL;
    listen_to(q);
    /* It stays a zombie until the lock is held, so that nobody signals a stranger. */
    siginfo_t ended;
    while (waitid(P_PID, (id_t)child, &ended, WEXITED | WNOWAIT) < 0 && errno == EINTR)
        continue;
    pthread_mutex_lock(&q->lock);
    waitpid(child, &status, 0);
    q->reaped = true;
    q->status = status;
    pthread_cond_broadcast(&q->changed);
    pthread_mutex_unlock(&q->lock);
    return NULL;
}

/* A socket in a folder of its own that is gone when this returns; nobody else had the time or the
 * right to connect. */
static bool connect_all(struct qemu_nbd *q, int sockets[], size_t count, struct err *err)
{
    const char *base = getenv("TMPDIR");
    char *folder = xasprintf("%s/tatami-XXXXXX", base == NULL || *base == '\0' ? "/tmp" : base);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const struct sockaddr *named = (const struct sockaddr *)&address;
    bool made = mkdtemp(folder) != NULL;
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    size_t length = strlen(folder) + sizeof "/s";
    bool ok = made && listener >= 0 && length <= sizeof address.sun_path;

    if (ok) {
        memcpy(address.sun_path, folder, strlen(folder));
        memcpy(address.sun_path + strlen(folder), "/s", sizeof "/s");
        ok = bind(listener, named, sizeof address) == 0 && listen(listener, (int)count) == 0;
    }
    for (size_t i = 0; i < count && ok; i++) {
        sockets[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        ok = sockets[i] >= 0 && connect(sockets[i], named, sizeof address) == 0;
    }
    if (ok)
        ok = (q->listen_fd = fcntl(listener, F_DUPFD_CLOEXEC, FIRST_FREE_FD)) >= 0;
    if (!ok)
        err_set_errno(err, ERR_IO, "cannot make a socket in %s", folder);
    if (address.sun_path[0] != '\0')
        unlink(address.sun_path);
    if (made)
        rmdir(folder);
    if (listener >= 0)
        close(listener);
    free(folder);
    return ok;
}

static bool open_words(struct qemu_nbd *q, struct err *err)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_set_errno(err, ERR_IO, "cannot make a pipe");
    q->words_fd = ends[0];
    q->child_words_fd = fcntl(ends[1], F_DUPFD_CLOEXEC, FIRST_FREE_FD);
    close(ends[1]);
    return q->child_words_fd >= 0 || err_set_errno(err, ERR_IO, "cannot make a pipe");
}

static bool start_keeper(struct qemu_nbd *q, struct err *err)
{
    errno = pthread_create(&q->keeper, NULL, keep, q);
    if (errno != 0)
        return err_set_errno(err, ERR_IO, "cannot start a thread");
    q->has_keeper = true;
    pthread_mutex_lock(&q->lock);
    while (q->child == 0)
        pthread_cond_wait(&q->changed, &q->lock);
    errno = q->fork_errno;
    bool ok = q->child > 0 || err_set_errno(err, ERR_IO, "cannot start qemu-nbd");
    pthread_mutex_unlock(&q->lock);
    return ok;
}

static bool find_it(struct qemu_nbd *q, const struct image *image, struct err *err)
{
    q->program = find_program();
    if (q->program != NULL)
        return true;
    err_set(err, ERR_INPUT, "%s is a %s image, and qemu-nbd, which reads these, is not installed",
            image->path, image_format_name(image->format));
    return err_advise(err, "install the package qemu-utils (Debian, Ubuntu), qemu-img (Fedora) or "
                           "qemu (Nix, Arch)");
}

struct qemu_nbd *qemu_nbd_start(const struct image *image, int sockets[], size_t count,
                                struct err *err)
{
    struct qemu_nbd *q = xcalloc(1, sizeof *q);

    q->path = xstrdup(image->path);
    q->options = image_options(image);
    q->shared = xasprintf("--shared=%zu", count);
    q->listen_fd = q->words_fd = q->child_words_fd = -1;
    q->owner = getpid();
    q->image_fd = fcntl(image->fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->changed, NULL);
    for (size_t i = 0; i < count; i++)
        sockets[i] = -1;
    if (find_it(q, image, err) && connect_all(q, sockets, count, err) && open_words(q, err) &&
        start_keeper(q, err))
        return q;
    for (size_t i = 0; i < count; i++)
        close_fd(&sockets[i]);
    qemu_nbd_free(q);
    return NULL;
}

/* With the lock held; *q has a child. */
static void end_child(struct qemu_nbd *q, int signal_number)
{
    if (!q->reaped)
        kill(q->child, signal_number);
    while (!q->reaped)
        pthread_cond_wait(&q->changed, &q->lock);
}

/* The last line, without the program's name and our own options in front. */
static const char *last_line(struct qemu_nbd *q)
{
    q->words[q->words_length] = '\0';
    while (q->words_length > 0 && q->words[q->words_length - 1] == '\n')
        q->words[--q->words_length] = '\0';
    const char *line = strrchr(q->words, '\n');
    line = line == NULL ? q->words : line + 1;
    const char *options = strstr(line, q->options);
    if (options != NULL)
        line = options + strlen(q->options);
    const char *prefix = strstr(line, ": ");
    return prefix == NULL ? line : prefix + 2;
}

bool qemu_nbd_complain(struct qemu_nbd *q, const char *reason, struct err *err)
{
    pthread_mutex_lock(&q->lock);
    /* Closing well, it keeps the status of another's signal apart from ours. */
    end_child(q, SIGTERM);
    const char *line = last_line(q);
    if (line[0] != '\0')
        err_set(err, ERR_INPUT, "qemu-nbd cannot read %s: %s", q->path, line);
    else if (WIFSIGNALED(q->status) && WTERMSIG(q->status) != SIGTERM)
        err_set(err, ERR_INPUT, "qemu-nbd ended by signal %d while it read %s", WTERMSIG(q->status),
                q->path);
    else
        err_set(err, ERR_INPUT, "qemu-nbd cannot read %s: %s", q->path, reason);
    pthread_mutex_unlock(&q->lock);
    return err_advise(err, "`qemu-img check` may say more; else fetch or build it again");
}

void qemu_nbd_free(struct qemu_nbd *q)
{
    if (q == NULL)
        return;
    if (q->has_keeper) {
        pthread_mutex_lock(&q->lock);
        if (q->child > 0)
            end_child(q, SIGKILL);
        pthread_mutex_unlock(&q->lock);
        pthread_join(q->keeper, NULL);
    }
    close_fd(&q->listen_fd);
    close_fd(&q->image_fd);
    close_fd(&q->words_fd);
    close_fd(&q->child_words_fd);
    pthread_mutex_destroy(&q->lock);
    pthread_cond_destroy(&q->changed);
    free(q->path);
    free(q->program);
    free(q->options);
    free(q->shared);
    free(q);
}

int qemu_nbd_process(const struct qemu_nbd *q)
{
    return q->child;
}
