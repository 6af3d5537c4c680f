/* Releases in one process, well and ill: none leaves a descriptor, a thread or memory behind.
 * TATAMI_RELEASES=50 for a longer run. */
#include <dirent.h>
#include <sys/eventfd.h>

#include "aws/http.h"
#include "base/clock.h"
#include "base/log.h"
#include "core/release.h"
#include "core/session.h"
#include "screens/lines.h"
#include "tests/tools/simsession.h"
#include "tests/unit/arguments.h"

enum {
    RELEASES = 16,
    GROWTH_KIB_MOST = 4096,
};

/* What one release after the other meets, and how it ends. */
#define BUCKET "--bucket " SIM_BUCKET
#define DIRECT "--via direct"
static const struct {
    const char *way, *fault;
    int status;
} turns[] = {
    {BUCKET, NULL, 0},
    {DIRECT, NULL, 0},
    {DIRECT, "{\"action\": \"PutSnapshotBlock\", \"nth\": 2, \"count\": 5, \"kind\": \"reset\"}",
     0},
    {BUCKET, "{\"action\": \"*\", \"nth\": 5, \"count\": 3, \"kind\": \"reset\"}", 0},
    {BUCKET, "{\"action\": \"*\", \"nth\": 9, \"count\": 4, \"kind\": \"malformed\"}", 0},
    {BUCKET, "{\"action\": \"*\", \"nth\": 14, \"count\": 5, \"kind\": \"web-page\"}", 0},
    {BUCKET,
     "{\"action\": \"CopyImage\", \"kind\": \"error\", \"code\": \"UnauthorizedOperation\", "
     "\"status\": 403}",
     3},
    {BUCKET, "{\"action\": \"ImportSnapshot\", \"kind\": \"fails\"}", 3},
};

static int entries(const char *path)
{
    DIR *folder = opendir(path);
    int count = 0;

    assert_non_null(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static long resident_kib(void)
{
    FILE *file = fopen("/proc/self/status", "re");
    char line[256];
    long kib = 0;

    assert_non_null(file);
    while (kib == 0 && fgets(line, sizeof line, file) != NULL)
        sscanf(line, "VmRSS: %ld", &kib);
    fclose(file);
    return kib;
}

/* One release from a command line to its end; its exit status. */
static int release_once(int number, const char *way, FILE *out)
{
    struct err err = ERR_INIT;
    char *line = xasprintf("release disk.raw,arch=x86_64,boot-mode=uefi --release acme/%d --name "
                           "acme/%d-{system} --label 1 --state state --regions us-east-1,eu-west-1 "
                           "%s --yes --json",
                           number, number, way);
    struct settings *settings = parse_well(line);
    assert_true(settings_configure(settings, &err));
    struct plan *plan = plan_make(settings, settings->arguments, settings->argument_count, &err);
    assert_non_null(plan);
    struct release *_Atomic running = NULL;
    struct session session = {.settings = settings, .trace = release_trace, .trace_arg = &running};
    assert_true(session_connect(&session, &err));
    struct journal *journal = journal_open(settings->state, &err);
    assert_non_null(journal);
    const struct release_options options = {.aws = session.aws,
                                            .settings = settings,
                                            .journal = journal,
                                            .plan = plan,
                                            .wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    running = release_start(&options);
    const struct lines_options lines = {
        .json = true, .yes = true, .wake_fd = options.wake_fd, .signal_fd = -1, .out = out};
    int status = lines_run(running, &lines);
    struct release *ended = running;
    running = NULL;
    release_end(ended);
    journal_close(journal);
    session_close(&session);
    settings_free(settings);
    close(options.wake_fd);
    free(line);
    return status;
}

static int asked_releases(void)
{
    const char *asked = getenv("TATAMI_RELEASES");

    return asked == NULL ? RELEASES : atoi(asked);
}

static void nothing_grows(void **state)
{
    int descriptors = 0, threads = 0, releases = asked_releases();
    long kib = 0;
    (void)state;

    simsession_bucket("us-east-1");
    run("head -c 1M /dev/urandom > disk.raw");
    FILE *out = fopen("lines", "w");
    assert_non_null(out);
    for (int n = 0; n < releases; n++) {
        size_t turn = (size_t)n % ARRAY_LEN(turns);
        if (turns[turn].fault != NULL)
            simsession_fault(turns[turn].fault);
        assert_int_equal(release_once(n, turns[turn].way, out), turns[turn].status);
        if (n + 1 == (int)ARRAY_LEN(turns)) { /* libraries have opened what they keep */
            descriptors = entries("/proc/self/fd");
            threads = entries("/proc/self/task");
            kib = resident_kib();
        }
    }
    assert_int_equal(entries("/proc/self/fd"), descriptors);
    assert_int_equal(entries("/proc/self/task"), threads);
    print_message("# %ld KiB more after %zu releases\n", resident_kib() - kib,
                  (size_t)releases - ARRAY_LEN(turns));
#ifndef TATAMI_SANITIZED /* sanitizers keep what was freed; they look for leaks by themselves */
    assert_in_range(resident_kib(), 0, kib + GROWTH_KIB_MOST);
#endif
    fclose(out);
}

static int enter(void **state)
{
    return temp_enter(state) == 0 ? simsession_setup(state) : -1;
}

static int leave(void **state)
{
    simsession_teardown(state);
    return temp_leave(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_grows, enter, leave),
    };
    return simsession_run("growth", tests, sizeof tests / sizeof *tests);
}
