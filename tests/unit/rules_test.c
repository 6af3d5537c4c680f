/* Every rule, alone and together, from options and from a filter line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/options.h"
#include "core/rules.h"
#include "tests/unit/account.h"

/* The ids that a filter line means, in order, separated by blanks. */
static char *meant(struct inventory *inventory, const char *line)
{
    struct rules rules;
    struct err err = ERR_INIT;
    struct buf out = BUF_INIT;
    if (!rules_parse(line, &rules, NULL, &err))
        fail_msg("%s: %s", line, err.message);
    struct families *f = families_new(inventory);
    for (size_t r = 0; r < inventory->region_count; r++) {
        const struct inventory_region *region = inventory->regions[r];
        struct rules_row row = {.region = region};
        for (size_t i = 0; i < region->image_count; i++) {
            row.image = &region->images[i];
            if (rules_match(&rules, f, &row, ACCOUNT_NOW))
                buf_add_fmt(&out, " %s", row.image->id);
        }
        row.image = NULL;
        for (size_t i = 0; i < region->snapshot_count; i++) {
            row.snapshot = &region->snapshots[i];
            if (rules_match(&rules, f, &row, ACCOUNT_NOW))
                buf_add_fmt(&out, " %s", row.snapshot->id);
        }
        row.snapshot = NULL;
        for (size_t i = 0; i < region->object_count; i++) {
            row.object = &region->objects[i];
            if (rules_match(&rules, f, &row, ACCOUNT_NOW))
                buf_add_fmt(&out, " %s", row.object->key);
        }
        row.object = NULL;
        for (size_t i = 0; i < region->upload_count; i++) {
            row.upload = &region->uploads[i];
            if (rules_match(&rules, f, &row, ACCOUNT_NOW))
                buf_add_fmt(&out, " %s", row.upload->key);
        }
    }
    families_free(f);
    rules_free(&rules);
    return buf_take(&out);
}

static const struct inventory_tag red[] = {{"Team", "red"}, {"Stage", "old"}};

static void fill(struct account *a)
{
    account_image(a, 0, "ami-1", "acme-1.0", 400)->deprecated_at = ACCOUNT_NOW - 40 * ACCOUNT_DAY_S;
    struct inventory_image *i = account_image(a, 0, "ami-2", "acme-2.0", 200);
    i->last_launched_at = ACCOUNT_NOW - 100 * ACCOUNT_DAY_S;
    i->deprecated_at = ACCOUNT_NOW + ACCOUNT_DAY_S;
    i = account_image(a, 0, "ami-3", "acme-3.0", 10);
    i->tags = red;
    i->tag_count = ARRAY_LEN(red);
    account_image(a, 1, "ami-4", "acme-1.0", 400);
    account_image(a, 1, "ami-5", "beta-1.0", 1);
    account_image(a, 1, "ami-6", "beta-0.9", 0)->created_at = 0;
    account_made_for(a, 0, "snap-1", 500, "ami-9");
    account_snapshot(a, 0, "snap-2", 500); /* a volume's */
    account_made_for(a, 0, "snap-3", 500, "ami-1");
    account_snapshot(a, 1, "snap-4", 5)->release_id = "abc";
    account_object(a, 0, "o-old", 50);
    account_upload(a, 0, "tatami/u-old", 60);
    account_upload(a, 0, "somebody/else", 60);
}

static void every_rule(void **state)
{
    (void)state;
    static const struct {
        const char *line, *ids;
    } rows[] = {
        {"name:acme-*", " ami-1 ami-2 ami-3 ami-4"},
        {"name:acme-?.0 name:beta-1*", " ami-1 ami-2 ami-3 ami-4 ami-5"},
        {"name:acme", ""},
        {"name~cme-1", " ami-1 ami-4"},
        {"older-than:200", " ami-1 ami-2 ami-4"},
        {"older-than:201", " ami-1 ami-4"},
        {"age>200d", " ami-1 ami-2 ami-4"},
        {"--older-than=200", " ami-1 ami-2 ami-4"},
        {"deprecated", " ami-1"},
        {"deprecated-since:40", " ami-1"},
        {"deprecated-since:41", ""},
        {"keep-last:1", " ami-1 ami-2 ami-6"},
        {"keep-last:2", " ami-1"},
        {"keep-last:3", ""},
        {"never-launched", " ami-1 ami-3 ami-4"}, /* ami-5 is too young to say so */
        {"not-launched-since:100", " ami-1 ami-2 ami-4"},
        {"not-launched-since:101", " ami-1 ami-4"},
        {"not-launched-since:5 region:eu-*", " ami-1 ami-2 ami-3"},
        {"orphans", " snap-1 snap-4"},
        {"orphans older-than:30", " snap-1"},
        {"orphans keep-last:2", " ami-1 snap-1 snap-4"},
        {"staging", " o-old tatami/u-old"},
        {"staging older-than:55", " tatami/u-old"},
        {"staging orphans", " snap-1 o-old tatami/u-old snap-4"},
        {"older-than:1 regions:us-east-1,us-west-2", " ami-4 ami-5"},
        {"tag:Team=red", " ami-3"},
        {"tag:Team=r*", " ami-3"},
        {"tag:Team", " ami-3"},
        {"tag:Team=blue", ""},
        {"tag:Team=red tag:Stage=old", " ami-3"},
        {"tag:Team=red tag:Stage=new", ""},
        {"older-than:300 name:acme-1.0 region:us-east-1", " ami-4"},
        {"beta", " ami-5 ami-6"},
        {"BETA region:us-east-1", " ami-5 ami-6"},
        {"u-old", " tatami/u-old"},
        {"\"name:acme-1.0\" \"eu-west\"", " ami-1"},
    };
    struct account a = {0};
    fill(&a);
    struct inventory *inventory = account_inventory(&a);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *ids = meant(inventory, rows[i].line);
        if (strcmp(ids, rows[i].ids) != 0)
            fail_msg("%s:%s instead of%s", rows[i].line, ids, rows[i].ids);
        free(ids);
    }
    inventory_unref(inventory);
}

static void slips(void **state)
{
    (void)state;
    static const struct {
        const char *line, *words;
        size_t at;
    } rows[] = {
        {"older-than", "needs a value", 0},
        {"name:acme-* older-than:x", "a number from 1", 12},
        {"older-than:0", "a number from 1", 0},
        {"older-than:99999999999", "a number from 1", 0},
        {"  keep-last:2d", "a number from 1", 2},
        {"deprecated:yes", "takes no value", 0},
        {"older:5", "no rule \"older\"", 0},
        {"--oprhans", "no rule \"oprhans\"", 0},
        {"name:*", "would mean everything", 0},
        {"region:", "needs a value", 0},
        {"tag:=x", "a tag is KEY=VALUE", 0},
        {"x \"open", "not closed", 2},
        {"age>", "a number from 1", 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct rules rules;
        struct err err = ERR_INIT;
        size_t at = 99;
        if (rules_parse(rows[i].line, &rules, &at, &err))
            fail_msg("%s was taken", rows[i].line);
        if (strstr(err.message, rows[i].words) == NULL || at != rows[i].at)
            fail_msg("%s: %s at %zu", rows[i].line, err.message, at);
        assert_int_equal(err.kind, ERR_USAGE);
        assert_int_equal(rules.given, 0);
    }
}

static void what_chooses(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        bool chooses;
    } rows[] = {
        {"", false},          {"region:eu-*", false},
        {"acme", false},      {"acme region:eu-*", false},
        {"name:a*", true},    {"orphans", true},
        {"deprecated", true}, {"tag:K=V", true},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct rules rules;
        assert_true(rules_parse(rows[i].line, &rules, NULL, NULL));
        assert_int_equal(rules_choose(&rules), rows[i].chooses);
        rules_free(&rules);
    }
}

static void written_and_read(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "name:acme-* older-than:5 deprecated deprecated-since:6 keep-last:7 never-launched",
        "not-launched-since:8 orphans staging region:eu-* region:us-east-1 tag:K=V",
        "name:\"a b\" word",
        "tag:\"K=a\"\"b c\"",
        "",
    };
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        struct rules rules;
        struct buf out = BUF_INIT;
        assert_true(rules_parse(lines[i], &rules, NULL, NULL));
        rules_write(&rules, &out);
        assert_string_equal(buf_str(&out), lines[i]);
        rules_free(&rules);
        buf_free(&out);
    }
}

/* The same words as options give the same rules. */
static void from_options(void **state)
{
    (void)state;
    static const char line[] =
        "tatami cleanup --name acme-* --older-than 5 --tag K=V --regions eu-west-1,us-east-1 "
        "--keep-last 2 --deprecated --orphans --never-launched --staging --deprecated-since=3 "
        "--not-launched-since 4";
    char *argv[32], *words = xstrdup(line), *rest = words;
    int argc = 0;
    while ((argv[argc] = strtok_r(NULL, " ", &rest)) != NULL)
        argc++;
    struct err err = ERR_INIT;
    struct settings *s = settings_parse(argc, argv, &err);
    struct rules rules;
    struct buf out = BUF_INIT;
    assert_non_null(s);
    assert_true(rules_from_settings(s, &rules, &err));
    rules_write(&rules, &out);
    assert_string_equal(buf_str(&out),
                        "name:acme-* older-than:5 deprecated deprecated-since:3 keep-last:2 "
                        "never-launched not-launched-since:4 orphans staging region:eu-west-1 "
                        "region:us-east-1 tag:K=V");
    buf_free(&out);
    rules_free(&rules);
    settings_free(s);
    free(words);
}

static void in_words(void **state)
{
    (void)state;
    struct account a = {0};
    fill(&a);
    struct inventory *inventory = account_inventory(&a);
    const struct inventory_region *region = inventory->regions[0];
    struct rules_row row = {.region = region, .image = inventory_find_image(region, "ami-1")};
    struct rules rules;
    struct buf out = BUF_INIT;
    assert_true(rules_parse("name:acme* older-than:180 deprecated never-launched keep-last:2",
                            &rules, NULL, NULL));
    rules_explain(&rules, NULL, &row, ACCOUNT_NOW, &out);
    assert_string_equal(
        buf_str(&out), "older than 180 days (made 400 days ago), deprecated for 40 days, not among "
                       "the last 2 of its family, never launched, its name");
    rules_free(&rules);
    buf_free(&out);
    inventory_unref(inventory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule),   cmocka_unit_test(slips),
        cmocka_unit_test(what_chooses), cmocka_unit_test(written_and_read),
        cmocka_unit_test(from_options), cmocka_unit_test(in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
