/* A plan and AWS: regions, the journal's form, tokens, tags and keys. */
#include "core/plan_build.h"
#include "tests/unit/plan_lines.h"

static const struct plan_region all_regions[] = {
    {.name = "ap-south-1", .enabled = true}, {.name = "eu-south-1"},
    {.name = "eu-west-1", .enabled = true},  {.name = "us-east-1", .enabled = true},
    {.name = "us-west-2", .enabled = true},
};

/* The regions in order, "!" behind a best-effort one, "?" behind one that is off. */
static char *resolved(const char *options, const char *bucket_region, struct err *err)
{
    char *line = xasprintf("disk.raw --arch x86_64 --bucket bbb %s", options);
    char *argv[64], *save = NULL, *text = xasprintf("tatami release %s", line);
    int argc = 0;
    for (char *word = strtok_r(text, " ", &save); word != NULL; word = strtok_r(NULL, " ", &save))
        argv[argc++] = word;
    *err = ERR_INIT;
    struct settings *s = settings_parse(argc, argv, err);
    assert_non_null(s);
    struct plan *plan = plan_make(s, s->arguments, s->argument_count, err);
    assert_non_null(plan);
    const struct plan_facts facts = {.account = "123456789012",
                                     .identity = "arn:aws:iam::123456789012:user/u",
                                     .bucket_region = bucket_region,
                                     .regions = all_regions,
                                     .region_count = ARRAY_LEN(all_regions)};
    struct buf out = BUF_INIT;
    bool ok = plan_resolve(plan, s, &facts, err);
    for (size_t i = 0; ok && i < plan->region_count; i++)
        buf_add_fmt(&out, "%s%s%s%s", i > 0 ? " " : "", plan->regions[i].name,
                    plan->regions[i].best_effort ? "!" : "", plan->regions[i].enabled ? "" : "?");
    if (ok)
        assert_string_equal(plan->account, "123456789012");
    plan_free(plan);
    settings_free(s);
    free(text);
    free(line);
    return ok ? buf_take(&out) : NULL;
}

static void regions(void **state)
{
    (void)state;
    static const struct {
        const char *options, *bucket_region, *expected;
    } good[] = {
        {"", "us-east-1", "us-east-1 ap-south-1 eu-west-1 us-west-2"},
        {"--region eu-west-1", NULL, "eu-west-1 ap-south-1 us-east-1 us-west-2"},
        {"--home us-west-2", NULL, "us-west-2 ap-south-1 eu-west-1 us-east-1"},
        {"--regions eu-west-1,us-west-2,eu-west-1", "us-east-1", "us-east-1 eu-west-1 us-west-2"},
        {"--regions eu-south-1", "us-east-1", "us-east-1 eu-south-1?"},
        {"--exclude eu-west-1 --best-effort ap-south-1", "us-east-1",
         "us-east-1 ap-south-1! us-west-2"},
    };
    static const struct {
        const char *options, *bucket_region, *part;
    } bad[] = {
        {"", NULL, "--home"},
        {"--home us-west-2", "us-east-1", "the bucket is in us-east-1"},
        {"--regions us-est-1", "us-east-1", "no region \"us-est-1\""},
        {"--exclude mars", "us-east-1", "--exclude"},
        {"--exclude us-east-1", "us-east-1", "excluded"},
        {"--best-effort us-east-1", "us-east-1", "best-effort"},
        {"--home eu-south-1", NULL, "not enabled"},
    };
    struct err err;
    files();
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        char *text = resolved(good[i].options, good[i].bucket_region, &err);
        if (text == NULL)
            fail_msg("%s: %s", good[i].options, err.message);
        assert_string_equal(text, good[i].expected);
        free(text);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_null(resolved(bad[i].options, bad[i].bucket_region, &err));
        assert_int_equal(err.kind, ERR_USAGE);
        if (strstr(err.message, bad[i].part) == NULL && strstr(err.advice, bad[i].part) == NULL)
            fail_msg("%s: %s", bad[i].options, err.message);
    }
}

static void there_and_back(void **state)
{
    (void)state;
    files();
    struct plan *p = make_well(
        "boot.img+disk.raw,label=a,description=say-\"x\" other.raw,label=b,arch=arm64,tpm=yes "
        "--arch x86_64 --bucket bbb --release r/1 --public --publish-when each --protect "
        "--public-snapshots --deprecate-after 90 --stall 30 --tag K=V,Empty= "
        "--share 123456789012,arn:aws:organizations::123456789012:organization/o-abc,"
        "arn:aws:organizations::123456789012:ou/o-abc/ou-def");
    p->regions = xcalloc(2, sizeof *p->regions);
    p->region_count = 2;
    p->regions[0] = all_regions[3];
    p->regions[1] = all_regions[1];
    p->regions[1].best_effort = true;
    p->account_alias = xstrdup("acme");
    strcpy(p->account, "123456789012");

    struct err err = ERR_INIT;
    char *one = plan_to_json(p);
    struct plan *q = plan_from_json(one, &err);
    if (q == NULL)
        fail_msg("%s", err.message);
    char *two = plan_to_json(q);
    assert_string_equal(one, two);
    assert_string_equal(q->images[0].description, "say-\"x\"");
    assert_int_equal(q->images[1].arch, ARCH_ARM64);
    assert_string_equal(q->images[1].tpm, "v2.0");
    assert_int_equal(q->images[0].disks[1].file_bytes, 3ull << 30);
    assert_int_equal(q->share[2].kind, EC2_UNIT);
    assert_string_equal(q->tags[1].value, "");
    assert_string_equal(q->deprecate_at, p->deprecate_at);
    assert_int_equal(q->publish_when, PUBLISH_EACH);
    assert_true(q->regions[1].best_effort && !q->regions[1].enabled);
    assert_null(q->kms_key);
    assert_int_equal(q->made_at, p->made_at);
    plan_free(q);

    /* Cut anywhere, it is refused and nothing leaks. */
    for (size_t length = 0; length < strlen(one); length += 7) {
        char *cut = xstrndup(one, length);
        assert_null(plan_from_json(cut, &err));
        assert_int_equal(err.kind, ERR_IO);
        free(cut);
    }
    assert_null(plan_from_json("{\"images\":5}", &err));
    free(one);
    free(two);
    plan_free(p);
}

/* A journal of an earlier tatami says nothing of the way: it was VM Import. */
static void the_way_in_the_journal(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    files();
    struct plan *p = make_well("disk.raw,base=acme/0 --arch x86_64");
    p->images[0].disks[0].parent = xstrdup("snap-7");
    char *one = plan_to_json(p);
    struct plan *q = plan_from_json(one, &err);
    assert_non_null(q);
    assert_int_equal(q->via, VIA_DIRECT);
    assert_string_equal(q->images[0].base, "acme/0");
    assert_string_equal(q->images[0].disks[0].parent, "snap-7");
    assert_null(q->bucket);
    plan_free(q);
    free(one);
    plan_free(p);

    p = make_well("disk.raw --arch x86_64 --bucket bbb");
    one = plan_to_json(p);
    assert_null(strstr(one, "via"));
    q = plan_from_json(one, &err);
    assert_int_equal(q->via, VIA_IMPORT);
    plan_free(q);
    free(one);
    free(p->bucket);
    p->bucket = NULL;
    one = plan_to_json(p);
    assert_null(plan_from_json(one, &err));
    free(one);
    plan_free(p);
}

static void tokens(void **state)
{
    (void)state;
    struct plan plan = {.id = "00112233445566778899aabbccddeeff"};
    char token[65], other[65];
    plan_token(&plan, "a-x86_64-linux", "root", "us-east-1", "ImportSnapshot", 1, token);
    assert_string_equal(token, "d4a39f4e12e102cef01071e585eb74420349674148dec41c058e3939a1de5961");
    plan_token(&plan, "a-x86_64-linux", NULL, "eu-west-1", "CopyImage", 2, other);
    assert_string_equal(other, "357a6f67234f4b1c3c64d56ffe7346f7328fa07e8754e851790861f59835e117");
}

static void resource_tags(void **state)
{
    (void)state;
    struct tag own = {.key = (char *)"K", .value = (char *)"V"};
    struct plan plan = {.id = "0011", .release = (char *)"r", .tags = &own, .tag_count = 1};
    struct plan_image image = {.name = (char *)"n"};
    struct tag *tags;
    size_t count;
    plan_tags(&plan, &image, NULL, NULL, 2, &tags, &count);
    assert_int_equal(count, 7);
    assert_string_equal(tags[0].key, "Name");
    assert_string_equal(tags[0].value, "n");
    assert_string_equal(tags[5].key, "tatami:attempt");
    assert_string_equal(tags[5].value, "2");
    assert_string_equal(tags[6].key, "K");
    plan_tags_free(tags, count);
    plan_tags(&plan, &image, "root", "sha256-512k:0", 1, &tags, &count);
    assert_int_equal(count, 9);
    plan_tags_free(tags, count);
    image.name = (char *)"n (a)'[b]/1";
    plan_object_tags(&plan, &image, "root", "sha256-512k:0", 1, &tags, &count);
    assert_int_equal(count, 8);
    assert_string_equal(tags[0].value, "n _a___b_/1");
    assert_string_equal(tags[6].value, "sha256-512k:0");
    plan_tags_free(tags, count);
}

static void keys(void **state)
{
    (void)state;
    char *one = plan_staging_key("a/b", "c (x)'@[.]", "root");
    char *two = plan_staging_key("a", "b/c", "root");
    char *three = plan_staging_key("..", ".hidden", "boot");
    assert_string_equal(one, "tatami/a!2Fb/c!20!28x!29!27!40!5B.!5D/root");
    assert_string_equal(two, "tatami/a/b!2Fc/root");
    assert_string_equal(three, "tatami/!2E./!2Ehidden/boot");
    free(one);
    free(two);
    free(three);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(regions, temp_enter, temp_leave),
        cmocka_unit_test_setup_teardown(there_and_back, temp_enter, temp_leave),
        cmocka_unit_test_setup_teardown(the_way_in_the_journal, temp_enter, temp_leave),
        cmocka_unit_test(tokens),
        cmocka_unit_test(resource_tags),
        cmocka_unit_test(keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
