/* Names: of AMIs, of the release, of staging objects. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/plan_build.h"

enum { NAME_MAX_LENGTH = 128 };

bool plan_has(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static char *default_name(const char *prefix, const char *label, const char *system,
                          const char *run_id)
{
    struct buf out = BUF_INIT;

    buf_add_fmt(&out, "%s%s-%s", prefix, label, system);
    if (run_id[0] != '\0')
        buf_add_fmt(&out, ".%s", run_id);
    return buf_take(&out);
}

char *plan_expand_name(const char *template, const char *prefix, const char *label,
                       const char *system, const char *run_id, struct err *err)
{
    prefix = prefix == NULL ? "" : prefix;
    run_id = run_id == NULL ? "" : run_id;
    if (!plan_has(template))
        return default_name(prefix, label, system, run_id);

    const struct {
        const char *mark, *text;
    } marks[] = {
        {"{prefix}", prefix}, {"{label}", label}, {"{system}", system}, {"{run_id}", run_id}};
    struct buf out = BUF_INIT;
    while (*template != '\0') {
        size_t i = 0;
        while (i < ARRAY_LEN(marks) && strncmp(template, marks[i].mark, strlen(marks[i].mark)) != 0)
            i++;
        if (i < ARRAY_LEN(marks)) {
            buf_add_str(&out, marks[i].text);
            template += strlen(marks[i].mark);
        } else if (*template == '{' || *template == '}') {
            err_set(err, ERR_USAGE, "--name cannot hold \"%.20s\"", template);
            err_advise(err, "it may hold {prefix}, {label}, {system} and {run_id}");
            buf_free(&out);
            return NULL;
        } else {
            buf_add_char(&out, *template ++);
        }
    }
    return buf_take(&out);
}

bool plan_check_name(const char *name, size_t min_length, const char *what, struct err *err)
{
    size_t length = strlen(name);

    for (const char *p = name; *p != '\0'; p++) {
        if (((unsigned char)*p < 0x80 && isalnum((unsigned char)*p)) ||
            strchr(" ()[]./-'@_", *p) != NULL)
            continue;
        err_set(err, ERR_USAGE, "the %s name \"%s\" holds a character that EC2 does not take", what,
                name);
        return err_advise(err, "it takes letters, digits, spaces and ()[]./-'@_; change --name, "
                               "--label or --release");
    }
    if (length < min_length || length > NAME_MAX_LENGTH) {
        err_set(err, ERR_USAGE, "the %s name \"%s\" is %zu characters long", what, name, length);
        return err_advise(err, "it may have %zu to %d; change --name, --label or --release",
                          min_length, NAME_MAX_LENGTH);
    }
    return true;
}

static void add_key_part(struct buf *out, const char *part)
{
    for (const char *p = part; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        /* "." and ".." as whole parts would be taken for folders. */
        bool safe = c < 0x80 && (isalnum(c) || c == '-' || c == '_' || (c == '.' && p > part));
        if (safe)
            buf_add_char(out, *p);
        else
            buf_add_fmt(out, "!%02X", c);
    }
}

char *plan_release_key(const char *release, const char *leaf)
{
    struct buf out = BUF_INIT;

    buf_add_str(&out, PLAN_STAGING_PREFIX);
    add_key_part(&out, release);
    buf_add_fmt(&out, "/%s", leaf);
    return buf_take(&out);
}

char *plan_staging_key(const char *release, const char *image, const char *role)
{
    struct buf out = BUF_INIT;

    buf_add_str(&out, PLAN_STAGING_PREFIX);
    add_key_part(&out, release);
    buf_add_char(&out, '/');
    add_key_part(&out, image);
    buf_add_char(&out, '/');
    add_key_part(&out, role);
    return buf_take(&out);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

char *plan_staging_release(const char *key)
{
    size_t prefix = strlen(PLAN_STAGING_PREFIX);
    struct buf out = BUF_INIT;

    if (strncmp(key, PLAN_STAGING_PREFIX, prefix) != 0 || strchr(key + prefix, '/') == NULL)
        return NULL;
    for (const char *p = key + prefix; *p != '/'; p++) {
        int high = p[0] == '!' ? hex_digit(p[1]) : -1, low = high < 0 ? -1 : hex_digit(p[2]);
        if (low < 0) {
            buf_add_char(&out, *p);
            continue;
        }
        buf_add_char(&out, (char)(high * 16 + low));
        p += 2;
    }
    return buf_take(&out);
}
