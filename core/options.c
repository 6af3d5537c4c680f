/* The command line: argv against the tables. */
#include "core/options.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/nearest.h"
#include "core/options_table.h"

/* The state of one pass over argv. */
struct parser {
    struct settings *s;
    int argc;
    char *const *argv;
    int next;
    bool verb_seen;
};

static bool unknown_option(const char *name, struct err *err)
{
    const char *nearest = NULL;
    int best = 2 + (int)strlen(name) / 4;

    for (size_t i = 0; i < option_count; i++) {
        int d = nearest_distance(name, option_rows[i].name);
        if (d < best) {
            best = d;
            nearest = option_rows[i].name;
        }
    }
    err_set(err, ERR_USAGE, "unknown option --%s", name);
    return nearest == NULL ? err_advise(err, "tatami --help lists the options")
                           : err_advise(err, "did you mean --%s?", nearest);
}

static bool unknown_verb(const char *word, struct err *err)
{
    const char *nearest = NULL;
    int best = 3;

    for (int v = VERB_CONSOLE + 1; v < VERBS; v++) {
        int d = nearest_distance(word, verb_rows[v].name);
        if (d < best) {
            best = d;
            nearest = verb_rows[v].name;
        }
    }
    err_set(err, ERR_USAGE, "unknown verb \"%s\"", word);
    return nearest == NULL ? err_advise(err, "tatami --help lists the verbs")
                           : err_advise(err, "did you mean tatami %s?", nearest);
}

static bool takes_argument(const struct option_row *row)
{
    return row->type != OPTION_FLAG && row->type != OPTION_SWITCH;
}

/* "--no-X" turns a switch off that the configuration may turn on. */
static const struct option_row *find_negated(const char *name)
{
    if (strncmp(name, "no-", 3) != 0)
        return NULL;
    const struct option_row *row = option_find(name + 3);
    return row != NULL && !takes_argument(row) && row->config != CONFIG_NOWHERE ? row : NULL;
}

static bool read_option(struct parser *p, const char *word, struct err *err)
{
    const char *equals = strchr(word, '=');
    char *name = equals == NULL ? xstrdup(word) : xstrndup(word, (size_t)(equals - word));
    const char *value = equals == NULL ? NULL : equals + 1;
    const struct option_row *row = option_find(name);
    bool negated = false, ok = false;
    char *what = xasprintf("--%s", name);

    if (row == NULL) {
        row = find_negated(name);
        negated = row != NULL;
    }
    if (row == NULL) {
        unknown_option(name, err);
        goto out;
    }
    if (!takes_argument(row)) {
        if (value != NULL) {
            err_set(err, ERR_USAGE, "%s takes no value", what);
            goto out;
        }
        value = negated ? "no" : "yes";
    } else if (value == NULL) {
        if (p->next >= p->argc || strncmp(p->argv[p->next], "--", 2) == 0) {
            err_set(err, ERR_USAGE, "%s needs a value: %s", what, row->argument);
            if (p->next < p->argc)
                err_advise(err, "a value that begins with -- is written %s=...", what);
            goto out;
        }
        value = p->argv[p->next++];
    }
    unsigned char *source = &p->s->sources[row - option_rows];
    ok = option_store(row, p->s, value, *source == SOURCE_NONE, what, err);
    *source = SOURCE_COMMAND_LINE;
out:
    free(what);
    free(name);
    return ok;
}

/* `help` stands where a verb may, with or without one behind it. */
static bool read_verb(struct parser *p, const char *word, struct err *err)
{
    if (strcmp(word, "help") == 0) {
        p->s->help = true;
        return true;
    }
    for (enum verb v = VERB_CONSOLE + 1; v < VERBS; v++) {
        if (strcmp(word, verb_rows[v].name) != 0)
            continue;
        if (v == VERB_REHEARSE && p->s->rehearse)
            return err_set(err, ERR_USAGE, "rehearse cannot rehearse itself");
        p->s->verb = v;
        p->s->rehearse = p->s->rehearse || v == VERB_REHEARSE;
        p->verb_seen = v != VERB_REHEARSE;
        return true;
    }
    return unknown_verb(word, err);
}

static void add_argument(struct settings *s, const char *word)
{
    s->arguments = xrealloc(s->arguments, s->argument_count + 1, sizeof *s->arguments);
    s->arguments[s->argument_count++] = xstrdup(word);
}

static bool read_word(struct parser *p, bool options_end, struct err *err)
{
    const char *word = p->argv[p->next++];

    if (!options_end && strncmp(word, "--", 2) == 0)
        return read_option(p, word + 2, err);
    if (!options_end && strcmp(word, "-h") == 0) {
        p->s->help = true;
        return true;
    }
    /* A dash alone is standard input; options of its own may stand behind it. */
    if (!options_end && word[0] == '-' && word[1] != '\0' && word[1] != ',') {
        err_set(err, ERR_USAGE, "unknown option %s", word);
        return err_advise(err, "options have two dashes; tatami --help lists them");
    }
    if (!p->verb_seen)
        return read_verb(p, word, err);
    add_argument(p->s, word);
    return true;
}

static bool check_arguments(const struct settings *s, struct err *err)
{
    const struct verb_row *row = &verb_rows[s->verb];

    if (s->verb == VERB_REHEARSE) {
        err_set(err, ERR_USAGE, "rehearse needs a verb");
        return err_advise(err, "for example: tatami rehearse release PATH --home REGION");
    }
    if (s->argument_count < row->min_arguments)
        return err_set(err, ERR_USAGE, "%s needs %s", row->name, row->arguments);
    if (s->argument_count > row->max_arguments)
        return err_set(err, ERR_USAGE, "%s does not take \"%s\"", row->name,
                       s->arguments[row->max_arguments]);
    return true;
}

static bool check_options(const struct settings *s, struct err *err)
{
    unsigned verbs = VERB_BIT(s->verb) | (s->rehearse ? VERB_BIT(VERB_REHEARSE) : 0);

    for (size_t i = 0; i < option_count; i++) {
        if (s->sources[i] != SOURCE_NONE && (option_rows[i].verbs & verbs) == 0) {
            return s->verb == VERB_CONSOLE
                       ? err_set(err, ERR_USAGE, "--%s needs a verb", option_rows[i].name)
                       : err_set(err, ERR_USAGE, "--%s is no option of %s", option_rows[i].name,
                                 verb_name(s->verb));
        }
    }
    return true;
}

/* XDG Base Directory Specification: relative values of the variable do not count. */
static bool default_state(struct settings *s, struct err *err)
{
    const char *xdg = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

    if (s->state != NULL)
        return true;
    if (xdg != NULL && xdg[0] == '/')
        s->state = xasprintf("%s/tatami", xdg);
    else if (home != NULL && home[0] == '/')
        s->state = xasprintf("%s/.local/state/tatami", home);
    else
        return err_set(err, ERR_USAGE, "neither XDG_STATE_HOME nor HOME is set; name --state");
    return true;
}

static bool store_presets(struct settings *s, struct err *err)
{
    for (size_t i = 0; i < option_count; i++) {
        const struct option_row *row = &option_rows[i];
        if (row->preset != NULL && !option_store(row, s, row->preset, true, row->name, err))
            return false;
    }
    return true;
}

struct settings *settings_parse(int argc, char *const *argv, struct err *err)
{
    struct settings *s = xcalloc(1, sizeof *s);
    struct parser p = {.s = s, .argc = argc, .argv = argv, .next = 1};
    bool options_end = false;

    s->sources = xcalloc(option_count, 1);
    if (!store_presets(s, err))
        goto fail;
    while (p.next < argc) {
        if (!options_end && strcmp(argv[p.next], "--") == 0) {
            options_end = true;
            p.next++;
        } else if (!read_word(&p, options_end, err)) {
            goto fail;
        }
    }
    s->no_ui = s->no_ui || s->json;
    if (!s->help && !s->version && (!check_options(s, err) || !check_arguments(s, err)))
        goto fail;
    if (!default_state(s, err))
        goto fail;
    return s;
fail:
    settings_free(s);
    return NULL;
}

void settings_free(struct settings *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < option_count; i++)
        option_clear(&option_rows[i], s);
    for (size_t i = 0; i < s->buckets.count; i++)
        free(s->buckets.items[i]);
    free(s->buckets.items);
    for (size_t i = 0; i < s->argument_count; i++)
        free(s->arguments[i]);
    free(s->arguments);
    free(s->sources);
    free(s);
}

bool settings_set_image(struct image_settings *image, const char *key, const char *value,
                        struct err *err)
{
    const struct option_row *row = option_find(key);
    struct settings around = {.image = *image};

    if (row == NULL || !row->per_image)
        return err_set(err, ERR_USAGE, "\"%s\" cannot stand behind a path", key);
    bool ok = option_store(row, &around, value, true, key, err);
    *image = around.image;
    return ok;
}

void image_settings_copy(struct image_settings *to, const struct image_settings *from)
{
    *to = *from;
    to->name = xstrdup_or_null(from->name);
    to->label = xstrdup_or_null(from->label);
    to->arch = xstrdup_or_null(from->arch);
    to->description = xstrdup_or_null(from->description);
    to->boot_mode = xstrdup_or_null(from->boot_mode);
    to->uefi_data = xstrdup_or_null(from->uefi_data);
    to->imds = xstrdup_or_null(from->imds);
    to->volume_type = xstrdup_or_null(from->volume_type);
    to->base = xstrdup_or_null(from->base);
}

void image_settings_free(struct image_settings *image)
{
    struct settings around = {.image = *image};

    for (size_t i = 0; i < option_count; i++) {
        if (option_rows[i].per_image)
            option_clear(&option_rows[i], &around);
    }
    *image = (struct image_settings){0};
}

const char *verb_name(enum verb verb)
{
    return verb_rows[verb].name;
}
