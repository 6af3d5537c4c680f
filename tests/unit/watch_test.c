/* core/watch: what is in flight, whose it is, how far, and when it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/tools/watchscene.h"

/* Text of the journal's rows is malloc'd; nothing here writes to it. */
#define T(text) ((char *)(text))

#define AVAILABLE EC2_IMAGE_AVAILABLE
#define PENDING   EC2_IMAGE_PENDING

static void an_old_release_is_not_in_flight(void **state)
{
    (void)state;
    watchscene.now_ms = 1000 * MINUTE;
    for (int r = 0; r < REGIONS; r++)
        watchscene_image(r, "ami-01", "acme/1-x", AVAILABLE, true, "4c1f", MINUTE);
    watchscene_look();
    assert_int_equal(watchscene.view->release_count, 0);
    assert_int_equal(watchscene.view->change_count, 0);
    watch_follow(watchscene.watch, "acme/1");
    for (int r = 0; r < REGIONS; r++)
        watchscene_image(r, "ami-01", "acme/1-x", AVAILABLE, true, "4c1f", MINUTE);
    watchscene_look();
    assert_int_equal(watchscene.view->release_count, 1);
    assert_false(watchscene_release()->in_flight);
    assert_true(watchscene_release()->followed);
    assert_int_equal(watchscene_release()->done, 3);
    assert_int_equal(watchscene_release()->stage, WORD_PUBL);
}

static void walks_through_its_stages(void **state)
{
    (void)state;
    watchscene_look();
    watchscene_task(EC2_IMPORT_ACTIVE, 50, MINUTE, MINUTE, true);
    watchscene.now_ms = 5 * MINUTE;
    watchscene_look();
    assert_true(watchscene_release()->in_flight);
    assert_int_equal(watchscene_release()->by, WATCH_TAGGED);
    assert_string_equal(watchscene_release()->by_text, "tatami 4c1f");
    assert_int_equal(watchscene_release()->stage, WORD_IMPT);
    assert_int_equal(watchscene_release()->cells[HOME].word, WORD_IMPT);
    assert_int_equal(watchscene_release()->cells[WEST].word, WORD_WAIT);
    assert_int_equal(watchscene.view->imports[0].eta_ms, 4 * MINUTE);
    /* The copies begin when the import has ended, and take what is usual. */
    assert_int_equal(watchscene_release()->eta_ms, 4 * MINUTE + 15 * MINUTE);
    assert_string_equal(watchscene_release()->images[0].waits, "2 regions, for the home AMI");

    watchscene_task(EC2_IMPORT_COMPLETED, 100, MINUTE, 9 * MINUTE, true);
    watchscene_image(HOME, "ami-01", "acme/1-x", AVAILABLE, false, "4c1f", 9 * MINUTE);
    watchscene_image(WEST, "ami-02", "acme/1-x", PENDING, false, "4c1f", 10 * MINUTE);
    watchscene_copy(WEST, "ami-02", 0);
    watchscene.now_ms = 10 * MINUTE;
    watchscene_look();
    assert_int_equal(watchscene_release()->stage, WORD_COPY);
    assert_int_equal(watchscene_release()->cells[HOME].word, WORD_PRIV);
    assert_int_equal(watchscene_release()->cells[WEST].word, WORD_COPY);
    assert_int_equal(watchscene_release()->cells[EAST].word, WORD_WAIT);
    assert_int_equal(watchscene_release()->done, 1);
    assert_int_equal(watchscene_release()->wanted, 3);
    assert_non_null(watchscene_change("completed: snap-01"));
    assert_non_null(watchscene_change("copy started"));
    assert_int_equal(watchscene.view->usual_import_ms[0], 8 * MINUTE);

    watchscene_image(HOME, "ami-01", "acme/1-x", AVAILABLE, false, "4c1f", 9 * MINUTE);
    watchscene_image(WEST, "ami-02", "acme/1-x", PENDING, false, "4c1f", 10 * MINUTE);
    watchscene_copy(WEST, "ami-02", 25);
    watchscene_image(EAST, "ami-03", "acme/1-x", PENDING, false, "4c1f", 10 * MINUTE);
    watchscene_copy(EAST, "ami-03", 80);
    watchscene.now_ms = 12 * MINUTE;
    watchscene_look();
    assert_int_equal(watchscene_release()->cells[WEST].percent, 25);
    assert_int_equal(watchscene_release()->eta_ms, 6 * MINUTE);
    assert_string_equal(watchscene_release()->images[0].oldest_region, watchscene_names[WEST]);
    assert_int_equal(watchscene_release()->images[0].oldest_ms, 2 * MINUTE);
    assert_string_equal(watchscene_release()->images[0].next, "2 copies, first in 0:00:30");
    assert_string_equal(watchscene_release()->images[0].waits, "nobody");
    assert_int_equal(watchscene.view->counts.pending_images, 2);
    assert_int_equal(watchscene.view->counts.pending_snapshots, 0);
}

static void ends_when_all_is_public(void **state)
{
    (void)state;
    watchscene_look();
    for (int r = 0; r < REGIONS; r++)
        watchscene_image(r, "ami-01", "acme/1-x", r == HOME ? AVAILABLE : PENDING, false, "4c1f",
                         2 * MINUTE);
    watchscene.now_ms = 2 * MINUTE;
    watchscene_look();
    assert_true(watchscene_release()->in_flight);
    for (int r = 0; r < REGIONS; r++)
        watchscene_image(r, "ami-01", "acme/1-x", AVAILABLE, r == HOME, "4c1f", 2 * MINUTE);
    watchscene.now_ms = 9 * MINUTE;
    watchscene_look();
    assert_true(watchscene_release()->in_flight); /* half of the wave */
    assert_int_equal(watchscene_release()->done, 1);
    assert_non_null(watchscene_change("available"));
    assert_int_equal(watchscene.view->usual_copy_ms[1], 7 * MINUTE);
    for (int r = 0; r < REGIONS; r++)
        watchscene_image(r, "ami-01", "acme/1-x", AVAILABLE, true, "4c1f", 2 * MINUTE);
    watchscene.now_ms = 10 * MINUTE;
    watchscene_look();
    assert_false(watchscene_release()->in_flight);
    assert_int_equal(watchscene_release()->ended_at, watchscene_calendar(10 * MINUTE));
    assert_non_null(watchscene_change("public"));
    const struct watch_change *end =
        watchscene_change("ended after 0:08:00: 3 of 3 regions public");
    assert_non_null(end);
    assert_int_equal(end->alarm, WATCH_ENDED);
    assert_int_equal(end->word, WORD_PUBL);
    /* It stays for an hour. */
    for (int r = 0; r < REGIONS; r++)
        watchscene_image(r, "ami-01", "acme/1-x", AVAILABLE, true, "4c1f", 2 * MINUTE);
    watchscene.now_ms = 72 * MINUTE;
    watchscene_look();
    assert_null(watchscene_release());
    assert_int_equal(watchscene_news(), 0);
}

static void three(bool is_public)
{
    for (int r = 0; r < REGIONS; r++)
        watchscene_image(r, "ami-01", "acme/1-x", AVAILABLE, is_public, "4c1f", MINUTE);
}

/* However young it is by AWS's clock, which may be ahead, and in whatever order the regions answer.
 */
static void what_was_complete_before_is_not_in_flight(void **state)
{
    (void)state;
    watch_follow(watchscene.watch, "acme/1");
    watchscene.now_ms = MINUTE / 2;
    watchscene.unread[WEST] = watchscene.unread[EAST] = true;
    watchscene_image(HOME, "ami-01", "acme/1-x", AVAILABLE, false, "4c1f", MINUTE);
    watchscene_look();
    watchscene.unread[EAST] = false;
    watchscene_image(HOME, "ami-01", "acme/1-x", AVAILABLE, false, "4c1f", MINUTE);
    watchscene_image(EAST, "ami-01", "acme/1-x", AVAILABLE, false, "4c1f", MINUTE);
    watchscene_look();
    assert_int_equal(watchscene_news(), 0);
    watchscene.unread[WEST] = false;
    three(false);
    watchscene_look();
    assert_int_equal(watchscene_news(), 0);
    assert_false(watchscene_release()->in_flight);
    assert_int_equal(watchscene_release()->ended_at, 0);
    assert_int_equal(watchscene_release()->done, 3);
    assert_int_equal(watchscene_release()->wanted, 3);
}

/* It took until it was complete; the wave that does not come is none of it. */
static void what_becomes_complete_may_get_its_wave(void **state)
{
    (void)state;
    three(false);
    watchscene_image(HOME, "ami-09", "acme/1-y", PENDING, false, "4c1f", MINUTE);
    watchscene_image(WEST, "ami-09", "acme/1-y", AVAILABLE, false, "4c1f", MINUTE);
    watchscene_image(EAST, "ami-09", "acme/1-y", AVAILABLE, false, "4c1f", MINUTE);
    watchscene_look();
    for (int i = 0; i < 3; i++) {
        static const clock_ms at_ms[] = {4 * MINUTE, 8 * MINUTE, 10 * MINUTE};
        three(false);
        for (int r = 0; r < REGIONS; r++)
            watchscene_image(r, "ami-09", "acme/1-y", AVAILABLE, false, "4c1f", MINUTE);
        watchscene.now_ms = at_ms[i];
        watchscene_look();
        assert_int_equal(watchscene_release()->in_flight, i < 2);
    }
    assert_non_null(watchscene_change("ended after 0:03:00: 3 of 3 regions there"));
}

/* The publish barrier was passed: the region where nothing is was not asked. */
static void a_published_release_knows_its_regions(void **state)
{
    (void)state;
    watch_follow(watchscene.watch, "4c1f");
    watchscene_image(HOME, "ami-01", "acme/1-x", AVAILABLE, true, "4c1f", MINUTE);
    watchscene_image(WEST, "ami-02", "acme/1-x", AVAILABLE, true, "4c1f", MINUTE);
    watchscene_look();
    assert_false(watchscene_release()->in_flight);
    assert_int_equal(watchscene_release()->wanted, 2);
    assert_int_equal(watchscene_release()->done, 2);
    assert_int_equal(watchscene_release()->cells[EAST].word, WORD_SKIP);
}

static void a_release_without_tags_goes_where_it_stands(void **state)
{
    (void)state;
    watchscene_image(HOME, "ami-01", "old/3-x86_64-linux", AVAILABLE, false, NULL, MINUTE);
    watchscene_image(WEST, "ami-02", "old/3-aarch64-linux", PENDING, false, NULL, MINUTE);
    watchscene_look();
    const struct watch_release *r = watch_find(watchscene.view, "old/3");
    assert_non_null(r);
    assert_int_equal(r->by, WATCH_NAMED);
    assert_int_equal(r->image_count, 2);
    assert_string_equal(r->images[0].short_name, "aarch64");
    assert_int_equal(r->wanted, 2);
    assert_int_equal(r->cells[EAST].word, WORD_SKIP);
}

static void knows_its_own(void **state)
{
    (void)state;
    struct journal_release own = {
        .id = T("4c1f"), .name = T("acme/1"), .phase = T("running"), .plan_json = T("{}")};
    watch_set_own(watchscene.watch, &own, 1);
    watchscene.now_ms = 1000 * MINUTE;
    watchscene_image(HOME, "ami-01", "acme/1-x", AVAILABLE, false, "4c1f", MINUTE);
    watchscene_image(HOME, "ami-09", "acme/1-x", AVAILABLE, false, "77aa", 999 * MINUTE);
    watchscene_look();
    assert_int_equal(watchscene.view->counts.releases, 2);
    assert_int_equal(watchscene.view->counts.yours, 1);
    assert_int_equal(watchscene.view->counts.others, 1);
    assert_int_equal(watchscene_release()->by, WATCH_YOURS);
    assert_string_equal(watchscene_release()->id, "4c1f");
    assert_string_equal(watchscene_release()->by_text, "you");
}

static void what_was_cancelled_is_not_in_flight(void **state)
{
    (void)state;
    static const char *const ended[] = {"done", "refused", "cancelling", "cancelled"};
    for (size_t i = 0; i < ARRAY_LEN(ended); i++) {
        struct journal_release own = {
            .id = T("4c1f"), .name = T("acme/1"), .phase = T(ended[i]), .plan_json = T("{}")};
        watch_set_own(watchscene.watch, &own, 1);
        watchscene_look();
        assert_int_equal(watchscene.view->release_count, 0);
    }
}

/* What has ended long ago is forgotten; what goes on keeps its age. */
static void forgets_what_has_ended(void **state)
{
    (void)state;
    char id[16];
    watchscene_upload("tatami/acme!2F1/x/root", "u");
    watchscene_look();
    for (int i = 1; i <= 300; i++) {
        snprintf(id, sizeof(id), "u%d", i);
        watchscene.now_ms += 30 * MINUTE;
        watchscene_upload("tatami/acme!2F1/x/root", id);
        watchscene_upload("tatami/acme!2F1/x/root", "u");
        watchscene_look();
    }
    assert_int_equal(watchscene.view->upload_count, 2);
    assert_int_equal(watchscene.view->uploads[0].age_ms, 300 * 30 * MINUTE);
    assert_int_equal(watchscene.view->uploads[1].age_ms, 0);
    watchscene.now_ms += 30 * MINUTE;
    watchscene_upload("tatami/acme!2F1/x/root", "u1");
    watchscene_look();
    assert_int_equal(watchscene.view->uploads[0].age_ms, 0);
}

/* An upload's key names the release alone: it is part of the one that has an id. */
static void an_upload_joins_its_release(void **state)
{
    (void)state;
    watchscene_upload("tatami/acme!2F1/x/root", "u1");
    watchscene_look();
    assert_int_equal(watchscene.view->release_count, 1);
    assert_string_equal(watchscene_release()->by_text, "tatami");
    assert_int_equal(watchscene.view->counts.uploads, 1);
    watchscene_upload("tatami/acme!2F1/x/root", "u1");
    watchscene_task(EC2_IMPORT_ACTIVE, 50, MINUTE, MINUTE, true);
    watchscene_look();
    assert_int_equal(watchscene.view->release_count, 1);
    assert_string_equal(watchscene_release()->id, "4c1f");
    assert_null(watchscene_change("ended"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_old_release_is_not_in_flight, watchscene_setup,
                                        watchscene_teardown),
        cmocka_unit_test_setup_teardown(walks_through_its_stages, watchscene_setup,
                                        watchscene_teardown),
        cmocka_unit_test_setup_teardown(ends_when_all_is_public, watchscene_setup,
                                        watchscene_teardown),
        cmocka_unit_test_setup_teardown(what_was_complete_before_is_not_in_flight, watchscene_setup,
                                        watchscene_teardown),
        cmocka_unit_test_setup_teardown(what_becomes_complete_may_get_its_wave, watchscene_setup,
                                        watchscene_teardown),
        cmocka_unit_test_setup_teardown(a_published_release_knows_its_regions, watchscene_setup,
                                        watchscene_teardown),
        cmocka_unit_test_setup_teardown(a_release_without_tags_goes_where_it_stands,
                                        watchscene_setup, watchscene_teardown),
        cmocka_unit_test_setup_teardown(knows_its_own, watchscene_setup, watchscene_teardown),
        cmocka_unit_test_setup_teardown(what_was_cancelled_is_not_in_flight, watchscene_setup,
                                        watchscene_teardown),
        cmocka_unit_test_setup_teardown(forgets_what_has_ended, watchscene_setup,
                                        watchscene_teardown),
        cmocka_unit_test_setup_teardown(an_upload_joins_its_release, watchscene_setup,
                                        watchscene_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
