/* A terminal harness: runs a program on a pty behind libvterm, by a script, without a sleep. */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/tools/tt_child.h"
#include "tests/tools/tt_golden.h"
#include "tests/tools/tt_screen.h"
#include "tests/tools/tt_words.h"

#define MAX_WORDS    64
#define MONKEY_BURST 50 /* keys between two waits */
#define MAX_SIZE     400

static struct {
    const char *golden_dir;
    bool update;
    const char *script;
    int line;
    int checks;
    bool failed;
    bool inverted; /* the line says `not` */
    int cols, rows;
    unsigned long sent_keys;
} tt = {.golden_dir = "tests/screens/golden", .cols = 80, .rows = 24};

static void print_state(void)
{
    const struct report *r = child_report();
    screen_print();
    printf("# title \"%s\"; told: frame %lu busy %d keys %lu size %dx%d; seen frame %lu, sent keys "
           "%lu; %s\n",
           screen_title(), r->frame, r->busy, r->keys, r->cols, r->rows, screen_frame(),
           tt.sent_keys, child_runs() ? "runs" : "has ended");
}

/* Prints one TAP line; false, which ends the script, when it is a failure. */
static bool check(bool met, const char *what, const char *argument)
{
    bool ok = met != tt.inverted;
    printf("%s %d - %s:%d %s%s %s\n", ok ? "ok" : "not ok", ++tt.checks, tt.script, tt.line,
           tt.inverted ? "not " : "", what, argument);
    if (!ok) {
        tt.failed = true;
        print_state();
    }
    return ok;
}

static bool broken(const char *why, const char *argument)
{
    tt.inverted = false;
    return check(false, why, argument);
}

static bool is_idle(const char *unused)
{
    (void)unused;
    const struct report *r = child_report();
    return r->any && r->busy == 0 && r->keys >= tt.sent_keys && r->cols == tt.cols &&
           r->rows == tt.rows && screen_frame() >= r->frame;
}

static bool has_ended(const char *unused)
{
    (void)unused;
    return !child_runs();
}

/* ---- the verbs: each gets the rest of its line; false ends the script ---- */

static bool do_env(char *rest)
{
    char *equals = strchr(rest, '=');
    if (equals == NULL)
        return broken("env wants K=V, not", rest);
    *equals = '\0';
    return setenv(rest, equals + 1, 1) == 0;
}

static bool do_size(char *rest)
{
    int cols, rows;
    if (sscanf(rest, "%dx%d", &cols, &rows) != 2 || cols < 1 || rows < 1 || cols > MAX_SIZE ||
        rows > MAX_SIZE)
        return broken("size wants COLSxROWS, not", rest);
    tt.cols = cols;
    tt.rows = rows;
    return !child_runs() || child_resize(cols, rows);
}

static bool do_run(char *rest)
{
    char *words[MAX_WORDS];
    words_split(rest, words);
    tt.sent_keys = 0;
    return (words[0] != NULL && child_start(words, tt.cols, tt.rows)) || broken("cannot run", rest);
}

static bool send_bytes(const char *bytes, size_t length)
{
    return child_send(bytes, length) || broken("the program takes no input", "");
}

static bool do_key(char *rest)
{
    char bytes[32];
    size_t length = screen_key(rest, bytes, sizeof bytes);
    if (length == 0 && rest[0] == 'C' && rest[1] == '-' && rest[2] != '\0') {
        bytes[0] = (char)(rest[2] & 0x1f);
        length = 1;
    }
    if (length == 0 && mbstowcs(NULL, rest, 0) != 1)
        return broken("no such key:", rest);
    tt.sent_keys += 1;
    return length > 0 ? send_bytes(bytes, length) : send_bytes(rest, strlen(rest));
}

static bool do_click(char *rest)
{
    char bytes[64];
    int x, y;
    if (sscanf(rest, "%d %d", &x, &y) != 2)
        return broken("click wants COLUMN ROW, not", rest);
    size_t length = screen_click(x, y, bytes, sizeof bytes);
    tt.sent_keys += length > 0;
    return length == 0 || send_bytes(bytes, length);
}

static bool do_type(char *rest)
{
    tt.sent_keys += mbstowcs(NULL, rest, 0);
    return send_bytes(rest, strlen(rest));
}

static bool do_paste(char *rest)
{
    tt.sent_keys += 1;
    return send_bytes("\033[200~", 6) && send_bytes(rest, strlen(rest)) &&
           send_bytes("\033[201~", 6);
}

static bool do_wait_idle(char *rest)
{
    return child_run_until(is_idle, rest) || broken("wait-idle", rest);
}

/* The text stands there, and so does the whole frame that the last key made. */
static bool shows_whole(const char *text)
{
    const struct report *r = child_report();
    bool whole =
        !r->any || !child_runs() || (r->keys >= tt.sent_keys && screen_frame() >= r->frame);
    return whole && screen_shows(text);
}

/* A program that reads no keys now (it is suspended) may show the text all the same. */
static bool do_wait(char *rest)
{
    return check(child_run_until(shows_whole, rest) || screen_shows(rest), "wait", rest);
}

static bool do_expect(char *rest)
{
    return check(screen_shows(rest), "expect", rest);
}

static bool do_reject(char *rest)
{
    return check(!screen_shows(rest), "reject", rest);
}

static bool do_expect_line(char *rest)
{
    char *text;
    long y = strtol(rest, &text, 10);
    struct buf row = BUF_INIT;
    text += *text == ' ';
    if (y >= 1 && y <= tt.rows)
        screen_row((int)y - 1, &row);
    bool ok = strstr(buf_str(&row), text) != NULL;
    buf_free(&row);
    return check(ok, "expect-line", rest);
}

static bool do_expect_title(char *rest)
{
    return check(strstr(screen_title(), rest) != NULL, "expect-title", rest);
}

static bool do_signal(char *rest)
{
    static const struct {
        const char *name;
        int number;
    } signals[] = {{"TERM", SIGTERM}, {"HUP", SIGHUP},   {"INT", SIGINT},   {"KILL", SIGKILL},
                   {"TSTP", SIGTSTP}, {"CONT", SIGCONT}, {"STOP", SIGSTOP}, {"SEGV", SIGSEGV}};
    for (size_t i = 0; i < ARRAY_LEN(signals); i++)
        if (strcmp(rest, signals[i].name) == 0 && child_signal(signals[i].number))
            return true;
    return broken("no such signal, or nothing runs:", rest);
}

static bool do_exit(char *rest)
{
    char text[64];
    bool ended = child_run_until(has_ended, rest);
    snprintf(text, sizeof text, "%s (was %d)", rest, ended ? child_status() : -1);
    return check(ended && child_status() == atoi(rest), "exit", text);
}

static bool do_slow(char *rest)
{
    child_slow(atol(rest));
    return true;
}

static bool do_quiet(char *rest)
{
    return check(child_is_quiet(atoi(rest)), "quiet", rest);
}

static bool do_storm(char *rest)
{
    static const char safe_keys[] = "jkhlgGv";
    int count = 0;
    unsigned seed = 1;
    sscanf(rest, "%d %u", &count, &seed);
    for (int i = 0; i < count; i++) {
        char size[32];
        char key[2] = {safe_keys[(unsigned)rand_r(&seed) % (sizeof safe_keys - 1)], '\0'};
        snprintf(size, sizeof size, "%dx%d", 1 + rand_r(&seed) % 200, 1 + rand_r(&seed) % 60);
        if (!do_size(size) || !do_type(key))
            return false;
        child_drain();
    }
    return true;
}

/* Random keys of those that are named. After Esc it waits, so that no two keys look like one escape
 * sequence. */
static bool do_monkey(char *rest)
{
    char *words[MAX_WORDS];
    words_split(rest, words);
    int count = words[0] != NULL ? atoi(words[0]) : 0;
    unsigned seed = count > 0 && words[1] != NULL ? (unsigned)atoi(words[1]) : 0;
    int choices = 0;
    while (seed > 0 && words[2 + choices] != NULL)
        choices++;
    if (choices == 0)
        return broken("monkey wants COUNT SEED KEY..., not", rest);
    for (int i = 0; i < count; i++) {
        char *key = words[2 + rand_r(&seed) % choices];
        bool pauses = strcmp(key, "Esc") == 0 || i % MONKEY_BURST == 0 || i + 1 == count;
        if (!do_key(key) || (pauses && !do_wait_idle(key)))
            return false;
    }
    return true;
}

static bool do_mask(char *rest)
{
    char *words[MAX_WORDS];
    words_split(rest, words);
    return (words[0] != NULL && words[1] != NULL && screen_mask(words[0], words[1])) ||
           broken("mask wants REGEX REPLACEMENT, not", rest);
}

static bool looks_so(const char *path)
{
    return golden_matches(path, false);
}

/* What is still on its way is waited for; where nothing is to be seen that does not come. */
static bool golden_comes(const char *path)
{
    if (tt.inverted)
        return looks_so(path);
    return child_run_until(looks_so, path) || golden_matches(path, true);
}

static bool do_golden(char *rest)
{
    char *path = xasprintf("%s/%s.txt", tt.golden_dir, rest);
    bool same = tt.update && !tt.inverted ? golden_write(path) : golden_comes(path);
    free(path);
    return check(same, "golden", rest);
}

/* ---- the script ---- */

static const struct {
    const char *name;
    bool (*act)(char *rest);
    bool needs_program;
} verbs[] = {
    {"env", do_env, false},
    {"size", do_size, false},
    {"run", do_run, false},
    {"mask", do_mask, false},
    {"key", do_key, true},
    {"type", do_type, true},
    {"click", do_click, true},
    {"paste", do_paste, true},
    {"wait-idle", do_wait_idle, true},
    {"wait", do_wait, true},
    {"expect", do_expect, true},
    {"reject", do_reject, true},
    {"expect-line", do_expect_line, true},
    {"golden", do_golden, true},
    {"expect-title", do_expect_title, true},
    {"signal", do_signal, true},
    {"exit", do_exit, true},
    {"slow", do_slow, false},
    {"quiet", do_quiet, true},
    {"storm", do_storm, true},
    {"monkey", do_monkey, true},
};

static bool do_line(char *line)
{
    tt.inverted = strncmp(line, "not ", 4) == 0;
    line += tt.inverted ? 4 : 0;
    char *rest = line + strcspn(line, " ");
    if (*rest == ' ')
        *rest++ = '\0';
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
        if (strcmp(line, verbs[i].name) == 0)
            return verbs[i].needs_program && !screen_is_open() ? broken("nothing runs for", line)
                                                               : verbs[i].act(rest);
    return broken("no such verb:", line);
}

static bool run_script(void)
{
    FILE *file = fopen(tt.script, "r");
    char *line = NULL;
    size_t size = 0;
    bool going = true;
    if (file == NULL)
        return broken("cannot read the script:", strerror(errno));
    while (going && getline(&line, &size, file) >= 0) {
        tt.line += 1;
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '\0' || line[0] == '#')
            continue;
        char *missing = NULL;
        char *expanded = words_expand(line, &missing);
        going = missing == NULL ? do_line(expanded) : broken("not set:", missing);
        free(missing);
        free(expanded);
    }
    free(line);
    fclose(file);
    return going;
}

int main(int argc, char **argv)
{
    static const char *const foreign[] = {"NO_COLOR", "LINES", "COLUMNS", "TMUX",
                                          "STY",      "TERM",  "LC_ALL"};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--golden-dir") == 0 && i + 1 < argc)
            tt.golden_dir = argv[++i];
        else
            tt.script = argv[i];
    }
    if (tt.script == NULL) {
        fprintf(stderr, "usage: tt [--golden-dir DIR] SCRIPT\n");
        return 2;
    }
    const char *mode = getenv("TATAMI_GOLDEN");
    tt.update = mode != NULL && strcmp(mode, "update") == 0;
    setlocale(LC_CTYPE, "C.UTF-8");
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < ARRAY_LEN(foreign); i++)
        unsetenv(foreign[i]);
    bool ok = run_script() && !tt.failed;
    printf("1..%d\n", tt.checks);
    child_end();
    screen_close();
    return ok ? 0 : 1;
}
