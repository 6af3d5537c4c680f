/* A world with releases in it. */
#include "tests/tools/published.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "aws/http.h"
#include "base/clock.h"
#include "base/mem.h"

#define SPEED "2000"

/* One AMI with one snapshot; `more` is JSON behind a comma. */
#define AMI(region, id, name, arch, more)                                                          \
    "{\"region\": \"" region "\", \"imageId\": \"ami-" id "\", \"name\": \"" name                  \
    "\", \"architecture\": \"" arch "\", \"blockDeviceMapping\": [{\"deviceName\": \"/dev/xvda\"," \
    " \"snapshotId\": \"snap-" id "\", \"volumeSize\": \"8\"}]" more "}"
#define SNAPSHOT(region, id)                                                                       \
    "{\"region\": \"" region "\", \"snapshotId\": \"snap-" id "\", \"volumeSize\": \"8\"}"
#define TAGS(release, more)                                                                        \
    ", \"tags\": {\"ManagedBy\": \"tatami\", \"tatami:release\": \"" release "\"" more "}"
#define COPIED ", \"sourceImageRegion\": \"us-east-1\""
#define DIGEST ", \"tatami:digest\": \"sha256-512k:00ff\""

#define DEMO(region, n, more)                                                                      \
    AMI(region, "0d" n "1", "demo/1-x86_64-linux", "x86_64", TAGS("demo/1", DIGEST) more)          \
    ", " AMI(region, "0d" n "2", "demo/1-aarch64-linux", "arm64", TAGS("demo/1", "") more)

const char
    published_world[] = "{\"accounts\": [{\"id\": \"123456789012\", \"alias\": \"acme\", "
                        "\"regions_off\": "
                        "[\"me-south-1\"]}], "
                        "\"snapshots\": [" SNAPSHOT("us-east-1", "0d01") ", " SNAPSHOT("us-east-1", "0d02") ", " SNAPSHOT(
                            "eu-west-1",
                            "0d11") ", " SNAPSHOT("eu-west-1",
                                                  "0d12") ", " SNAPSHOT("ap-south-1",
                                                                        "0d21") ", " SNAPSHOT("ap-"
                                                                                              "sout"
                                                                                              "h-1",
                                                                                              "0d2"
                                                                                              "2") "], "
                                                                                                   "\"images\": [" DEMO("us-east-1",
                                                                                                                        "0", "") ", " DEMO("eu-west-1", "1", COPIED) ", " DEMO("ap-south-1", "2", COPIED) ", " AMI("eu-west-1",
                                                                                                                                                                                                                   "0d13", "demo/1-x86_64-linux", "x86_64", TAGS("demo/1", "") COPIED ", \"creationDate\": \"2020-01-01T00:00:00.000Z\"") ", " AMI("us-east-1", "0d101", "demo/10-x86_64-linux", "x86_64", TAGS("demo/10", "")) ", " AMI("us-east-1",
                                                                                                                                                                                                                                                                                                                                                                                                                                         "0d102",
                                                                                                                                                                                                                                                                                                                                                                                                                                         "demo/1-beta", "x86_64", "") ", " AMI("us-east-1",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                               "0e01",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                               "held/1",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                               "x86_64",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                               TAGS(
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                   "held/1", "") ", \"imageState\": \"pending\"") ", " AMI("us-east-1",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                           "0f01",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                           "NixOS-24.05-x86_64-linux",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                           "x86_64",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                           ", \"launchPermission\": [{\"group\": \"all\"}]") ", " AMI("us-west-2",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      "0f02", "NixOS-24.05-x86_64-linux", "x86_64", "") "]}";

static bool write_world(char path[])
{
    int fd = mkstemp(path);
    size_t length = strlen(published_world);
    bool ok = fd >= 0 && write(fd, published_world, length) == (ssize_t)length;
    if (fd >= 0)
        close(fd);
    return ok;
}

bool published_start(struct published *p)
{
    char path[] = "/tmp/tatami-world-XXXXXX";
    const char *const arguments[] = {"--speed", SPEED, "--world", path, NULL};
    const struct aws_config_options none = {0};
    struct err err = ERR_INIT;
    *p = (struct published){0};
    setenv("TATAMI_CLOCK", SPEED, 1);
    http_global_init();
    bool ok = clock_init() && write_world(path) && simproc_start(&p->sim, arguments);
    unlink(path);
    p->config = ok ? aws_config_load(&none, &err) : NULL;
    const struct aws_options options = {.config = p->config, .only_address = p->sim.address};
    p->aws = p->config != NULL ? aws_new(&options, &err) : NULL;
    if (p->aws == NULL)
        fprintf(stderr, "no session: %s\n", err.message);
    return p->aws != NULL;
}

void published_stop(struct published *p)
{
    aws_free(p->aws);
    aws_config_free(p->config);
    simproc_stop(&p->sim);
}

void published_reset(struct published *p)
{
    free(simproc_ask(&p->sim, "/_sim/reset", "{}"));
}

bool published_fault(struct published *p, const char *row)
{
    char *json = xasprintf("{\"faults\": [%s]}", row);
    char *answer = simproc_ask(&p->sim, "/_sim/faults", json);
    bool ok = answer != NULL;
    free(answer);
    free(json);
    return ok;
}

int published_requests(struct published *p, const char *action)
{
    char *answer = simproc_ask(&p->sim, "/_sim/requests", NULL);
    cJSON *json = answer != NULL ? cJSON_Parse(answer) : NULL;
    const cJSON *row;
    int count = 0;
    cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(json, "requests"))
    {
        const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "action"));
        if (name != NULL && strcmp(name, action) == 0)
            count += (int)cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(row, "count"));
    }
    cJSON_Delete(json);
    free(answer);
    return count;
}

struct published_scene scene;

int scene_begin(void **state)
{
    (void)state;
    return published_start(&scene.world) ? 0 : -1;
}

int scene_end(void **state)
{
    (void)state;
    published_stop(&scene.world);
    return 0;
}

int scene_enter(void **state)
{
    (void)state;
    published_reset(&scene.world);
    scene.err = ERR_INIT;
    return 0;
}

int scene_leave(void **state)
{
    (void)state;
    find_free(&scene.found);
    return 0;
}

void scene_find(const char *name)
{
    if (!find_release(scene.world.aws, "us-east-1", name, NULL, NULL, &scene.found, &scene.err))
        fail_msg("%s: %s", scene.err.code, scene.err.message);
}
