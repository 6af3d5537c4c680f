/* core/cleanup_journal: what a second run learns of the first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "core/cleanup_journal.h"
#include "tests/unit/temp.h"

static const struct cleanup_item items[] = {
    {.kind = CLEANUP_IMAGE,
     .region = "us-east-1",
     .id = "ami-1",
     .name = "a",
     .release = "r",
     .reason = "old",
     .owner = "123456789012",
     .state = "available",
     .step_tag = "",
     .bucket = "",
     .key = "",
     .upload_id = ""},
    {.kind = CLEANUP_IMAGE,
     .region = "us-east-1",
     .id = "ami-2",
     .name = "b",
     .release = "r",
     .reason = "old",
     .owner = "123456789012",
     .state = "available",
     .step_tag = "",
     .bucket = "",
     .key = "",
     .upload_id = ""},
};
static const struct cleanup_plan plan = {
    .hash = "4c1f4c1f4c1f4c1f4c1f4c1f4c1f4c1f4c1f4c1f4c1f4c1f4c1f4c1f4c1f4c1f",
    .account = "123456789012",
    .alias = "acme",
    .identity = "me",
    .rules = "older-than:1",
    .items = items,
    .item_count = ARRAY_LEN(items),
};

static struct cleanup_journal *open_again(void)
{
    struct err err = ERR_INIT;
    struct cleanup_journal *j = cleanup_journal_open(temp_folder, &plan, &err);
    if (j == NULL)
        fail_msg("%s", err.message);
    return j;
}

static size_t unfinished(void)
{
    char **paths = NULL;
    size_t count = cleanup_journal_unfinished(temp_folder, &paths);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(access(paths[i], R_OK), 0);
        free(paths[i]);
    }
    free(paths);
    return count;
}

static void what_was_begun_is_known(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct cleanup_journal *j = open_again();
    assert_false(cleanup_journal_begun(j, 0));
    assert_true(cleanup_journal_intend(j, 1, "DeregisterImage", "ami-2", &err));
    cleanup_journal_close(j);
    assert_int_equal(unfinished(), 1);

    j = open_again();
    assert_false(cleanup_journal_begun(j, 0));
    assert_true(cleanup_journal_begun(j, 1));
    cleanup_journal_item(j, 1, "DONE", true);
    cleanup_journal_end(j, 0);
    cleanup_journal_close(j);
    assert_int_equal(unfinished(), 0);
}

static void an_orderly_end_with_half_a_row_is_unfinished(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct cleanup_journal *j = open_again();
    assert_true(cleanup_journal_intend(j, 0, "DeregisterImage", "ami-1", &err));
    cleanup_journal_item(j, 0, "FAIL", false);
    cleanup_journal_end(j, 3);
    cleanup_journal_close(j);
    assert_int_equal(unfinished(), 1);
}

static void a_line_that_death_cut_off_is_no_line(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct cleanup_journal *j = open_again();
    FILE *file = fopen(cleanup_journal_path(j), "a");
    fputs("{\"time\": \"x\", \"item\": 0, \"intent\": \"Dereg", file);
    fclose(file);
    cleanup_journal_close(j);

    j = open_again();
    assert_false(cleanup_journal_begun(j, 0));
    assert_true(cleanup_journal_intend(j, 1, "DeregisterImage", "ami-2", &err));
    cleanup_journal_close(j);
    j = open_again();
    assert_true(cleanup_journal_begun(j, 1));
    cleanup_journal_close(j);
}

static void one_run_at_a_time(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct cleanup_journal *j = open_again();
    assert_null(cleanup_journal_open(temp_folder, &plan, &err));
    assert_int_equal(err.kind, ERR_REFUSED);
    assert_int_equal(unfinished(), 0); /* it runs */
    cleanup_journal_close(j);
    assert_int_equal(unfinished(), 1);
}

static void a_link_is_not_followed(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    char *path = xasprintf("%s/cleanup-%.*s.jsonl", temp_folder, CLEANUP_HASH_SHORT, plan.hash);
    assert_int_equal(symlink("/dev/null", path), 0);
    assert_null(cleanup_journal_open(temp_folder, &plan, &err));
    assert_int_equal(err.kind, ERR_IO);
    free(path);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, temp_enter, temp_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_begun_is_known),
        TEST(an_orderly_end_with_half_a_row_is_unfinished),
        TEST(a_line_that_death_cut_off_is_no_line),
        TEST(one_run_at_a_time),
        TEST(a_link_is_not_followed),
    };
    return cmocka_run_group_tests_name("cleanup journal", tests, NULL, NULL);
}
