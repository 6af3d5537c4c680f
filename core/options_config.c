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
#define CLEANUP        "cleanup"
#define BUCKET_KEY     "bucket"
#define ACCOUNT_KEY    "account"
#define ACCOUNT_DIGITS 12

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

/* The verb whose options a section holds; VERB_CONSOLE: release's. False for an unknown section. */
static bool section_verb(const char *section, enum verb *verb)
{
    *verb = strcmp(section, CLEANUP) == 0 ? VERB_CLEANUP : VERB_CONSOLE;
    return *verb == VERB_CLEANUP || strcmp(section, DEFAULTS) == 0 || product_of(section) != NULL;
}

static const struct option_row *find_key(const char *key, enum verb section)
{
    for (size_t i = 0; i < option_count; i++) {
        const struct option_row *row = &option_rows[i];
        if (strcasecmp(row->name, key) == 0 && row->config != CONFIG_NOWHERE &&
            row->section == section)
            return row;
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
        enum verb verb;
        if (!section_verb(section, &verb))
            return err_set(err, ERR_USAGE, "%s:%d: unknown section [%s]", file->path, line,
                           section);
        size_t key_at = 0;
        while (ini_each(file->ini, section, &key_at, &key, &value, &line)) {
            const struct option_row *row = find_key(key, verb);
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

    enum verb verb;
    section_verb(section, &verb);
    while (file->ini != NULL && ini_each(file->ini, section, &at, &key, &value, &line)) {
        const struct option_row *row = find_key(key, verb);
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

/* Staging objects lie in the bucket of any product. */
static void add_buckets(struct settings *s, const struct source_file *file)
{
    const struct option_row list = {.type = OPTION_LIST,
                                    .offset = offsetof(struct settings, buckets)};
    size_t section_at = 0;
    const char *section, *key, *value;
    int line;

    while (file->ini != NULL && ini_each_section(file->ini, &section_at, &section, &line)) {
        size_t at = 0;
        while (ini_each(file->ini, section, &at, &key, &value, &line)) {
            bool known = strcasecmp(key, BUCKET_KEY) != 0;
            for (size_t i = 0; !known && i < s->buckets.count; i++)
                known = strcmp(s->buckets.items[i], value) == 0;
            if (!known)
                option_store(&list, s, value, false, BUCKET_KEY, NULL);
        }
    }
}

/* The account that [release] names holds for every verb; the project's word is the stronger. */
static bool merge_account(struct settings *s, const struct source_file *files, size_t count,
                          struct err *err)
{
    const struct option_row *row = find_key(ACCOUNT_KEY, VERB_CONSOLE);
    bool ok = true;

    for (size_t i = 0; ok && i < count && s->account == NULL; i++) {
        const char *value = ini_get(files[i].ini, DEFAULTS, ACCOUNT_KEY);
        if (value != NULL)
            ok = option_store(row, s, value, true, files[i].path, err);
    }
    return ok;
}

/* Whoever names a format wants to see the manifest. */
static void default_output(struct settings *s)
{
    bool releases = s->verb == VERB_RELEASE || s->verb == VERB_RESUME || s->verb == VERB_ATTACH;

    if (releases && s->format != NULL && s->output == NULL)
        s->output = xstrdup("-");
}

static bool check_regions(const struct settings *s, struct err *err)
{
    return (s->home == NULL || region_name_check("--home", s->home, err)) &&
           (s->region == NULL || region_name_check("--region", s->region, err));
}

static bool check_account(const struct settings *s, struct err *err)
{
    const char *id = s->account;

    if (id == NULL || (strlen(id) == ACCOUNT_DIGITS && strspn(id, "0123456789") == ACCOUNT_DIGITS))
        return true;
    return err_set(err, ERR_USAGE, "account: an account is %d digits, not %s", ACCOUNT_DIGITS, id);
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
    if (s->verb == VERB_RELEASE) {
        product = choose_product(s, files, ARRAY_LEN(files));
        ok = merge(s, &files[0], &files[1], product, err);
        goto out;
    }
    ok = merge_account(s, files, ARRAY_LEN(files), err);
    if (!verb_rows[s->verb].configured)
        goto out;
    ok = ok && merge_section(s, &files[0], CLEANUP, SOURCE_PROJECT_DEFAULTS, err) &&
         merge_section(s, &files[1], CLEANUP, SOURCE_OWN_DEFAULTS, err);
    for (size_t i = 0; ok && i < ARRAY_LEN(files); i++)
        add_buckets(s, &files[i]);
out:
    free(product);
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        ini_free(files[i].ini);
        free(files[i].path);
    }
    return ok;
}

/* Who names a bucket means that one alone. */
static void name_bucket(struct settings *s)
{
    const struct option_row list = {.type = OPTION_LIST,
                                    .offset = offsetof(struct settings, buckets)};
    option_store(&list, s, s->bucket, true, BUCKET_KEY, NULL);
}

bool settings_configure(struct settings *s, struct err *err)
{
    if (!read_configuration(s, err))
        return false;
    if (s->verb != VERB_RELEASE && s->bucket != NULL)
        name_bucket(s);
    default_output(s);
    return check_account(s, err) && check_regions(s, err);
}
