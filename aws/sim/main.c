/* tatami-sim: an AWS on loopback in simulated time. */
#include "aws/sim/content.h"
#include "aws/sim/fault.h"
#include "aws/sim/http.h"
#include "aws/sim/mem.h"
#include "aws/sim/str.h"
#include "aws/sim/tls.h"
#include "aws/sim/world.h"
#include <cjson/cJSON.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

struct options {
    double port, speed, seed, latency_ms, connection_bytes_s, total_bytes_s;
    const char *world, *faults, *tls_flaw;
    bool tls, discard, die_with_parent, help;
};

static struct options options = {.speed = 1, .seed = 1};

/* One row an option: a number within limits, a file, or a flag. */
static const struct {
    const char *name, *argument, *says;
    double *number, low, high;
    const char **file;
    bool *flag;
} rows[] = {
    {.name = "--port",
     .argument = "N",
     .says = "Listen there on 127.0.0.1; 0, the preset, takes a free port",
     .number = &options.port,
     .low = 0,
     .high = 65535},
    {.name = "--speed",
     .argument = "N",
     .says = "Run simulated time so many times as fast as wall time (1)",
     .number = &options.speed,
     .low = 0.001,
     .high = 1e6},
    {.name = "--seed",
     .argument = "N",
     .says = "Seed of ids, durations and delays (1)",
     .number = &options.seed,
     .low = 0,
     .high = 9007199254740991.0},
    {.name = "--latency-ms",
     .argument = "N",
     .says = "Answer every request so many wall milliseconds later (0)",
     .number = &options.latency_ms,
     .low = 0,
     .high = 60000},
    {.name = "--connection-bytes-s",
     .argument = "N",
     .says = "Let no connection carry more bytes of bodies a second (0: no limit)",
     .number = &options.connection_bytes_s,
     .low = 0,
     .high = 1e12},
    {.name = "--total-bytes-s",
     .argument = "N",
     .says = "Nor all of them together (0: no limit)",
     .number = &options.total_bytes_s,
     .low = 0,
     .high = 1e12},
    {.name = "--tls",
     .says = "Speak HTTPS, with an own CA whose certificate is in a file",
     .flag = &options.tls},
    {.name = "--tls-flaw",
     .argument = "FLAW",
     .says = "What is wrong with its certificate: name or expired",
     .file = &options.tls_flaw},
    {.name = "--world",
     .argument = "FILE",
     .says = "JSON of what exists at the start; aws/sim/WORLD.md describes it",
     .file = &options.world},
    {.name = "--faults",
     .argument = "FILE",
     .says = "JSON of what shall go wrong; aws/sim/fault.h describes it",
     .file = &options.faults},
    {.name = "--discard",
     .says = "Keep sizes and stated checksums of what is uploaded, not the bytes",
     .flag = &options.discard},
    {.name = "--die-with-parent",
     .says = "End when the program that started this one does",
     .flag = &options.die_with_parent},
    {.name = "--help", .says = "Show this", .flag = &options.help},
};

static void show_help(void)
{
    puts("tatami-sim: an AWS on loopback in simulated time\n\nUsage: tatami-sim [OPTION...]\n");
    for (size_t r = 0; r < ARRAY_LEN(rows); r++)
        printf("  %s %-*s %s\n", rows[r].name, (int)(23 - strlen(rows[r].name)),
               rows[r].argument != NULL ? rows[r].argument : "", rows[r].says);
    puts("\nIt prints its address, `listening on http://127.0.0.1:PORT`, and serves until SIGTERM "
         "or "
         "SIGINT.\nWith --tls the address begins with https, and a second line, `CA certificate "
         "in FILE`, names what\nAWS_CA_BUNDLE shall name; the file goes away with the program.\n"
         "Key AKIATATAMISIM, secret simulated-secret; account 123456789012. State, clock, "
         "faults and\nkeys are under /_sim/, unsigned: aws/sim/control.h lists them.");
}

/* Takes the option at argv[*i], in the form `--name value` or `--name=value`. */
static bool take_option(char **argv, int *i)
{
    const char *argument = argv[*i];
    size_t len = strcspn(argument, "=");
    for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
        if (strlen(rows[r].name) != len || strncmp(rows[r].name, argument, len) != 0)
            continue;
        if (rows[r].flag != NULL && argument[len] == '\0')
            return *rows[r].flag = true;
        const char *value = argument[len] == '=' ? argument + len + 1 : argv[++*i];
        if (rows[r].flag != NULL || value == NULL) {
            fprintf(stderr, "tatami-sim: %s takes %s value.\n", rows[r].name,
                    rows[r].flag != NULL ? "no" : "a");
            return false;
        }
        if (rows[r].file != NULL) {
            *rows[r].file = value;
            return true;
        }
        char *end;
        *rows[r].number = strtod(value, &end);
        if (end != value && *end == '\0' && *rows[r].number >= rows[r].low &&
            *rows[r].number <= rows[r].high)
            return true;
        fprintf(stderr, "tatami-sim: %s takes a number from %g to %g.\n", rows[r].name, rows[r].low,
                rows[r].high);
        return false;
    }
    fprintf(stderr, "tatami-sim: there is no option %s.\n", argument);
    return false;
}

/* The JSON in a file; NULL with a sentence on standard error. */
static cJSON *read_json(const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        fprintf(stderr, "tatami-sim: %s: %s\n", path, strerror(errno));
        return NULL;
    }
    struct str text = {0};
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof(part), file)) > 0;)
        str_add_bytes(&text, part, n);
    fclose(file);
    cJSON *json = cJSON_ParseWithLength(str_text(&text), text.len);
    if (!cJSON_IsObject(json)) {
        fprintf(stderr, "tatami-sim: %s is no JSON object.\n", path);
        cJSON_Delete(json);
        json = NULL;
    }
    str_free(&text);
    return json;
}

static bool load_faults(struct world *w)
{
    if (options.faults == NULL)
        return true;
    cJSON *json = read_json(options.faults);
    char *why = NULL;
    bool ok = json != NULL && faults_load(w, json, &why);
    if (why != NULL)
        fprintf(stderr, "tatami-sim: %s: %s\n", options.faults, why);
    free(why);
    cJSON_Delete(json);
    return ok;
}

static bool load_world(struct world *w)
{
    cJSON *start = options.world != NULL ? read_json(options.world) : NULL;
    if (options.world != NULL && start == NULL)
        return false;
    return world_init(w, (uint64_t)options.seed, options.speed, start);
}

/* Serves until one of `ends` arrives. */
static bool serve(struct world *w, const struct tls *tls, const sigset_t *ends)
{
    struct http *http = http_start(w, &(struct http_options){
                                          .port = (uint16_t)options.port,
                                          .latency_ms = (int)options.latency_ms,
                                          .connection_bytes_s = options.connection_bytes_s,
                                          .total_bytes_s = options.total_bytes_s,
                                          .certificate = tls->certificate_pem,
                                          .key_pem = tls->key_pem,
                                      });
    if (http == NULL) {
        fprintf(stderr, "tatami-sim: cannot listen on port %d: %s\n", (int)options.port,
                strerror(errno));
        return false;
    }
    printf("listening on %s://127.0.0.1:%u\n", options.tls ? "https" : "http", http_port(http));
    if (options.tls)
        printf("CA certificate in %s\n", tls->ca_path);
    fflush(stdout);
    int signal_number;
    sigwait(ends, &signal_number);
    http_stop(http);
    return true;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (!take_option(argv, &i))
            return 2;
    if (options.help) {
        show_help();
        return 0;
    }
    /* Before any thread: all of them leave these signals to sigwait. */
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    signal(SIGPIPE, SIG_IGN);
    pid_t parent = getppid();
    if (options.die_with_parent && (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent))
        return 1;
    struct tls tls = {0};
    if (options.tls_flaw != NULL && !tls_has_flaw(options.tls_flaw)) {
        fprintf(stderr, "tatami-sim: --tls-flaw takes name or expired.\n");
        return 2;
    }
    if (!content_store_open(options.discard) ||
        (options.tls && !tls_make(&tls, options.tls_flaw))) {
        fprintf(stderr, "tatami-sim: no temporary file: %s\n", strerror(errno));
        return 1;
    }
    static struct world world;
    bool ok = load_world(&world) && load_faults(&world) && serve(&world, &tls, &ends);
    world_free(&world);
    tls_free(&tls);
    content_store_close();
    return ok ? 0 : 1;
}
