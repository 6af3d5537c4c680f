/* The configuration: tatami.conf of the project and of the user, merged below the command line. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/ini.h"
#include "base/mem.h"
#include "core/options_table.h"
#include "core/region_name.h"

#define DEFAULTS       "release"
#define PRODUCT_PREFIX "release "

/* One configuration file. */
struct source_file {
    char *path;
    struct ini *ini; /* NULL when there is no such file */
    bool own;
};

static bool read_file(struct source_file *file, struct err *err)
{
    if (file->path == NULL || access(file->path, F_OK) != 0)
        return true;
    file->ini = ini_read(file->path, err);
    if (file->ini == NULL && err != NULL && err->kind == ERR_INPUT)
        err->kind = ERR_USAGE;
    return file->ini != NULL;
}

static char *own_path(void)
{
    const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

    if (xdg != NULL && xdg[0] == '/')
        return xasprintf("%s/tatami/config", xdg);
    return home != NULL && home[0] == '/' ? xasprintf("%s/.config/tatami/config", home) : NULL;
}

static const char *product_of(const char *section)
{
    size_t length = strlen(PRODUCT_PREFIX);
    return strncmp(section, PRODUCT_PREFIX, length) == 0 ? section + length : NULL;
}

static const struct option_row *find_key(const char *key)
{
    for (size_t i = 0; i < option_count; i++) {
        if (strcasecmp(option_rows[i].name, key) == 0 && option_rows[i].config != CONFIG_NOWHERE)
            return &option_rows[i];
    }
    return NULL;
}

/* Every section and key must be known, also those that are not used this time. */
static bool check_file(const struct source_file *file, struct err *err)
{
    size_t section_at = 0;
    const char *section, *key, *value;
    int line;

    while (file->ini != NULL && ini_each_section(file->ini, &section_at, &section, &line)) {
        if (strcmp(section, DEFAULTS) != 0 && product_of(section) == NULL)
            return err_set(err, ERR_USAGE, "%s:%d: unknown section [%s]", file->path, line,
                           section);
        size_t key_at = 0;
        while (ini_each(file->ini, section, &key_at, &key, &value, &line)) {
            const struct option_row *row = find_key(key);
            if (row == NULL)
                return err_set(err, ERR_USAGE, "%s:%d: unknown key %s", file->path, line, key);
            if (row->config == CONFIG_OWN && !file->own)
                return err_set(err, ERR_USAGE, "%s:%d: %s counts only in the user's own file",
                               file->path, line, key);
        }
    }
    return true;
}

/* The product's name, malloc'd, or NULL for none: --release's, else the only one there is. */
static char *choose_product(const struct settings *s, const struct source_file *files, size_t count)
{
    char *only = NULL;
    bool several = false;

    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        const char *section;
        int line;
        while (files[i].ini != NULL && ini_each_section(files[i].ini, &at, &section, &line)) {
            const char *product = product_of(section);
            if (product == NULL)
                continue;
            if (s->release != NULL && strcmp(product, s->release) == 0) {
                free(only);
                return xstrdup(product);
            }
            several = several || (only != NULL && strcmp(only, product) != 0);
            if (only == NULL)
                only = xstrdup(product);
        }
    }
    if (several) {
        free(only);
        only = NULL;
    }
    return only;
}

static char *expand_home(const struct option_row *row, const char *value)
{
    const char *home = getenv("HOME");

    if (row->type == OPTION_PATH && home != NULL && strncmp(value, "~/", 2) == 0)
        return xasprintf("%s%s", home, value + 1);
    return xstrdup(value);
}

/* Takes the values of one section that nothing stronger has given. */
static bool merge_section(struct settings *s, const struct source_file *file, const char *section,
                          enum option_source source, struct err *err)
{
    size_t at = 0;
    const char *key, *value;
    int line;

    while (file->ini != NULL && ini_each(file->ini, section, &at, &key, &value, &line)) {
        const struct option_row *row = find_key(key);
        unsigned char *from = &s->sources[row - option_rows];
        if (*from > source)
            continue;
        char *expanded = expand_home(row, value);
        char *what = xasprintf("%s:%d: %s", file->path, line, row->name);
        bool ok = option_store(row, s, expanded, *from != source, what, err);
        *from = (unsigned char)source;
        free(what);
        free(expanded);
        if (!ok)
            return false;
    }
    return true;
}

static bool merge(struct settings *s, const struct source_file *project,
                  const struct source_file *own, const char *product, struct err *err)
{
    bool ok = true;

    if (product != NULL) {
        char *section = xasprintf(PRODUCT_PREFIX "%s", product);
        ok = merge_section(s, project, section, SOURCE_PROJECT_PRODUCT, err) &&
             merge_section(s, own, section, SOURCE_OWN_PRODUCT, err);
        free(section);
    }
    return ok && merge_section(s, project, DEFAULTS, SOURCE_PROJECT_DEFAULTS, err) &&
           merge_section(s, own, DEFAULTS, SOURCE_OWN_DEFAULTS, err);
}

/* Whoever names a format wants to see the manifest. */
static void default_output(struct settings *s)
{
    bool releases = s->verb == VERB_RELEASE || s->verb == VERB_RESUME;

    if (releases && s->format != NULL && s->output == NULL)
        s->output = xstrdup("-");
}

static bool check_regions(const struct settings *s, struct err *err)
{
    return (s->home == NULL || region_name_check("--home", s->home, err)) &&
           (s->region == NULL || region_name_check("--region", s->region, err));
}

static bool read_configuration(struct settings *s, struct err *err)
{
    struct source_file files[] = {{.path = xstrdup("tatami.conf")},
                                  {.path = own_path(), .own = true}};
    char *product = NULL;
    bool ok = true;

    for (size_t i = 0; ok && i < ARRAY_LEN(files); i++)
        ok = read_file(&files[i], err) && check_file(&files[i], err);
    if (!ok)
        goto out;
    product = choose_product(s, files, ARRAY_LEN(files));
    ok = merge(s, &files[0], &files[1], product, err);
out:
    free(product);
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        ini_free(files[i].ini);
        free(files[i].path);
    }
    return ok;
}

bool settings_configure(struct settings *s, struct err *err)
{
    if (verb_rows[s->verb].configured && !read_configuration(s, err))
        return false;
    default_output(s);
    return check_regions(s, err);
}
