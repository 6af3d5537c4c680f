/* World, environment and folder of a rehearsal. */
#include "core/rehearse_setup.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/mem.h"
#include "core/manifest.h"

#define HOME_REGION  "us-east-1"
#define FOLDERS_OPEN 16
#define WORLD_PART   65536

static const char *home_of(const struct settings *s)
{
    if (s->home != NULL)
        return s->home;
    return s->region != NULL ? s->region : HOME_REGION;
}

static bool read_file(const char *path, struct buf *out, struct err *err)
{
    FILE *f = fopen(path, "re");
    char *part = xmalloc(WORLD_PART);
    size_t n;
    while (f != NULL && (n = fread(part, 1, WORLD_PART, f)) > 0)
        buf_add(out, part, n);
    bool ok = f != NULL && ferror(f) == 0;
    if (!ok)
        err_set_errno(err, ERR_IO, "cannot read %s", path);
    if (f != NULL)
        fclose(f);
    free(part);
    return ok;
}

/* The user's world, or an empty one; NULL with *err set. */
static cJSON *read_world(const char *path, struct err *err)
{
    struct buf text = BUF_INIT;
    cJSON *world = NULL;
    if (path == NULL)
        return cJSON_CreateObject();
    if (read_file(path, &text, err)) {
        world = cJSON_ParseWithLength(buf_str(&text), text.length);
        if (!cJSON_IsObject(world)) {
            cJSON_Delete(world);
            world = NULL;
            err_set(err, ERR_INPUT, "%s is no JSON object", path);
        }
    }
    buf_free(&text);
    return world;
}

static bool has_bucket(const cJSON *buckets, const char *name)
{
    const cJSON *bucket;
    cJSON_ArrayForEach(bucket, buckets)
    {
        const char *is = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(bucket, "name"));
        if (is != NULL && strcmp(is, name) == 0)
            return true;
    }
    return false;
}

static void add_bucket(cJSON *world, const struct settings *s)
{
    cJSON *buckets = cJSON_GetObjectItemCaseSensitive(world, "buckets");
    if (buckets == NULL)
        buckets = cJSON_AddArrayToObject(world, "buckets");
    if (has_bucket(buckets, s->bucket))
        return;
    cJSON *bucket = cJSON_CreateObject();
    cJSON_AddStringToObject(bucket, "name", s->bucket);
    cJSON_AddStringToObject(bucket, "region", home_of(s));
    cJSON_AddItemToArray(buckets, bucket);
}

bool rehearse_write_world(const struct settings *s, const char *path, bool *written,
                          struct err *err)
{
    struct buf text = BUF_INIT;
    *written = s->world != NULL || s->bucket != NULL;
    if (!*written)
        return true;
    cJSON *world = read_world(s->world, err);
    if (world == NULL)
        return false;
    if (s->bucket != NULL)
        add_bucket(world, s);
    char *json = cJSON_PrintUnformatted(world);
    buf_add_str(&text, json);
    bool ok = manifest_save(path, &text, err);
    buf_free(&text);
    free(json);
    cJSON_Delete(world);
    return ok;
}

static bool is_foreign(const char *name)
{
    static const char *const proxies[] = {"http_proxy", "https_proxy", "ftp_proxy", "all_proxy",
                                          "no_proxy"};
    if (strncmp(name, "AWS_", 4) == 0)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(proxies); i++)
        if (strcasecmp(name, proxies[i]) == 0)
            return true;
    return false;
}

static void clean_environment(void)
{
    char **names = NULL;
    size_t count = 0;
    for (char **entry = environ; *entry != NULL; entry++) {
        char *name = xstrndup(*entry, strcspn(*entry, "="));
        names = xrealloc(names, count + 1, sizeof(*names));
        names[count++] = name;
    }
    for (size_t i = 0; i < count; i++) {
        if (is_foreign(names[i]))
            unsetenv(names[i]);
        free(names[i]);
    }
    free(names);
}

void rehearse_set_environment(const struct settings *s, const char *url, const char *folder)
{
    char speed[16];
    snprintf(speed, sizeof(speed), "%d", s->speed);
    const char *const values[][2] = {
        {"AWS_ACCESS_KEY_ID", "AKIATATAMISIM"},
        {"AWS_SECRET_ACCESS_KEY", "simulated-secret"},
        {"AWS_ENDPOINT_URL", url},
        {"AWS_REGION", s->region != NULL ? s->region : HOME_REGION},
        {"AWS_CONFIG_FILE", "/dev/null"},
        {"AWS_SHARED_CREDENTIALS_FILE", "/dev/null"},
        {"AWS_EC2_METADATA_DISABLED", "true"},
        {"TATAMI_CLOCK", speed},
        {"XDG_STATE_HOME", folder},
    };
    clean_environment();
    for (size_t i = 0; i < ARRAY_LEN(values); i++)
        setenv(values[i][0], values[i][1], 1);
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    remove(path);
    return 0;
}

void rehearse_remove(const char *folder)
{
    nftw(folder, remove_entry, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS);
}
