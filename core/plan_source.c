/* One PATH of the command line: files, and the options behind them. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "core/plan_build.h"

static bool exists(const char *path)
{
    return strcmp(path, IMAGE_STDIN) == 0 || access(path, F_OK) == 0;
}

/* The plus sign with an existing file on either side, or NULL. */
static const char *find_plus(const char *files)
{
    for (const char *plus = strchr(files, '+'); plus != NULL; plus = strchr(plus + 1, '+')) {
        char *first = xstrndup(files, (size_t)(plus - files));
        bool both = exists(first) && exists(plus + 1);
        free(first);
        if (both)
            return plus;
    }
    return NULL;
}

/* The next comma that is not doubled, or NULL. */
static const char *single_comma(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == ',' && p[1] == ',')
            p++;
        else if (*p == ',')
            return p;
    }
    return NULL;
}

/* The text up to end, ",," turned into ",". */
static char *undoubled(const char *text, const char *end)
{
    struct buf out = BUF_INIT;

    for (const char *p = text; p < end; p++) {
        buf_add_char(&out, *p);
        if (*p == ',' && p + 1 < end && p[1] == ',')
            p++;
    }
    return buf_take(&out);
}

/* The file part, malloc'd; *options is what stands behind it, "" or from a comma on. The longest
 * part that exists as it is, up to the end or a comma, wins. */
static char *split_options(const char *text, const char **options)
{
    for (const char *p = text + strlen(text); p > text; p--) {
        if (*p != ',' && *p != '\0')
            continue;
        char *front = xstrndup(text, (size_t)(p - text));
        if (exists(front) || find_plus(front) != NULL) {
            *options = p;
            return front;
        }
        free(front);
    }
    const char *comma = single_comma(text);
    const char *end = comma == NULL ? text + strlen(text) : comma;
    *options = end;
    return undoubled(text, end);
}

static bool must_exist(const char *path, struct err *err)
{
    return exists(path) || err_set_errno(err, ERR_INPUT, "cannot open %s", path);
}

/* One file, or two at a plus sign where both exist. */
static bool split_files(struct plan_source *source, const char *files, struct err *err)
{
    if (exists(files)) {
        source->paths[source->path_count++] = xstrdup(files);
        return true;
    }
    const char *plus = find_plus(files);
    if (plus != NULL) {
        source->paths[source->path_count++] = xstrndup(files, (size_t)(plus - files));
        source->paths[source->path_count++] = xstrdup(plus + 1);
        return true;
    }
    plus = strchr(files, '+');
    if (plus == NULL)
        return must_exist(files, err);
    char *first = xstrndup(files, (size_t)(plus - files));
    bool ok = must_exist(first, err) && must_exist(plus + 1, err);
    free(first);
    return ok;
}

static bool take_options(struct plan_source *source, const char *options, struct err *err)
{
    while (*options == ',') {
        const char *next = single_comma(options + 1);
        const char *end = next == NULL ? options + strlen(options) : next;
        char *pair = undoubled(options + 1, end);
        char *equals = strchr(pair, '=');
        bool ok;
        if (equals == NULL) {
            ok = err_set(err, ERR_USAGE, "\"%s\" behind a path must be key=value", pair);
            err_advise(err, "a comma in a path is doubled");
        } else {
            *equals = '\0';
            ok = settings_set_image(&source->said, pair, equals + 1, err);
        }
        free(pair);
        if (!ok)
            return false;
        options = end;
    }
    return true;
}

bool plan_source_parse(struct plan_source *source, const struct settings *settings,
                       const char *text, struct err *err)
{
    const char *options;
    char *files = split_options(text, &options);

    *source = (struct plan_source){0};
    image_settings_copy(&source->said, &settings->image);
    bool ok = files[0] == '\0'
                  ? err_set(err, ERR_USAGE, "a PATH is empty")
                  : split_files(source, files, err) && take_options(source, options, err);
    free(files);
    return ok;
}

void plan_source_free(struct plan_source *source)
{
    for (size_t i = 0; i < source->path_count; i++)
        free(source->paths[i]);
    image_settings_free(&source->said);
    *source = (struct plan_source){0};
}
