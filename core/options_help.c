/* What --help prints, made from the tables. */
#include <string.h>

#include "core/options_table.h"

enum { HELP_COLUMN = 28 };

/* Two columns; the right one goes to the next line when the left one is too long. */
static void add_pair(struct buf *out, const char *left, const char *right, const char *more)
{
    buf_add_str(out, "  ");
    buf_add_str(out, left);
    if (strlen(left) + 4 > HELP_COLUMN)
        buf_add_fmt(out, "\n%*s", HELP_COLUMN, "");
    else
        buf_add_fmt(out, "%*s", HELP_COLUMN - 2 - (int)strlen(left), "");
    buf_add_fmt(out, "%s%s\n", right, more);
}

static void add_option(struct buf *out, const struct option_row *row)
{
    struct buf left = BUF_INIT, more = BUF_INIT;

    buf_add_fmt(&left, "--%s%s%s", row->name, row->argument == NULL ? "" : " ",
                row->argument == NULL ? "" : row->argument);
    if (row->words != NULL)
        buf_add_fmt(&more, ": %s", row->words);
    if (row->preset != NULL)
        buf_add_fmt(&more, " (%s)", row->preset);
    add_pair(out, buf_str(&left), row->help, buf_str(&more));
    buf_free(&left);
    buf_free(&more);
}

/* Options of the verb alone, or those of every verb. */
static void add_options(struct buf *out, const char *title, unsigned verbs, bool common)
{
    bool any = false;

    for (size_t i = 0; i < option_count; i++) {
        const struct option_row *row = &option_rows[i];
        if ((row->verbs == VERB_ANY) != common || (row->verbs & verbs) == 0)
            continue;
        if (!any)
            buf_add_fmt(out, "\n%s:\n", title);
        any = true;
        add_option(out, row);
    }
}

static void add_verbs(struct buf *out)
{
    buf_add_str(out, "\nVerbs (tatami VERB --help says more):\n");
    for (enum verb v = VERB_CONSOLE + 1; v < VERBS; v++) {
        struct buf left = BUF_INIT;
        buf_add_fmt(&left, "%s %s", verb_rows[v].name, verb_rows[v].arguments);
        add_pair(out, buf_str(&left), verb_rows[v].summary, "");
        buf_free(&left);
    }
}

static void add_paths(struct buf *out)
{
    buf_add_str(out, "\nPATH is a Nix result folder, an image-info.json or a disk image; "
                     "PATH1+PATH2 is an image of\ntwo disks, boot and root. Behind it may stand "
                     "what holds for this image alone, as in\ndisk.raw,arch=arm64,label=13.1; a "
                     "comma in a path is doubled. Such keys:\n");
    for (size_t i = 0; i < option_count; i++) {
        if (option_rows[i].per_image)
            buf_add_fmt(out, "  %s", option_rows[i].name);
    }
    buf_add_str(out, "\n\nOptions may also stand, without dashes, in ./tatami.conf or "
                     "~/.config/tatami/config below\n[release] or [release NAME].\n");
}

/* Around: VERB_REHEARSE where the verb is rehearsed, else VERB_CONSOLE. */
static void add_help(enum verb around, enum verb verb, struct buf *out)
{
    const struct verb_row *row = &verb_rows[verb];

    if (verb == VERB_CONSOLE) {
        buf_add_str(out, "tatami: releases disk images as Amazon Machine Images in every region\n"
                         "\nUsage: tatami [VERB] [OPTION...]\n");
        add_verbs(out);
    } else {
        buf_add_fmt(out, "Usage: tatami %s%s%s%s [OPTION...]\n\n%s.\n",
                    around == VERB_REHEARSE && verb != around ? "rehearse " : "", row->name,
                    row->arguments[0] != '\0' ? " " : "", row->arguments, row->summary);
    }
    if (verb == VERB_RELEASE)
        add_paths(out);
    add_options(out, "Options", VERB_BIT(verb), false);
    if (around != verb && around != VERB_CONSOLE)
        add_options(out, "Options of the rehearsal", VERB_BIT(around), false);
    add_options(out, "Options of every verb", VERB_BIT(verb), true);
}

void settings_help(enum verb verb, struct buf *out)
{
    add_help(VERB_CONSOLE, verb, out);
}

void settings_help_asked(const struct settings *s, struct buf *out)
{
    add_help(s->rehearse ? VERB_REHEARSE : VERB_CONSOLE, s->verb, out);
}
