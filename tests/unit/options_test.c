/* The command line and the configuration. */
#include "core/options.h"

#include <sys/stat.h>

#include "core/options_table.h"
#include "tests/unit/temp.h"

/* Splits at spaces and parses; NULL-terminated like main's argv. */
static struct settings *parse(const char *line, struct err *err)
{
    char *text = xstrdup(line), *argv[64], *save = NULL;
    int argc = 0;
    argv[argc++] = (char *)"tatami";
    for (char *word = strtok_r(text, " ", &save); word != NULL; word = strtok_r(NULL, " ", &save))
        argv[argc++] = word;
    *err = ERR_INIT;
    struct settings *s = settings_parse(argc, argv, err);
    free(text);
    return s;
}

static struct settings *parse_well(const char *line)
{
    struct err err;
    struct settings *s = parse(line, &err);
    if (s == NULL)
        fail_msg("%s: %s", line, err.message);
    return s;
}

static void refuse(const char *line, const char *part)
{
    struct err err;
    assert_null(parse(line, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    if (strstr(err.message, part) == NULL && strstr(err.advice, part) == NULL)
        fail_msg("%s: \"%s\" \"%s\" without \"%s\"", line, err.message, err.advice, part);
}

static void forms(void **state)
{
    (void)state;
    struct settings *s = parse_well("release a --bucket b --arch=arm64 c --public --max-rate 3M "
                                    "--regions us-east-1,eu-west-1 --regions sa-east-1 -- --d");
    assert_int_equal(s->verb, VERB_RELEASE);
    assert_int_equal(s->argument_count, 3);
    assert_string_equal(s->arguments[0], "a");
    assert_string_equal(s->arguments[1], "c");
    assert_string_equal(s->arguments[2], "--d");
    assert_string_equal(s->bucket, "b");
    assert_string_equal(s->image.arch, "arm64");
    assert_true(s->is_public);
    assert_int_equal(s->max_rate_bytes, 3 << 20);
    assert_int_equal(s->regions.count, 3);
    assert_string_equal(s->regions.items[2], "sa-east-1");
    assert_string_equal(s->publish_when, "all");
    assert_string_equal(s->import_role, "vmimport");
    assert_int_equal(s->connections, 8);
    assert_int_equal(s->image.tpm, SAID_NOTHING);
    settings_free(s);
}

static void options_before_the_verb(void **state)
{
    (void)state;
    struct settings *s = parse_well("--json --profile p list");
    assert_int_equal(s->verb, VERB_LIST);
    assert_true(s->json && s->no_ui);
    assert_string_equal(s->profile, "p");
    assert_int_equal(s->argument_count, 0);
    settings_free(s);
}

static void console(void **state)
{
    (void)state;
    struct settings *s = parse_well("--ascii");
    assert_int_equal(s->verb, VERB_CONSOLE);
    assert_true(s->ascii);
    settings_free(s);
    refuse("--bucket b", "needs a verb");
}

static void rehearsal(void **state)
{
    (void)state;
    struct settings *s = parse_well("rehearse --speed 500 --seed 7 release disk.raw --keep "
                                    "--arch x86_64");
    assert_int_equal(s->verb, VERB_RELEASE);
    assert_true(s->rehearse && s->keep);
    assert_int_equal(s->speed, 500);
    assert_int_equal(s->seed, 7);
    assert_string_equal(s->arguments[0], "disk.raw");
    settings_free(s);
    refuse("rehearse", "needs a verb");
    refuse("rehearse rehearse list", "itself");
    refuse("release a --keep", "no option of release");
}

static void refusals(void **state)
{
    (void)state;
    refuse("releas a", "release");
    refuse("release a --publik", "--public");
    refuse("release a --bukcet b", "--bucket");
    refuse("release a -p", "two dashes");
    refuse("release", "PATH");
    refuse("publish", "NAME");
    refuse("list a b", "\"b\"");
    refuse("release a --bucket", "needs a value");
    refuse("release a --bucket --endpoint-url http://x", "--bucket needs a value");
    refuse("release a --bucket --", "--bucket needs a value");
    refuse("help releas", "unknown verb");
    refuse("release a --public=yes", "no value");
    refuse("release a --arch mips", "x86_64|arm64");
    refuse("release a --arch x86_64|arm64", "one of");
    refuse("release a --deprecate-after -1", "from 1 to 3650");
    refuse("release a --deprecate-after 9999999999999999999999", "from 1");
    refuse("release a --max-rate 1T", "number");
    refuse("release a --max-rate 99999999999999999999G", "number");
    refuse("list --public", "no option of list");
    refuse("release a --no-ascii", "unknown option --no-ascii");
}

static void help_needs_nothing_else(void **state)
{
    (void)state;
    struct settings *s = parse_well("release --help");
    assert_true(s->help);
    settings_free(s);
    s = parse_well("rehearse --help");
    assert_int_equal(s->verb, VERB_REHEARSE);
    settings_free(s);
    s = parse_well("release a --description=--x --output -");
    assert_false(s->help);
    assert_string_equal(s->image.description, "--x");
    assert_string_equal(s->output, "-");
    settings_free(s);
    static const struct {
        const char *line;
        enum verb verb;
    } rows[] = {{"help", VERB_CONSOLE},
                {"-h", VERB_CONSOLE},
                {"help release", VERB_RELEASE},
                {"release -h", VERB_RELEASE},
                {"help rehearse", VERB_REHEARSE}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        s = parse_well(rows[i].line);
        assert_true(s->help);
        assert_int_equal(s->verb, rows[i].verb);
        settings_free(s);
    }
    s = parse_well("release -- -h help");
    assert_false(s->help);
    assert_int_equal(s->argument_count, 2);
    settings_free(s);
}

static void help_asked(const char *line, struct buf *text)
{
    struct settings *s = parse_well(line);
    buf_reset(text);
    settings_help_asked(s, text);
    settings_free(s);
}

/* What is rehearsed takes the options of both. */
static void help_of_a_rehearsal(void **state)
{
    (void)state;
    struct buf text = BUF_INIT;
    help_asked("rehearse release --help", &text);
    assert_non_null(strstr(buf_str(&text), "Usage: tatami rehearse release PATH... ["));
    assert_non_null(strstr(buf_str(&text), "\n  --bucket "));
    assert_non_null(strstr(buf_str(&text), "\n  --speed "));
    assert_non_null(strstr(buf_str(&text), "\n  --keep "));
    help_asked("release --help", &text);
    assert_null(strstr(buf_str(&text), "\n  --speed "));
    help_asked("whoami --help", &text);
    assert_non_null(strstr(buf_str(&text), "Usage: tatami whoami [OPTION...]\n"));
    buf_free(&text);
}

/* Every option of a verb stands in its help, and no other verb's option does. */
static void help_is_complete(void **state)
{
    (void)state;
    for (enum verb v = VERB_CONSOLE; v < VERBS; v++) {
        struct buf text = BUF_INIT;
        settings_help(v, &text);
        for (size_t i = 0; i < option_count; i++) {
            char *line = xasprintf("\n  --%s ", option_rows[i].name);
            bool shown = strstr(buf_str(&text), line) != NULL;
            assert_int_equal(shown, (option_rows[i].verbs & VERB_BIT(v)) != 0);
            free(line);
        }
        buf_free(&text);
    }
}

static void state_folder(void **state)
{
    (void)state;
    setenv("XDG_STATE_HOME", "/var/x", 1);
    struct settings *s = parse_well("list");
    assert_string_equal(s->state, "/var/x/tatami");
    settings_free(s);
    setenv("XDG_STATE_HOME", "relative", 1);
    setenv("HOME", "/home/u", 1);
    s = parse_well("list");
    assert_string_equal(s->state, "/home/u/.local/state/tatami");
    settings_free(s);
    s = parse_well("list --state here");
    assert_string_equal(s->state, "here");
    settings_free(s);
    unsetenv("XDG_STATE_HOME");
}

static void behind_a_path(void **state)
{
    (void)state;
    struct image_settings image = {0}, copy;
    struct err err = ERR_INIT;
    assert_true(settings_set_image(&image, "arch", "arm64", &err));
    assert_true(settings_set_image(&image, "label", "13.1", &err));
    assert_true(settings_set_image(&image, "tpm", "yes", &err));
    assert_true(settings_set_image(&image, "volume-size", "20", &err));
    assert_false(settings_set_image(&image, "bucket", "b", &err));
    assert_int_equal(err.kind, ERR_USAGE);
    assert_false(settings_set_image(&image, "arch", "vax", &err));
    image_settings_copy(&copy, &image);
    image_settings_free(&image);
    assert_null(image.label);
    assert_string_equal(copy.arch, "arm64");
    assert_string_equal(copy.label, "13.1");
    assert_int_equal(copy.tpm, SAID_YES);
    assert_int_equal(copy.volume_gib, 20);
    image_settings_free(&copy);
}

/* Runs in the temporary folder, with its own user configuration. */
static struct settings *configure(const char *line, const char *project, const char *own,
                                  struct err *err)
{
    setenv("XDG_CONFIG_HOME", temp_folder, 1);
    mkdir("tatami", 0700);
    unlink("tatami.conf");
    unlink("tatami/config");
    if (project != NULL)
        write_text("tatami.conf", project);
    if (own != NULL)
        write_text("tatami/config", own);
    struct settings *s = parse_well(line);
    *err = ERR_INIT;
    if (settings_configure(s, err))
        return s;
    settings_free(s);
    return NULL;
}

static void precedence(void **state)
{
    (void)state;
    struct err err;
    struct settings *s = configure(
        "release a --prefix cli/",
        "[release]\nbucket = project-default\nprefix = p/\nhome = eu-west-1\ndescription = d1\n"
        "[release nixos]\nhome = eu-central-1\nregions = us-east-1, eu-west-1\nregions = x\n",
        "[release]\nbucket = own-default\nrun-id = 7\nyes = true\n"
        "[release nixos]\nhome = us-west-2\ndescription = d2\nPublic = on\n"
        "uefi-data = ~/vars.bin\n",
        &err);
    if (s == NULL)
        fail_msg("%s", err.message);
    assert_string_equal(s->prefix, "cli/");
    assert_string_equal(s->home, "eu-central-1");
    assert_string_equal(s->bucket, "project-default");
    assert_string_equal(s->run_id, "7");
    assert_string_equal(s->image.description, "d2");
    assert_true(s->is_public && s->yes);
    assert_int_equal(s->regions.count, 3);
    char *expected = xasprintf("%s/vars.bin", getenv("HOME"));
    assert_string_equal(s->image.uefi_data, expected);
    free(expected);
    settings_free(s);
}

static void command_line_wins(void **state)
{
    (void)state;
    struct err err;
    struct settings *s =
        configure("release a --no-public --regions eu-west-1 --no-tpm --connections 8",
                  "[release]\npublic = yes\nregions = us-east-1,us-east-2\ntpm = yes\n"
                  "connections = 16\nmax-rate = 10M\n",
                  NULL, &err);
    assert_non_null(s);
    assert_false(s->is_public);
    assert_int_equal(s->regions.count, 1);
    assert_int_equal(s->image.tpm, SAID_NO);
    assert_int_equal(s->connections, 8);
    assert_int_equal(s->max_rate_bytes, 10 << 20);
    settings_free(s);
}

static void product_choice(void **state)
{
    (void)state;
    static const char two[] = "[release]\nbucket = d\n[release a]\nbucket = a\n"
                              "[release b]\nbucket = b\n";
    struct err err;
    struct settings *s = configure("release x --release b", two, NULL, &err);
    assert_string_equal(s->bucket, "b");
    settings_free(s);
    s = configure("release x --release c", two, NULL, &err);
    assert_string_equal(s->bucket, "d");
    settings_free(s);
    s = configure("release x", "[release a]\nbucket = a\n", "[release a]\nprefix = z\n", &err);
    assert_string_equal(s->bucket, "a");
    assert_string_equal(s->prefix, "z");
    settings_free(s);
    s = configure("release x", "[release a]\nbucket = a\n", "[release b]\nbucket = b\n", &err);
    assert_null(s->bucket);
    settings_free(s);
    s = configure("list", "[nonsense\n", NULL, &err);
    assert_non_null(s);
    settings_free(s);
}

static void wrong_configuration(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part;
    } cases[] = {
        {"[release]\n\nbukcet = b\n", "tatami.conf:3: unknown key bukcet"},
        {"[relase]\nbucket = b\n", "tatami.conf:1: unknown section [relase]"},
        {"[release a]\narch = vax\n", "tatami.conf:2: arch is one of"},
        {"[release]\npublic = maybe\n", "tatami.conf:2: public is true or false"},
        {"[release]\nyes = true\n", "tatami.conf:2: yes counts only"},
        {"[release]\nprofile = p\n", "unknown key profile"},
        {"[release other]\nnonsense = 1\n[release b]\nbucket = b\n", "unknown key nonsense"},
        {"[release\n", "tatami.conf:1"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err;
        assert_null(configure("release x --release b", cases[i].text, NULL, &err));
        assert_int_equal(err.kind, ERR_USAGE);
        if (strstr(err.message, cases[i].part) == NULL)
            fail_msg("%s: %s", cases[i].text, err.message);
    }
}

/* Who names a format sees the manifest, and nobody else does. */
static void format_goes_somewhere(void **state)
{
    (void)state;
    static const struct {
        const char *line, *project, *output;
    } rows[] = {
        {"release a --format json", NULL, "-"},
        {"release a", "[release]\nformat = nix\n", "-"},
        {"release a --format json", "[release]\noutput = m.json\n", "m.json"},
        {"resume --format json", NULL, "-"},
        {"resume --format json --output f", NULL, "f"},
        {"release a", NULL, NULL},
        {"list a --format json", NULL, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err;
        struct settings *s = configure(rows[i].line, rows[i].project, NULL, &err);
        assert_non_null(s);
        if (rows[i].output == NULL)
            assert_null(s->output);
        else
            assert_string_equal(s->output, rows[i].output);
        settings_free(s);
    }
}

static void regions_that_are_none(void **state)
{
    (void)state;
    static const struct {
        const char *line, *advice; /* NULL: taken */
    } rows[] = {
        {"release a --home us-east-1", NULL},
        {"release a --home us-esat-1", "did you mean us-east-1?"},
        {"whoami --region eu-wset-1", "did you mean eu-west-1?"},
        {"release a --home us-gov-west-1", NULL},
        {"release a --home zz-middle-12", NULL},
        {"release a --home frankfurt", "look like us-east-1"},
        {"release a --home EU-CENTRAL-1", "look like us-east-1"},
        {"list --region=", "look like us-east-1"},
        {"list --region us-east-1a", "did you mean us-east-1?"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err;
        struct settings *s = configure(rows[i].line, NULL, NULL, &err);
        assert_int_equal(s == NULL, rows[i].advice != NULL);
        if (s == NULL) {
            assert_int_equal(err.kind, ERR_USAGE);
            assert_non_null(strstr(err.advice, rows[i].advice));
        }
        settings_free(s);
    }
}

static void list_items(void **state)
{
    (void)state;
    struct settings *s = parse_well("release a --tag Note=a,,b,Team=x --tag=Empty=");
    assert_int_equal(s->tags.count, 3);
    assert_string_equal(s->tags.items[0], "Note=a,b");
    assert_string_equal(s->tags.items[1], "Team=x");
    assert_string_equal(s->tags.items[2], "Empty=");
    settings_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms),
        cmocka_unit_test(options_before_the_verb),
        cmocka_unit_test(console),
        cmocka_unit_test(rehearsal),
        cmocka_unit_test(refusals),
        cmocka_unit_test(help_needs_nothing_else),
        cmocka_unit_test(help_of_a_rehearsal),
        cmocka_unit_test(help_is_complete),
        cmocka_unit_test(state_folder),
        cmocka_unit_test(behind_a_path),
        cmocka_unit_test(list_items),
        cmocka_unit_test_setup_teardown(precedence, temp_enter, temp_leave),
        cmocka_unit_test_setup_teardown(command_line_wins, temp_enter, temp_leave),
        cmocka_unit_test_setup_teardown(product_choice, temp_enter, temp_leave),
        cmocka_unit_test_setup_teardown(wrong_configuration, temp_enter, temp_leave),
        cmocka_unit_test_setup_teardown(format_goes_somewhere, temp_enter, temp_leave),
        cmocka_unit_test_setup_teardown(regions_that_are_none, temp_enter, temp_leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
