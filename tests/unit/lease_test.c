/* core/lease against tatami-sim: who may take it, and who notices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aws/ebs.h"
#include "aws/ec2_snapshots.h"
#include "base/mem.h"
#include "core/lease.h"
#include "core/plan_text.h"
#include "tests/tools/simsession.h"

static struct lease lease_of(const char *release)
{
    struct lease l = {.bucket = SIM_BUCKET, .release = release, .id = "id-1"};
    assert_true(lease_name(&l, NULL));
    return l;
}

static void a_free_one_is_taken_and_kept(void **state)
{
    (void)state;
    struct lease mine = lease_of("acme/1.2.3"), other = lease_of("acme/1.2.3");
    simsession_bucket("us-east-1");
    simsession_ok(lease_take(&mine, sims.call, NULL, NULL, &sims.err));
    assert_int_equal(mine.state, LEASE_HELD);
    simsession_ok(lease_renew(&mine, sims.call, &sims.err));

    assert_false(lease_take(&other, sims.call, "another nonce", NULL, &sims.err));
    assert_int_equal(sims.err.kind, ERR_REFUSED);
    assert_non_null(strstr(sims.err.message, mine.holder.host));
    assert_string_equal(other.holder.nonce, mine.holder.nonce);

    simsession_ok(lease_give_back(&mine, sims.call, false, &sims.err));
    simsession_ok(lease_take(&other, sims.call, NULL, NULL, &sims.err));
    lease_free(&mine);
    lease_free(&other);
}

static void who_is_replaced_notices(void **state)
{
    (void)state;
    struct lease old = lease_of("acme"), new = lease_of("acme");
    simsession_bucket("us-east-1");
    simsession_ok(lease_take(&old, sims.call, NULL, NULL, &sims.err));
    char *nonce = xstrdup(old.holder.nonce);
    simsession_ok(lease_take(&new, sims.call, NULL, nonce, &sims.err));
    assert_string_not_equal(new.holder.nonce, nonce);

    assert_false(lease_renew(&old, sims.call, &sims.err));
    assert_int_equal(sims.err.kind, ERR_REFUSED);
    assert_int_equal(old.state, LEASE_LOST);
    simsession_ok(lease_renew(&new, sims.call, &sims.err));
    /* What another has stays. */
    simsession_ok(lease_give_back(&old, sims.call, true, &sims.err));
    simsession_ok(lease_renew(&new, sims.call, &sims.err));
    free(nonce);
    lease_free(&old);
    lease_free(&new);
}

/* The journal of this machine knows the nonce of its dead process. */
static void our_own_dead_process_is_no_stranger(void **state)
{
    (void)state;
    struct lease dead = lease_of("acme"), next = lease_of("acme");
    simsession_bucket("us-east-1");
    simsession_ok(lease_take(&dead, sims.call, NULL, NULL, &sims.err));
    simsession_ok(lease_take(&next, sims.call, dead.holder.nonce, NULL, &sims.err));
    assert_int_equal(next.state, LEASE_HELD);
    lease_free(&dead);
    lease_free(&next);
}

static void a_lost_answer_is_recognized(void **state)
{
    (void)state;
    struct lease mine = lease_of("acme");
    simsession_bucket("us-east-1");
    simsession_fault("{\"action\":\"PutObject\",\"kind\":\"reset-after\",\"nth\":1}");
    simsession_ok(lease_take(&mine, sims.call, NULL, NULL, &sims.err));
    assert_int_equal(mine.state, LEASE_HELD);
    simsession_fault("{\"action\":\"PutObject\",\"kind\":\"reset-after\",\"nth\":1}");
    simsession_ok(lease_renew(&mine, sims.call, &sims.err));
    assert_int_equal(mine.state, LEASE_HELD);
    lease_free(&mine);
}

static void a_deleted_one_is_lost(void **state)
{
    (void)state;
    struct lease mine = lease_of("acme"), same = lease_of("acme");
    simsession_bucket("us-east-1");
    simsession_ok(lease_take(&mine, sims.call, NULL, NULL, &sims.err));
    same.self = same.holder = mine.holder;
    same.state = LEASE_HELD;
    simsession_ok(lease_give_back(&same, sims.call, false, &sims.err));
    assert_false(lease_renew(&mine, sims.call, &sims.err));
    assert_int_equal(mine.state, LEASE_LOST);
    lease_free(&mine);
    lease_free(&same);
}

static void the_plan_is_read_by_name(void **state)
{
    (void)state;
    struct lease mine = lease_of("acme/1.2.3");
    char *plan = NULL;
    simsession_bucket("us-east-1");
    simsession_ok(lease_get_plan(sims.call, SIM_BUCKET, "acme/1.2.3", &plan, &sims.err));
    assert_null(plan);
    simsession_ok(lease_take(&mine, sims.call, NULL, NULL, &sims.err));
    const char *first = "{\"id\": \"id-1\", \"a\": 1}", *second = "{\"id\": \"id-1\", \"a\": 2}";
    char *there = NULL;
    simsession_ok(lease_put_plan(&mine, sims.call, first, &there, &sims.err));
    assert_null(there);
    simsession_ok(lease_put_plan(&mine, sims.call, second, &there, &sims.err));
    assert_string_equal(there, first);
    free(there);
    simsession_ok(lease_change_plan(&mine, sims.call, second, &sims.err));
    simsession_ok(lease_get_plan(sims.call, SIM_BUCKET, "acme/1.2.3", &plan, &sims.err));
    assert_string_equal(plan, second);
    free(plan);
    simsession_ok(lease_give_back(&mine, sims.call, true, &sims.err));
    simsession_ok(lease_get_plan(sims.call, SIM_BUCKET, "acme/1.2.3", &plan, &sims.err));
    assert_non_null(plan);
    free(plan);
    simsession_ok(lease_take(&mine, sims.call, NULL, NULL, &sims.err));
    simsession_ok(lease_give_back(&mine, sims.call, false, &sims.err));
    simsession_ok(lease_get_plan(sims.call, SIM_BUCKET, "acme/1.2.3", &plan, &sims.err));
    assert_null(plan);
    lease_free(&mine);
}

/* A process that died while it took the lease leaves two nonces in the journal. */
static void any_nonce_of_the_journal_is_known(void **state)
{
    (void)state;
    struct lease dead = lease_of("acme"), next = lease_of("acme");
    simsession_bucket("us-east-1");
    simsession_ok(lease_take(&dead, sims.call, NULL, NULL, &sims.err));
    char *known = xasprintf("0123456789abcdef0123456789abcdef %s", dead.self.nonce);
    simsession_ok(lease_take(&next, sims.call, known, NULL, &sims.err));
    assert_string_equal(next.holder.nonce, next.self.nonce);
    free(known);
    lease_free(&dead);
    lease_free(&next);
}

static void the_plan_of_another_release_is_not_gone_on_with(void **state)
{
    (void)state;
    struct lease first = lease_of("acme"), second = lease_of("acme");
    simsession_bucket("us-east-1");
    simsession_ok(lease_take(&first, sims.call, NULL, NULL, &sims.err));
    char *there = NULL;
    simsession_ok(lease_put_plan(&first, sims.call, "{\"id\": \"id-1\"}", &there, &sims.err));
    simsession_ok(lease_give_back(&first, sims.call, true, &sims.err));

    second.id = "id-2";
    assert_true(lease_name(&second, NULL));
    simsession_ok(lease_take(&second, sims.call, NULL, NULL, &sims.err));
    assert_false(lease_put_plan(&second, sims.call, "{\"id\": \"id-2\"}", &there, &sims.err));
    assert_null(there);
    assert_int_equal(sims.err.kind, ERR_REFUSED);
    /* Nor is its holder replaced in the name of the first. */
    simsession_ok(lease_take(&first, sims.call, second.self.nonce, NULL, &sims.err));
    assert_false(lease_take(&second, sims.call, NULL, first.self.nonce, &sims.err));
    assert_int_equal(sims.err.kind, ERR_REFUSED);
    lease_free(&first);
    lease_free(&second);
}

static void who_holds_it_can_be_read(void **state)
{
    (void)state;
    struct lease mine = lease_of("acme"), look = lease_of("acme");
    bool held = true;
    simsession_bucket("us-east-1");
    simsession_ok(lease_look(&look, sims.call, &held, &sims.err));
    assert_false(held);
    simsession_ok(lease_take(&mine, sims.call, NULL, NULL, &sims.err));
    simsession_ok(lease_look(&look, sims.call, &held, &sims.err));
    assert_true(held);
    assert_string_equal(look.holder.nonce, mine.self.nonce);
    assert_string_equal(look.holder.id, "id-1");
    assert_int_equal(look.state, LEASE_NONE);
    lease_free(&mine);
    lease_free(&look);
}

#define ID "0123456789abcdef0123456789abcdef"

/* A snapshot of a begun release; its id is malloc'd. */
static char *begun_snapshot(void)
{
    const struct tag tags[] = {{(char *)"tatami:id", (char *)ID},
                               {(char *)"tatami:release", (char *)"acme"},
                               {(char *)PLAN_TEXT_KEY "1", (char *)"1 {}"}};
    const struct ebs_start start = {
        .volume_gib = 1, .token = "one", .timeout_min = 60, .tags = tags, .tag_count = 3};
    struct ec2_snapshot_filter own = {.tag_key = "tatami:id", .tag_value = ID};
    struct ec2_snapshots found = {0};
    clock_ms deadline = 0;
    char *id = NULL;
    simsession_ok(ebs_start_snapshot(sims.call, &start, &id, &sims.err));
    do {
        ec2_snapshots_free(&found);
        simsession_ok(ec2_describe_snapshots(sims.call, &own, &found, &sims.err));
    } while (found.count == 0 && simsession_wait(&deadline));
    assert_int_equal(found.count, 1);
    ec2_snapshots_free(&found);
    return id;
}

/* Thirty tags of a person's leave room for few pieces of the plan. */
static void a_changed_plan_keeps_to_its_room(void **state)
{
    (void)state;
    struct lease mine = {.release = "acme", .id = ID};
    struct plan_disk disk = {
        .role = (char *)"root", .path = (char *)"disk.raw", .device = (char *)"/dev/xvda"};
    struct plan_image image = {.name = (char *)"acme",
                               .system = (char *)"x86_64-linux",
                               .boot_mode = (char *)"uefi",
                               .volume_type = (char *)"gp3",
                               .disks = &disk,
                               .disk_count = 1};
    struct tag tags[30];
    struct plan plan = {.release = (char *)"acme",
                        .id = ID,
                        .via = VIA_DIRECT,
                        .images = &image,
                        .image_count = 1,
                        .tags = tags,
                        .tag_count = ARRAY_LEN(tags)};
    for (size_t i = 0; i < ARRAY_LEN(tags); i++)
        tags[i] = (struct tag){(char *)"key", (char *)"a value that is so long that it counts "
                                                      "where there are thirty of them"};
    char *snapshot = begun_snapshot(), *text = plan_to_json(&plan);
    assert_true(strlen(text) < PLAN_TEXT_PIECES * (PLAN_PIECE_BYTES - 5));
    assert_false(lease_change_plan(&mine, sims.call, text, &sims.err));
    assert_int_equal(sims.err.kind, ERR_LIMIT);
    free(text);

    plan.tag_count = 1;
    text = plan_to_json(&plan);
    simsession_ok(lease_change_plan(&mine, sims.call, text, &sims.err));
    free(text);
    free(snapshot);
}

/* Text from another machine reaches the terminal harmless; its clock may be ahead. */
static void a_holder_in_words(void **state)
{
    (void)state;
    struct buf out = BUF_INIT;
    struct lease_holder h = {
        .host = "build\x1b[31m", .user = "ci", .pid = 4711, .since = 86400, .renewed = 86460};
    lease_explain(&h, 86480, &out);
    assert_null(strchr(buf_str(&out), '\x1b'));
    assert_non_null(strstr(buf_str(&out), "(user ci, process 4711) since 1970-01-02T00:00:00Z"));
    assert_non_null(strstr(buf_str(&out), "last heard of 20 s ago"));
    buf_reset(&out);
    lease_explain(&h, 86400, &out);
    assert_non_null(strstr(buf_str(&out), "last heard of 0 s ago"));
    buf_reset(&out);
    lease_explain(&(struct lease_holder){0}, 0, &out);
    assert_string_equal(buf_str(&out), "unknown host");
    buf_free(&out);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, simsession_setup, simsession_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_free_one_is_taken_and_kept),
        TEST(who_is_replaced_notices),
        TEST(our_own_dead_process_is_no_stranger),
        TEST(a_lost_answer_is_recognized),
        TEST(a_deleted_one_is_lost),
        TEST(the_plan_is_read_by_name),
        TEST(any_nonce_of_the_journal_is_known),
        TEST(the_plan_of_another_release_is_not_gone_on_with),
        TEST(who_holds_it_can_be_read),
        TEST(a_changed_plan_keeps_to_its_room),
        cmocka_unit_test(a_holder_in_words),
    };
    return simsession_run("lease", tests, ARRAY_LEN(tests));
}
