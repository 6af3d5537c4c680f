/* The tables of verbs and options. */
#include "core/options_table.h"

#include <string.h>

#include "base/mem.h"

#define AT(field)  offsetof(struct settings, field)
#define RELEASE    VERB_BIT(VERB_RELEASE)
#define RESUME     (VERB_BIT(VERB_RESUME) | VERB_BIT(VERB_ATTACH))
#define PUBLISH    (VERB_BIT(VERB_PUBLISH) | VERB_BIT(VERB_UNPUBLISH))
#define LIST       VERB_BIT(VERB_LIST)
#define CANCEL     VERB_BIT(VERB_CANCEL)
#define WATCH      VERB_BIT(VERB_WATCH)
#define CLEANUP    VERB_BIT(VERB_CLEANUP)
#define REHEARSE   VERB_BIT(VERB_REHEARSE)
#define NO_NAME    .max_arguments = 0
#define NEEDS_NAME .min_arguments = 1, .max_arguments = 1
#define MAYBE_NAME .max_arguments = 1
#define MANY       ((size_t)-1)
#define DAYS       .min = 1, .max = 36500

#define VERB(id, word, takes, text, ...)                                                           \
    [id] = {.name = word, .arguments = takes, .summary = text, __VA_ARGS__}

/* Rows of options: one that stands on the command line alone, one that the configuration may hold
 * too, and one that may also stand behind a PATH. Further fields follow by name. */
#define OPTION(word, takes, kind, field, text, ...)                                                \
    {                                                                                              \
        .name = word, .argument = takes, .type = kind, .offset = AT(field), .help = text,          \
        .verbs = __VA_ARGS__                                                                       \
    }
#define CONFIGURED(word, takes, kind, field, text, ...)                                            \
    {                                                                                              \
        .name = word, .argument = takes, .type = kind, .offset = AT(field), .help = text,          \
        .config = CONFIG_ANYWHERE, .verbs = __VA_ARGS__                                            \
    }
#define IMAGE(word, takes, kind, field, ...)                                                       \
    {                                                                                              \
        .name = word, .argument = takes, .type = kind, .offset = AT(image.field),                  \
        .config = CONFIG_ANYWHERE, .per_image = true, .verbs = RELEASE, .help = __VA_ARGS__        \
    }

const struct verb_row verb_rows[VERBS] = {
    VERB(VERB_CONSOLE, "", "", "Open the console: unfinished releases and the latest", NO_NAME,
         .configured = true),
    VERB(VERB_RELEASE, "release", "PATH...",
         "Upload, import, register, copy, verify and publish disk images", .min_arguments = 1,
         .max_arguments = MANY, .configured = true),
    VERB(VERB_RESUME, "resume", "[NAME]",
         "Go on with an unfinished release, with --bucket also with another machine's", MAYBE_NAME,
         .configured = true),
    VERB(VERB_ATTACH, "attach", "[NAME]",
         "Take a release back from the tatami that carries it out on this machine", MAYBE_NAME,
         .configured = true),
    VERB(VERB_PUBLISH, "publish", "NAME", "Make a release's AMIs public", NEEDS_NAME),
    VERB(VERB_UNPUBLISH, "unpublish", "NAME", "Make a release's AMIs private", NEEDS_NAME),
    VERB(VERB_LIST, "list", "[NAME]", "Print region to AMI, as read back from AWS", MAYBE_NAME),
    VERB(VERB_CANCEL, "cancel", "[NAME]",
         "Undo an unfinished release, also another machine's: nothing of it stays at AWS",
         MAYBE_NAME, .configured = true),
    VERB(VERB_WATCH, "watch", "",
         "Watch releases, import tasks and what changes in all regions; reads only", NO_NAME,
         .configured = true),
    VERB(VERB_CLEANUP, "cleanup", "",
         "Find what is old and unused, plan, and deregister and delete it", .max_arguments = MANY,
         .configured = true),
    VERB(VERB_WHOAMI, "whoami", "", "Show account, identity, source of credentials and regions",
         NO_NAME),
    VERB(VERB_REHEARSE, "rehearse", "VERB ...",
         "Run the same verb against a simulated AWS on this machine", NO_NAME),
};

const struct option_row option_rows[] = {

    /* What a release is called. */
    CONFIGURED("release", "NAME", OPTION_TEXT, release,
               "Name of the release; also chooses [release NAME] of the configuration", RELEASE),
    CONFIGURED("name", "TEMPLATE", OPTION_TEXT, image.name,
               "Name of an AMI, of {prefix}, {label}, {system} and {run_id}; of cleanup: a pattern "
               "with * and ?",
               RELEASE | CLEANUP, .per_image = true),
    CONFIGURED("prefix", "TEXT", OPTION_TEXT, prefix, "What stands in front of an AMI's name",
               RELEASE),
    IMAGE("label", "TEXT", OPTION_TEXT, label,
          "Label of an image, instead of the one that the image names"),
    CONFIGURED("run-id", "TEXT", OPTION_TEXT, run_id, "Put behind an AMI's name, after a dot",
               RELEASE),

    /* Where it goes. */
    CONFIGURED("home", "REGION", OPTION_TEXT, home,
               "Region of the first snapshots and AMIs; else the bucket's, else AWS_REGION",
               RELEASE | RESUME | CANCEL),
    CONFIGURED("regions", "LIST", OPTION_LIST, regions,
               "Only these regions; all that are enabled when not given",
               RELEASE | PUBLISH | LIST | WATCH | CLEANUP),
    CONFIGURED("exclude", "LIST", OPTION_LIST, exclude, "Leave these regions out", RELEASE),
    CONFIGURED("best-effort", "LIST", OPTION_LIST, best_effort,
               "Regions whose failure does not fail the release", RELEASE),
    CONFIGURED("via", "WAY", OPTION_WORD, via,
               "How bytes become a snapshot: VM Import through --bucket, or EBS direct, which is "
               "the way without a bucket",
               RELEASE, .words = "import|direct"),
    IMAGE("base", "RELEASE|SNAPSHOT", OPTION_TEXT, base,
          "Start from this one's snapshots and send only what differs (--via direct)"),
    CONFIGURED("bucket", "NAME", OPTION_TEXT, bucket,
               "S3 bucket for the staging objects of VM Import",
               RELEASE | RESUME | CANCEL | WATCH | CLEANUP),
    OPTION("take-over", NULL, OPTION_FLAG, take_over,
           "Stop whoever holds the release on another machine, and go on here", RESUME | CANCEL),
    CONFIGURED("import-role", "NAME", OPTION_TEXT, import_role,
               "Service role of VM Import; not with --via direct", RELEASE, .preset = "vmimport"),

    /* Who may use it. */
    CONFIGURED("public", NULL, OPTION_FLAG, is_public, "Make the AMIs public", RELEASE),
    OPTION("also-public", NULL, OPTION_FLAG, also_public,
           "Take away AMIs too that are public already", CANCEL),
    CONFIGURED("publish-when", "WHEN", OPTION_WORD, publish_when,
               "Make public all at one moment, or each once verified", RELEASE, .words = "all|each",
               .preset = "all"),
    CONFIGURED("public-snapshots", NULL, OPTION_FLAG, public_snapshots,
               "Make the snapshots public too", RELEASE),
    CONFIGURED("share", "LIST", OPTION_LIST, share,
               "Accounts, organization ARNs and unit ARNs that may launch the AMIs", RELEASE),
    CONFIGURED("deprecate-after", "DAYS", OPTION_INT, deprecate_after_days,
               "Deprecate the AMIs so many days after the release began", RELEASE, .min = 1,
               .max = 3650),
    CONFIGURED("protect", NULL, OPTION_FLAG, protect, "Protect the AMIs from being deregistered",
               RELEASE),
    CONFIGURED("kms-key", "KEY", OPTION_TEXT, kms_key,
               "Encrypt with this alias or multi-Region key; not with --public", RELEASE),
    CONFIGURED("tag", "K=V", OPTION_LIST, tags, "A tag of the AMIs and snapshots; may be repeated",
               RELEASE | CLEANUP),

    /* What an image is. */
    IMAGE("arch", "ARCH", OPTION_WORD, arch, "Architecture, instead of the image's",
          .words = "x86_64|arm64"),
    IMAGE("boot-mode", "MODE", OPTION_WORD, boot_mode, "Boot mode, instead of the image's",
          .words = "uefi|legacy-bios|uefi-preferred"),
    IMAGE("description", "TEXT", OPTION_TEXT, description, "Description of the AMIs"),
    IMAGE("tpm", NULL, OPTION_SWITCH, tpm, "Give instances a TPM 2.0"),
    IMAGE("uefi-data", "FILE", OPTION_PATH, uefi_data, "UEFI variable store of the AMIs"),
    IMAGE("imds", "VERSION", OPTION_WORD, imds, "Instance metadata: only version 2, or any",
          .words = "v2.0|off"),
    IMAGE("volume-type", "TYPE", OPTION_WORD, volume_type,
          "Type of the volumes; gp3 when not given", .words = "gp3|gp2|standard"),
    IMAGE("volume-size", "GIB", OPTION_INT, volume_gib,
          "Size of the volumes; the disk's when not given", .min = 1, .max = 65536),

    /* Whether it is what was built. */
    CONFIGURED("sha256", NULL, OPTION_FLAG, sha256,
               "Make each file's plain SHA-256 first, for the plan and the manifest", RELEASE),
    CONFIGURED("sha256sums", "FILE", OPTION_PATH, sha256sums,
               "Refuse files whose SHA-256 is not the one in this list of sha256sum", RELEASE),

    /* How it runs and what it prints. */
    CONFIGURED("connections", "N", OPTION_INT, connections,
               "Connections of the upload; by itself it finds how many pay", RELEASE | RESUME,
               .min = 1, .max = 256),
    CONFIGURED("max-rate", "BYTES", OPTION_BYTES, max_rate_bytes,
               "Limit of the upload a second; K, M and G are powers of 1024", RELEASE | RESUME),
    CONFIGURED("stall", "MINUTES", OPTION_INT, stall_minutes,
               "Fail a stage that stands still for so long; 4 times the usual otherwise", RELEASE,
               .min = 1, .max = 10080),
    OPTION("adopt", "WHAT", OPTION_TEXT, adopt,
           "Finish what another program began: upload-ami, or the state folder of create-amis.sh",
           RELEASE),
    CONFIGURED("output", "FILE", OPTION_PATH, output,
               "Write the manifest there; - is standard output", RELEASE | RESUME | LIST),
    CONFIGURED("format", "FORMAT", OPTION_WORD, format,
               "Form of the manifest, which goes to standard output without --output",
               RELEASE | RESUME | LIST, .words = "table|json|map|nix|terraform|csv|markdown"),

    /* What a cleanup is about: all rules that are given must hold. */
    OPTION("older-than", "DAYS", OPTION_INT, older_than_days, "Made at least so many days ago",
           CLEANUP, DAYS),
    OPTION("deprecated", NULL, OPTION_FLAG, deprecated, "Deprecated by now", CLEANUP),
    OPTION("deprecated-since", "DAYS", OPTION_INT, deprecated_since_days,
           "Deprecated for at least so many days", CLEANUP, DAYS),
    OPTION("keep-last", "N", OPTION_INT, keep_last,
           "All but the N newest versions of each family (name without version, architecture)",
           CLEANUP, .min = 1, .max = 100000),
    OPTION("never-launched", NULL, OPTION_FLAG, never_launched,
           "Never launched, as far as AWS says", CLEANUP),
    OPTION("not-launched-since", "DAYS", OPTION_INT, not_launched_since_days,
           "Not launched for so many days", CLEANUP, DAYS),
    OPTION("orphans", NULL, OPTION_FLAG, orphans, "Snapshots whose AMI is gone", CLEANUP),
    OPTION("staging", NULL, OPTION_FLAG, staging,
           "Staging objects and unfinished uploads in the buckets", CLEANUP),
    OPTION("other-accounts", NULL, OPTION_FLAG, other_accounts,
           "Have AWS report which other accounts use the AMIs; takes minutes", CLEANUP),
    OPTION("plan", "FILE", OPTION_PATH, plan_file, "Write the plan there, change nothing", CLEANUP),
    OPTION("apply", "FILE", OPTION_PATH, apply_file,
           "Carry out the plan of this file; needs its hash: --yes HASH", CLEANUP),
    OPTION("step", "STEP", OPTION_WORD, step,
           "Take this step only, of a ladder with days between; all at once when not given",
           CLEANUP, .words = "private|disable|deregister"),
    OPTION("step-days", "DAYS", OPTION_INT, step_days, "Days between two steps", CLEANUP, .min = 0,
           .max = 36500, .preset = "7"),
    OPTION("restore", NULL, OPTION_FLAG, restore,
           "List what is in the Recycle Bin; --restore ID... --yes has those back", CLEANUP),
    CONFIGURED("price-snapshot-gib-month", "USD", OPTION_TEXT, price_gib_month,
               "What a GiB of snapshots costs a month; no money is shown without it", CLEANUP,
               .section = VERB_CLEANUP),

    /* A watch. */
    OPTION("interval", "SECONDS", OPTION_INT, interval_s,
           "Look at a region so often; oftener where something moves", WATCH, .min = 1,
           .max = 86400, .preset = "10"),
    OPTION("follow", "RELEASE", OPTION_TEXT, follow,
           "Tell of this release alone, and end when it has ended", WATCH),

    /* A rehearsal. */
    OPTION("keep", NULL, OPTION_FLAG, keep, "Keep the rehearsal's state folder", REHEARSE),
    OPTION("speed", "N", OPTION_INT, speed, "Run simulated time so many times as fast", REHEARSE,
           .min = 1, .max = 100000, .preset = "60"),
    OPTION("seed", "N", OPTION_BYTES, seed, "Seed of the simulator's durations", REHEARSE,
           .preset = "1"),
    OPTION("faults", "FILE", OPTION_PATH, faults, "What shall go wrong", REHEARSE),
    OPTION("world", "FILE", OPTION_PATH, world, "What exists at the start", REHEARSE),

    /* Every verb. */
    OPTION("profile", "NAME", OPTION_TEXT, profile, "Profile of ~/.aws to use", VERB_ANY),
    CONFIGURED("account", "ID", OPTION_TEXT, account,
               "Refuse to do anything in another account than this one", VERB_ANY),
    OPTION("region", "REGION", OPTION_TEXT, region, "Region where none follows from anything else",
           VERB_ANY),
    OPTION("endpoint-url", "URL", OPTION_TEXT, endpoint_url, "Send every call there", VERB_ANY),
    OPTION("ca-bundle", "FILE", OPTION_PATH, ca_bundle, "Certificates to trust", VERB_ANY),
    OPTION("state", "DIR", OPTION_PATH, state, "State folder instead of $XDG_STATE_HOME/tatami",
           VERB_ANY),
    OPTION("no-ui", NULL, OPTION_FLAG, no_ui,
           "Print a line per change of state instead of drawing screens", VERB_ANY),
    OPTION("json", NULL, OPTION_FLAG, json, "Print JSON objects, one a line; implies --no-ui",
           VERB_ANY),
    OPTION("trace", NULL, OPTION_FLAG, trace, "Tell of every call to AWS", VERB_ANY),
    OPTION("yes", NULL, OPTION_FLAG, yes, "Answer the last question with yes", VERB_ANY,
           .config = CONFIG_OWN),
    OPTION("read-only", NULL, OPTION_FLAG, read_only, "Refuse every call that changes something",
           VERB_ANY),
    OPTION("color", "WHEN", OPTION_WORD, color, "Colours", VERB_ANY, .words = "auto|16|256|never",
           .preset = "auto"),
    OPTION("ascii", NULL, OPTION_FLAG, ascii, "Draw with ASCII alone", VERB_ANY),
    OPTION("help", NULL, OPTION_FLAG, help, "Show what a verb does and takes", VERB_ANY),
    OPTION("version", NULL, OPTION_FLAG, version, "Show the version", VERB_ANY),
};
const size_t option_count = ARRAY_LEN(option_rows);

const struct option_row *option_find(const char *name)
{
    for (size_t i = 0; i < option_count; i++)
        if (strcmp(option_rows[i].name, name) == 0)
            return &option_rows[i];
    return NULL;
}
