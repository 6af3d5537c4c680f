/* The INI reader. */
#include "base/ini.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

enum { FILE_BYTES_MAX = 4 << 20 };

struct entry {
    char *key, *value;
    int line;
};

struct section {
    char *name;
    int line;
    struct entry *entries;
    size_t count;
};

struct ini {
    struct section *sections;
    size_t count;
};

/* Where the reading stands. */
struct reader {
    struct ini *ini;
    const char *name;
    int line;
    struct section *section; /* NULL before the first */
    size_t parent;           /* index of the key that an indented line belongs to, or NO_PARENT */
    bool nested;             /* it has an empty value: indented lines are settings of their own */
};

#define NO_PARENT ((size_t)-1)

static char *trim(char *s)
{
    while (isspace((unsigned char)*s))
        s++;
    size_t length = strlen(s);
    while (length > 0 && isspace((unsigned char)s[length - 1]))
        s[--length] = '\0';
    return s;
}

/* Ends the line where a comment starts: a # or ; at its beginning or behind white space. */
static void cut_comment(char *s)
{
    for (char *at = s; *at != '\0'; at++)
        if ((*at == '#' || *at == ';') && (at == s || isspace((unsigned char)at[-1]))) {
            *at = '\0';
            return;
        }
}

/* `profile  "a b"` becomes `profile a b`: one space between words, quotes dropped. */
static char *section_name(const char *raw)
{
    struct buf name = BUF_INIT;

    for (; *raw != '\0'; raw++) {
        bool space = isspace((unsigned char)*raw);
        if (*raw == '"' || *raw == '\'')
            continue;
        if (space && (name.length == 0 || name.data[name.length - 1] == ' '))
            continue;
        buf_add_char(&name, space ? ' ' : *raw);
    }
    return buf_take(&name);
}

static struct section *find_section(const struct ini *ini, const char *name)
{
    for (size_t i = 0; ini != NULL && i < ini->count; i++)
        if (strcmp(ini->sections[i].name, name) == 0)
            return &ini->sections[i];
    return NULL;
}

static bool read_section(struct reader *r, char *line, struct err *err)
{
    char *end = strchr(line, ']');

    if (end == NULL || end[1] != '\0')
        return err_set(err, ERR_INPUT, "%s:%d: a section must end with ]", r->name, r->line);
    *end = '\0';
    char *name = section_name(trim(line + 1));
    r->parent = NO_PARENT;
    r->section = find_section(r->ini, name);
    if (r->section != NULL) {
        free(name);
        return true;
    }
    struct ini *ini = r->ini;
    ini->sections = xrealloc(ini->sections, ini->count + 1, sizeof *ini->sections);
    r->section = &ini->sections[ini->count++];
    *r->section = (struct section){.name = name, .line = r->line};
    return true;
}

static void add_entry(struct reader *r, char *key, const char *value)
{
    struct section *s = r->section;

    s->entries = xrealloc(s->entries, s->count + 1, sizeof *s->entries);
    s->entries[s->count++] = (struct entry){.key = key, .value = xstrdup(value), .line = r->line};
}

static bool read_key(struct reader *r, char *line, struct err *err)
{
    char *equals = strchr(line, '=');

    if (r->section == NULL)
        return err_set(err, ERR_INPUT, "%s:%d: a line stands before the first [section]", r->name,
                       r->line);
    if (equals == NULL || equals == line)
        return err_set(err, ERR_INPUT, "%s:%d: expected key = value", r->name, r->line);
    *equals = '\0';
    char *value = trim(equals + 1);
    add_entry(r, xstrdup(trim(line)), value);
    r->parent = r->section->count - 1;
    r->nested = *value == '\0';
    return true;
}

/* An indented line: a setting below a key with an empty value, else more of the key's value. */
static bool read_indented(struct reader *r, char *line, struct err *err)
{
    struct entry *parent = &r->section->entries[r->parent];

    if (!r->nested) {
        char *longer = xasprintf("%s\n%s", parent->value, line);
        str_wipe_free(parent->value);
        parent->value = longer;
        return true;
    }
    char *equals = strchr(line, '=');
    if (equals == NULL || equals == line)
        return err_set(err, ERR_INPUT, "%s:%d: expected key = value below %s", r->name, r->line,
                       parent->key);
    *equals = '\0';
    add_entry(r, xasprintf("%s.%s", parent->key, trim(line)), trim(equals + 1));
    return true;
}

static bool read_line(struct reader *r, char *line, struct err *err)
{
    bool indented = isspace((unsigned char)*line);

    cut_comment(line);
    line = trim(line);
    if (*line == '\0')
        return true;
    if (*line == '[' && !indented)
        return read_section(r, line, err);
    if (indented && r->parent != NO_PARENT)
        return read_indented(r, line, err);
    return read_key(r, line, err);
}

struct ini *ini_parse(const char *name, const char *text, size_t length, struct err *err)
{
    struct ini *ini = xcalloc(1, sizeof *ini);
    struct reader r = {.ini = ini, .name = name, .parent = NO_PARENT};
    char *copy = xmalloc(length + 1);
    char *rest = copy;
    bool ok = true;

    memcpy(copy, text, length);
    copy[length] = '\0';
    if (strlen(copy) != length)
        ok = err_set(err, ERR_INPUT, "%s: is not a text file", name);
    if (strncmp(rest, "\xef\xbb\xbf", 3) == 0)
        rest += 3;
    while (ok && rest != NULL) {
        r.line++;
        ok = read_line(&r, strsep(&rest, "\n"), err);
    }
    mem_wipe(copy, length);
    free(copy);
    if (!ok) {
        ini_free(ini);
        return NULL;
    }
    return ini;
}

static bool read_file(const char *path, struct buf *out, struct err *err)
{
    char chunk[4096];
    ssize_t n = 0;
    bool ok = false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0)
        return err_set_errno(err, ERR_IO, "cannot read %s", path);
    while ((n = read(fd, chunk, sizeof chunk)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            err_set_errno(err, ERR_IO, "cannot read %s", path);
            goto out;
        }
        buf_add(out, chunk, (size_t)n);
        if (out->length > FILE_BYTES_MAX) {
            err_set(err, ERR_INPUT, "%s: is larger than a configuration can be", path);
            goto out;
        }
    }
    ok = true;
out:
    mem_wipe(chunk, sizeof chunk);
    close(fd);
    return ok;
}

struct ini *ini_read(const char *path, struct err *err)
{
    struct buf text = BUF_INIT;
    struct ini *ini = NULL;

    if (read_file(path, &text, err))
        ini = ini_parse(path, buf_str(&text), text.length, err);
    buf_wipe_free(&text);
    return ini;
}

void ini_free(struct ini *ini)
{
    if (ini == NULL)
        return;
    for (size_t i = 0; i < ini->count; i++) {
        struct section *s = &ini->sections[i];
        for (size_t k = 0; k < s->count; k++) {
            free(s->entries[k].key);
            str_wipe_free(s->entries[k].value);
        }
        free(s->entries);
        free(s->name);
    }
    free(ini->sections);
    free(ini);
}

const char *ini_get(const struct ini *ini, const char *section, const char *key)
{
    const struct section *s = find_section(ini, section);

    for (size_t k = s == NULL ? 0 : s->count; k > 0; k--)
        if (strcasecmp(s->entries[k - 1].key, key) == 0)
            return s->entries[k - 1].value;
    return NULL;
}

bool ini_has_section(const struct ini *ini, const char *section)
{
    return find_section(ini, section) != NULL;
}

bool ini_each(const struct ini *ini, const char *section, size_t *cursor, const char **key,
              const char **value, int *line)
{
    const struct section *s = find_section(ini, section);

    if (s == NULL || *cursor >= s->count)
        return false;
    const struct entry *entry = &s->entries[(*cursor)++];
    *key = entry->key;
    *value = entry->value;
    *line = entry->line;
    return true;
}

bool ini_each_section(const struct ini *ini, size_t *cursor, const char **section, int *line)
{
    if (ini == NULL || *cursor >= ini->count)
        return false;
    const struct section *s = &ini->sections[(*cursor)++];
    *section = s->name;
    *line = s->line;
    return true;
}
