/* The command line. */
#include "core/options_table.h"
#include "tests/unit/arguments.h"

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
    assert_int_equal(s->connections, 0);
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
