/* What the command line and the configuration ask for, read from one table of verbs and one of
 * options. */
#ifndef CORE_OPTIONS_H
#define CORE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* VERB_CONSOLE is `tatami` without a verb. */
enum verb {
    VERB_CONSOLE,
    VERB_RELEASE,
    VERB_RESUME,
    VERB_ATTACH,
    VERB_PUBLISH,
    VERB_UNPUBLISH,
    VERB_LIST,
    VERB_CANCEL,
    VERB_WATCH,
    VERB_CLEANUP,
    VERB_WHOAMI,
    VERB_REHEARSE,
    VERBS
};

/* A switch that may also be left to what the image says. */
enum said { SAID_NOTHING, SAID_NO, SAID_YES };

struct settings_list {
    char **items;
    size_t count;
};

/* What may differ between the images of a release: it also stands behind a PATH (",arch=arm64").
 * Text that nobody gave is NULL. */
struct image_settings {
    char *name; /* template with {prefix}, {label}, {system}, {run_id} */
    char *label;
    char *arch; /* "x86_64" or "arm64" */
    char *description;
    char *boot_mode; /* "uefi", "legacy-bios" or "uefi-preferred" */
    enum said tpm;
    char *uefi_data;   /* path of the file */
    char *imds;        /* "v2.0" or "off" */
    char *volume_type; /* "gp3", "gp2" or "standard" */
    char *base;        /* a release or a snapshot to send the difference to; NULL */
    int volume_gib;    /* 0 when not given */
};

struct settings {
    /* With `tatami rehearse VERB ...` verb is the inner one (VERB_REHEARSE never stands here once
     * parsing has succeeded, unless with help) and rehearse is true. */
    enum verb verb;
    bool rehearse;
    char **arguments; /* what is no option, behind the verb */
    size_t argument_count;

    /* Every verb. */
    bool help, version;
    char *profile, *region, *endpoint_url, *ca_bundle;
    char *account; /* 12 digits: the only account to work in; NULL: any */
    bool no_ui, json, trace, yes, ascii, read_only;
    char *color; /* "auto", "16", "256" or "never"; never NULL */
    char *state; /* the state folder; never NULL */

    /* release. */
    struct image_settings image;
    char *release, *prefix, *run_id;
    char *home;
    struct settings_list regions, exclude, best_effort; /* regions: also list, publish, unpublish,
                                                           cleanup */
    char *via;                                          /* "import" or "direct"; NULL */
    char *bucket, *import_role;
    bool is_public, public_snapshots, protect;
    char *publish_when; /* "all" or "each"; never NULL */
    int deprecate_after_days;
    struct settings_list share, tags; /* tags: "K=V"; also cleanup */
    char *kms_key;
    char *adopt;  /* "upload-ami", or the state folder of create-amis.sh; NULL */
    char *output; /* path, "-" for standard output, NULL for none */
    char *format; /* "table", "json", "map", "nix", "terraform", "csv", "markdown"; NULL */
    int stall_minutes;
    bool sha256;             /* make the file's plain SHA-256 */
    char *sha256sums;        /* and compare it with this list; NULL */
    int connections;         /* 0: not given, the pace finds the number */
    uint64_t max_rate_bytes; /* a second, all connections together; 0 for none */

    /* resume, cancel. */
    bool take_over;

    /* cancel. */
    bool also_public;

    /* watch. */
    int interval_s; /* at least 1; 10 when not given */
    char *follow;   /* NULL */

    /* cleanup: the rules (0 and false: not given; name, tag and regions are image.name, tags and
     * regions) and what becomes of them. */
    int older_than_days, deprecated_since_days, keep_last, not_launched_since_days;
    bool deprecated, never_launched, orphans, staging, restore, other_accounts;
    char *plan_file, *apply_file;
    char *step; /* "private", "disable" or "deregister"; NULL */
    int step_days;
    char *price_gib_month;        /* US dollars as text; NULL: no money is shown */
    struct settings_list buckets; /* --bucket, else all that the configuration names */

    /* rehearse. */
    bool keep;
    int speed;     /* at least 1; 60 when not given */
    uint64_t seed; /* 1 when not given */
    char *faults, *world;

    unsigned char *sources; /* of options.c: where each option's value came from */
};

/* Reads the command line: long options ("--opt value", "--opt=value", "--no-opt" for a switch that
 * the configuration may set), a verb, its arguments; "--" ends the options. A value that begins
 * with "--" takes the form with "=". `help` before the verb, and -h, are --help. Lists are
 * separated by commas and may be repeated; a comma in an item is doubled. Fills in the defaults. An
 * unknown verb or option (the nearest one is named), a missing or wrong value, too few or too many
 * arguments: ERR_USAGE. NULL on failure; free with settings_free(). Thread: main. */
struct settings *settings_parse(int argc, char *const *argv, struct err *err);
void settings_free(struct settings *s);

/* Merges the configuration in, for the verbs that have one (release, cleanup), and settles what
 * follows, for all: --format without --output is `--output -` of release and resume, and --home and
 * --region must be able to be regions (ERR_USAGE).
 *
 * Files: ./tatami.conf, then $XDG_CONFIG_HOME/tatami/config (~/.config). A file that does not exist
 * is none. Sections: `[release NAME]`, one per product, and `[release]` with the defaults of all.
 * Which product: the one that --release names, where there is such a section; else the only one,
 * when both files together name exactly one; else none. What wins, first to last: the command line;
 * the product's section in ./tatami.conf, then in the user's file; `[release]` in ./tatami.conf,
 * then in the user's file; the built-in default. A list replaces a list.
 *
 * `[cleanup]` holds what is cleanup's: price-snapshot-gib-month. Of the release sections cleanup
 * takes nothing but the buckets, all of them.
 *
 * Keys are the names of release's options without the dashes; `yes` counts only in the user's own
 * file. A switch takes true, yes, on, 1 or their opposites. `~/` in front of a path is HOME. An
 * unknown section or key, or a wrong value: ERR_USAGE with file and line. Thread: main. */
bool settings_configure(struct settings *s, struct err *err);

/* Sets one option that may stand behind a PATH, such as "arch" to "arm64". ERR_USAGE for any other
 * key or a wrong value. Thread: any. */
bool settings_set_image(struct image_settings *image, const char *key, const char *value,
                        struct err *err);
/* A deep copy, and the end of one. Thread: any. */
void image_settings_copy(struct image_settings *to, const struct image_settings *from);
void image_settings_free(struct image_settings *image);

/* Appends the help of a verb; VERB_CONSOLE: of the program, with all verbs. Thread: any. */
void settings_help(enum verb verb, struct buf *out);
/* Appends the help that the command line asks for: of its verb, and of a rehearsal around it.
 * Thread: any. */
void settings_help_asked(const struct settings *s, struct buf *out);
/* The verb's word, "" for the console. Thread: any. */
const char *verb_name(enum verb verb);

#endif
