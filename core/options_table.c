/* The tables of verbs and options. */
#include "core/options_table.h"

#include <string.h>

#include "base/mem.h"

#define AT(field)  offsetof(struct settings, field)
#define RELEASE    VERB_BIT(VERB_RELEASE)
#define RESUME     VERB_BIT(VERB_RESUME)
#define PUBLISH    (VERB_BIT(VERB_PUBLISH) | VERB_BIT(VERB_UNPUBLISH))
#define LIST       VERB_BIT(VERB_LIST)
#define REHEARSE   VERB_BIT(VERB_REHEARSE)
#define NEEDS_NAME .min_arguments = 1, .max_arguments = 1
#define MAYBE_NAME .max_arguments = 1
#define MANY       ((size_t)-1)

const struct verb_row verb_rows[VERBS] = {
    [VERB_CONSOLE] = {"",                                            "",                    "Open the console: unfinished releases and the latest"},
    [VERB_RELEASE] = {"release",                                     "PATH...",
                      "Upload, import, register, copy, verify and publish disk images",                                                             .min_arguments = 1, .max_arguments = MANY, .configured = true},
    [VERB_RESUME] = {"resume",                        "[NAME]",                           "Go on with an unfinished release",                                                                                 MAYBE_NAME},
    [VERB_PUBLISH] = {"publish",              "NAME","Make a release's AMIs public",NEEDS_NAME},
    [VERB_UNPUBLISH] = {"unpublish",                                     "NAME",                                       "Make a release's AMIs private",                                                                                         NEEDS_NAME},
    [VERB_LIST] = {"list",                                             "[NAME]",                                                        "Print region to AMI, as read back from AWS",                                                                    MAYBE_NAME},
    [VERB_WHOAMI] = {"whoami",                                   "",                                                        "Show account, identity, source of credentials and regions"                },
    [VERB_REHEARSE] = {"rehearse", "VERB ...",
                      "Run the same verb against a simulated AWS on this machine"},
};

const struct option_row option_rows[] = {
  /* What a release is called. */
    {"release",                                                         "NAME",                                                          "Name of the release; also chooses [release NAME] of the configuration",
     OPTION_TEXT,AT(release),                                              .config = CONFIG_ANYWHERE,.verbs = RELEASE},
    {"name",                                                                 "TEMPLATE",                                                                                                                           "Name of an AMI, of {prefix}, {label}, {system} and {run_id}",                                                                                                                                                                   OPTION_TEXT,
     AT(image.name),.config = CONFIG_ANYWHERE,.per_image = true, .verbs = RELEASE},
    {"prefix",                                                "TEXT",                                                                                               "What stands in front of an AMI's name",                                                                                                                                                                                                                 OPTION_TEXT,AT(prefix),
     .config = CONFIG_ANYWHERE,.verbs = RELEASE},
    {"label",                                                       "TEXT",                                                                                                          "Label of an image, instead of the one that the image names",                                                                                                                                                                                                            OPTION_TEXT,
     AT(image.label),.config = CONFIG_ANYWHERE,                                                                              .per_image = true, .verbs = RELEASE},
    {"run-id",                                                      "TEXT",                                                                                                                    "Put behind an AMI's name, after a dot",                                                                                                                                                                                                             OPTION_TEXT,AT(run_id),
     .config = CONFIG_ANYWHERE,.verbs = RELEASE},

 /* Where it goes. */
    {"home",      "REGION","Region of the import and the first AMI; the bucket's when not given",
     OPTION_TEXT,AT(home),.config = CONFIG_ANYWHERE,                                                      .verbs = RELEASE},
    {"regions",                                                            "LIST",                                                                                                              "Only these regions; all that are enabled when not given",                                                                                                                                                                                                                                                 OPTION_LIST,
     AT(regions),                                                                                                                                                                                                                                                                                                                                                                   .config = CONFIG_ANYWHERE,                                                                                                                                                                                                                                                                                                                                                    .verbs = RELEASE | PUBLISH | LIST},
    {"exclude",                                                                 "LIST",                                                                                                                        "Leave these regions out",                                                                                                                                                                         OPTION_LIST,AT(exclude),
     .config = CONFIG_ANYWHERE,.verbs = RELEASE},
    {"best-effort",                                "LIST",                                                                                               "Regions whose failure does not fail the release",                                                                                                                                                                                                         OPTION_LIST,
     AT(best_effort),.config = CONFIG_ANYWHERE,.verbs = RELEASE},
    {"via",                                         "WAY",                                                                                        "How bytes become a snapshot; import needs --bucket",                                                                                                                                                                                                          OPTION_WORD,AT(via),
     .words = "import|direct",.config = CONFIG_ANYWHERE, .verbs = RELEASE},
    {"bucket",                                                   "NAME",                                                                                         "S3 bucket for the staging objects",                                                                                                                                                                                           OPTION_TEXT,AT(bucket),
     .config = CONFIG_ANYWHERE,                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                               .verbs = RELEASE},
    {"import-role",                                                      "NAME",                                                                                                              "Service role of VM Import",                                                                                                                                                                                                                               OPTION_TEXT,AT(import_role),
     .preset = "vmimport",                                                                                                                                   .config = CONFIG_ANYWHERE, .verbs = RELEASE},

 /* Who may use it. */
    {"public",         NULL,"Make the AMIs public",OPTION_FLAG,AT(is_public),.config = CONFIG_ANYWHERE,
     .verbs = RELEASE},
    {"publish-when",                                                     "WHEN",                                                         "Make them public all at one moment, or each once it is verified",
     OPTION_WORD,AT(publish_when),.words = "all|each",.preset = "all", .config = CONFIG_ANYWHERE,
     .verbs = RELEASE},
    {"public-snapshots",                                                 NULL,                                                                                                                "Make the snapshots public too",                                                                                                                                                                                                                           OPTION_FLAG,AT(public_snapshots),
     .config = CONFIG_ANYWHERE,                                                                              .verbs = RELEASE},
    {"share",                                        "LIST",                                                                                                                   "Accounts, organization ARNs and unit ARNs that may launch the AMIs",
     OPTION_LIST,AT(share),.config = CONFIG_ANYWHERE,.verbs = RELEASE},
    {"deprecate-after",                                                 "DAYS",                                                                                             "Deprecate the AMIs so many days after the release began",
     OPTION_INT,                                                                                                                                                                                                                                                                                                                                                                              AT(deprecate_after_days),.min = 1,.max = 3650, .config = CONFIG_ANYWHERE,
     .verbs = RELEASE},
    {"protect",             NULL,"Protect the AMIs from being deregistered",OPTION_FLAG,AT(protect),
     .config = CONFIG_ANYWHERE,.verbs = RELEASE},
    {"kms-key",                                                           "KEY",                                                                             "Encrypt with this alias or multi-Region key; not with --public",
     OPTION_TEXT,AT(kms_key),                                                                      .config = CONFIG_ANYWHERE,                                                                                                                           .verbs = RELEASE},
    {"tag",                                                                 "K=V",                                                                                                                "A tag of the AMIs and snapshots; may be repeated",                                                                                                                                                                            OPTION_LIST,AT(tags),
     .config = CONFIG_ANYWHERE,.verbs = RELEASE},

 /* What an image is. */
    {"arch",                                                      "ARCH",                                                                                            "Architecture, where the image does not say",                                                                                                                                                                                                                                       OPTION_WORD,AT(image.arch),
     .words = "x86_64|arm64",.config = CONFIG_ANYWHERE, .per_image = true, .verbs = RELEASE},
    {"boot-mode",                                                      "MODE",                                                                                                          "Boot mode, where the image does not say",                                                                                                                                                                                                                              OPTION_WORD,
     AT(image.boot_mode),.words = "uefi|legacy-bios|uefi-preferred",                                                                  .config = CONFIG_ANYWHERE,
     .per_image = true, .verbs = RELEASE},
    {"description", "TEXT",                                                                                                                        "Description of the AMIs",                                                                                                                                                                                                                               OPTION_TEXT,AT(image.description),
     .config = CONFIG_ANYWHERE,.per_image = true, .verbs = RELEASE},
    {"tpm",NULL,"Give instances a TPM 2.0",OPTION_SWITCH,AT(image.tpm),
     .config = CONFIG_ANYWHERE,                                                                                                                                                                                                                                                                                                                                                                       .per_image = true, .verbs = RELEASE},
    {"uefi-data",                                                            "FILE",                                                                "UEFI variable store of the AMIs",                                           OPTION_PATH,AT(image.uefi_data),
     .config = CONFIG_ANYWHERE,.per_image = true, .verbs = RELEASE},
    {"imds",                                                "VERSION",                                                                                               "Instance metadata: only version 2, or any",                                                                                                                                                                                                                 OPTION_WORD,AT(image.imds),
     .words = "v2.0|off",.config = CONFIG_ANYWHERE, .per_image = true, .verbs = RELEASE},
    {"volume-type",                                               "TYPE",                                                                    "Type of the volumes; gp3 when not given",                                                                                                                                                             OPTION_WORD,
     AT(image.volume_type),.words = "gp3|gp2|standard",.config = CONFIG_ANYWHERE,
     .per_image = true, .verbs = RELEASE},
    {"volume-size",                                                           "GIB","Size of the volumes; the disk's when not given",OPTION_INT,
     AT(image.volume_gib),.min = 1,                                                                                                                                             .max = 65536, .config = CONFIG_ANYWHERE, .per_image = true,
     .verbs = RELEASE},

 /* How it runs and what it prints. */
    {"connections",                                                                 "N",                                                                                                                            "Connections of the upload",                                                                                                                                                                                                                                               OPTION_INT, AT(connections),                                                                                                                                                                                                                       .min = 1,
     .max = 256, .preset = "8", .config = CONFIG_ANYWHERE, .verbs = RELEASE | RESUME},
    {"max-rate",                                                "BYTES",                                                                                               "Limit of the upload a second; K, M and G are powers of 1024",
     OPTION_BYTES,AT(max_rate_bytes),.config = CONFIG_ANYWHERE,.verbs = RELEASE | RESUME},
    {"stall",                                              "MINUTES",                                                                                                          "Fail a stage that stands still for so long; 4 times the usual otherwise",
     OPTION_INT,AT(stall_minutes),.min = 1,.max = 10080, .config = CONFIG_ANYWHERE,
     .verbs = RELEASE},
    {"output",                      "FILE","Write the manifest there; - is standard output",OPTION_PATH,AT(output),
     .config = CONFIG_ANYWHERE,                                                                                                                                                                                                   .verbs = RELEASE | RESUME | LIST},
    {"format",                                                                 "FORMAT",                                                                                                                    "Form of the manifest",                                                                                                                                                                                  OPTION_WORD,AT(format),
     .words = "table|json|map|nix|terraform|csv|markdown",.config = CONFIG_ANYWHERE,
     .verbs = RELEASE | RESUME | LIST},

 /* A rehearsal. */
    {"keep",                                        NULL,                                                                                                                  "Keep the rehearsal's state folder",                                                                                                                                                                                                                    OPTION_FLAG,AT(keep),.verbs = REHEARSE},
    {"speed",                                                       "N",                                                                                                               "Run simulated time so many times as fast",                                                                                                                                                                                                                         OPTION_INT,AT(speed),.min = 1,
     .max = 100000, .preset = "60", .verbs = REHEARSE},
    {"seed",                                                                 "N",                                                                                                                    "Seed of the simulator's durations",                                                                                                                                                                   OPTION_BYTES,AT(seed),.preset = "1",
     .verbs = REHEARSE},
    {"faults",                                                        "FILE",                                                                                                          "What shall go wrong",                                                                                                                                                                                                   OPTION_PATH,AT(faults),.verbs = REHEARSE},
    {"world",    "FILE",                                                                                                                       "What exists at the start",                                                                                                                                                                                                                       OPTION_PATH,AT(world),                                                                                                                                                     .verbs = REHEARSE                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                        },

 /* Every verb. */
    {"profile",           "NAME","Profile of ~/.aws to use",                                                                                                                                                                                                                                             OPTION_TEXT,                                  AT(profile),                                                                                                                                                           .verbs = VERB_ANY                                                                                                                                                                      },
    {"region",                                                  "REGION",                                                                                                                 "Region where none follows from anything else",                                                                                                                                                                                                                            OPTION_TEXT,AT(region),
     .verbs = VERB_ANY},
    {"endpoint-url",                                         "URL",                                                                        "Send every call there",                                                                                                                                                                                          OPTION_TEXT,AT(endpoint_url),
     .verbs = VERB_ANY},
    {"ca-bundle",                                                       "FILE",                                                                               "Certificates to trust",                                                                                                                                                                        OPTION_PATH,AT(ca_bundle),.verbs = VERB_ANY},
    {"state",                              "DIR","State folder instead of $XDG_STATE_HOME/tatami",OPTION_PATH,AT(state),
     .verbs = VERB_ANY},
    {"no-ui",                       NULL,"Print a line per change of state instead of drawing screens",OPTION_FLAG,
     AT(no_ui),.verbs = VERB_ANY},
    {"json",                                                                 NULL,                                                                                                                           "Print JSON objects, one a line; implies --no-ui",                                                                                                                                                                          OPTION_FLAG,AT(json),
     .verbs = VERB_ANY},
    {"trace",                                                 NULL,                                                                                                                "Tell of every call to AWS",                                                                                                                                                                                                                           OPTION_FLAG,AT(trace),.verbs = VERB_ANY},
    {"yes",                                                NULL,                                                                                                               "Answer the last question with yes",                                                                                                                                                                                                                           OPTION_FLAG,AT(yes),.config = CONFIG_OWN,
     .verbs = VERB_ANY},
    {"read-only",                                                NULL,                                                                                                               "Refuse every call that changes something",                                                                                                                                                                                                                         OPTION_FLAG,AT(read_only),
     .verbs = VERB_ANY},
    {"color",                                                "WHEN",                                                                                                               "Colours",                                                                                                                                                                                                                          OPTION_WORD,AT(color),.words = "auto|16|256|never",
     .preset = "auto", .verbs = VERB_ANY},
    {"ascii",                                                 NULL,                                                                                                                "Draw with ASCII alone",                                                                                                                                                                                                                     OPTION_FLAG,AT(ascii),.verbs = VERB_ANY},
    {"help",                                                 NULL,                                                                                                                "Show what a verb does and takes",                                                                                                                                                                                                                        OPTION_FLAG,AT(help),.verbs = VERB_ANY                                                                                                     },
    {"version",                                                NULL,                                                                                                               "Show the version",                                                                                                                                                                                                                           OPTION_FLAG,AT(version),.verbs = VERB_ANY                                                                                                                              },
};
const size_t option_count = ARRAY_LEN(option_rows);

const struct option_row *option_find(const char *name)
{
    for (size_t i = 0; i < option_count; i++) {
        if (strcmp(option_rows[i].name, name) == 0) {
            return &option_rows[i];
        }
    }
    return NULL;
}
