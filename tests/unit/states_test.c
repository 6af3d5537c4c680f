/* The three state machines: every row, every hole, no dead end that a person cannot leave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/cell.h"
#include "core/disk.h"
#include "core/phase.h"

/* Fills reached[] with every state that some path from `start` leads to. */
static void reach_cells(enum cell_state start, bool reached[CELL_STATES])
{
    reached[start] = true;
    for (enum cell_event e = 0; e < CELL_EVENTS; e++) {
        const struct cell_row *row = cell_next(start, e);
        if (row != NULL && !reached[row->next])
            reach_cells(row->next, reached);
    }
}

static void reach_disks(enum disk_state start, bool reached[DISK_STATES])
{
    reached[start] = true;
    for (enum disk_event e = 0; e < DISK_EVENTS; e++) {
        const struct disk_row *row = disk_next(start, e);
        if (row != NULL && !reached[row->next])
            reach_disks(row->next, reached);
    }
}

static void every_cell_state_is_reached_from_the_start(void **state)
{
    (void)state;
    bool reached[CELL_STATES] = {false};
    reach_cells(CELL_WAITING, reached);
    for (enum cell_state s = 0; s < CELL_STATES; s++)
        assert_true(reached[s]);
}

static void every_cell_state_has_a_way_to_public(void **state)
{
    (void)state;
    for (enum cell_state s = 0; s < CELL_STATES; s++) {
        bool reached[CELL_STATES] = {false};
        reach_cells(s, reached);
        assert_true(reached[CELL_PUBLIC]);
    }
}

static void a_cell_that_waits_for_aws_can_fail(void **state)
{
    (void)state;
    static const enum cell_state still[] = {CELL_PUBLIC, CELL_FAILED, CELL_LEFT_OUT};
    for (enum cell_state s = 0; s < CELL_STATES; s++) {
        bool rests = false;
        for (size_t i = 0; i < sizeof(still) / sizeof(still[0]); i++)
            rests = rests || still[i] == s;
        const struct cell_row *row = cell_next(s, CELL_EVENT_FAIL);
        assert_int_equal(row == NULL, rests);
        if (row != NULL)
            assert_int_equal(row->next, CELL_FAILED);
    }
}

/* The promise of the barrier: publishing begins only where verification has ended. */
static void only_a_ready_cell_is_published(void **state)
{
    (void)state;
    for (enum cell_state s = 0; s < CELL_STATES; s++)
        for (enum cell_event e = 0; e < CELL_EVENTS; e++) {
            const struct cell_row *row = cell_next(s, e);
            if (row == NULL || row->action != CELL_DO_PUBLISH)
                continue;
            assert_true(s == CELL_READY || (s == CELL_FAILED && e == CELL_EVENT_REPUBLISH));
        }
}

static void a_retry_always_has_a_row(void **state)
{
    (void)state;
    for (enum cell_state s = 0; s < CELL_STATES; s++) {
        if (cell_next(s, CELL_EVENT_FAIL) == NULL)
            continue;
        assert_non_null(cell_next(CELL_FAILED, cell_retry_event(s, true)));
        assert_int_equal(cell_retry_event(s, false), CELL_EVENT_RECREATE);
    }
}

static void a_public_cell_is_not_left_out(void **state)
{
    (void)state;
    assert_null(cell_next(CELL_PUBLIC, CELL_EVENT_LEAVE_OUT));
    assert_null(cell_next(CELL_PUBLISHING, CELL_EVENT_LEAVE_OUT));
    assert_null(cell_next(CELL_CONFIRMING, CELL_EVENT_LEAVE_OUT));
}

static void the_path_of_a_copy(void **state)
{
    (void)state;
    static const struct {
        enum cell_event event;
        enum cell_state next;
        enum cell_action action;
    } path[] = {
        {CELL_EVENT_START, CELL_CREATING, CELL_DO_CREATE},
        {CELL_EVENT_CREATED, CELL_PENDING, CELL_DO_WATCH},
        {CELL_EVENT_AVAILABLE, CELL_VERIFYING, CELL_DO_WATCH},
        {CELL_EVENT_VERIFIED, CELL_SETTLING, CELL_DO_SETTLE},
        {CELL_EVENT_SETTLED, CELL_CHECKING, CELL_DO_WATCH},
        {CELL_EVENT_VERIFIED, CELL_READY, CELL_DO_TELL},
        {CELL_EVENT_PUBLISH, CELL_PUBLISHING, CELL_DO_PUBLISH},
        {CELL_EVENT_PUBLISHED, CELL_CONFIRMING, CELL_DO_WATCH},
        {CELL_EVENT_SEEN_PUBLIC, CELL_PUBLIC, CELL_DO_TELL},
        {CELL_EVENT_WITHDRAW, CELL_WITHDRAWING, CELL_DO_WITHDRAW},
        {CELL_EVENT_WITHDRAWN, CELL_RECEDING, CELL_DO_WATCH},
        {CELL_EVENT_SEEN_PRIVATE, CELL_READY, CELL_DO_TELL},
    };
    enum cell_state s = CELL_WAITING;
    for (size_t i = 0; i < sizeof(path) / sizeof(path[0]); i++) {
        const struct cell_row *row = cell_next(s, path[i].event);
        assert_non_null(row);
        assert_int_equal(row->next, path[i].next);
        assert_int_equal(row->action, path[i].action);
        s = row->next;
    }
}

/* A copy that is public, or may be, is not replaced; nor one that nobody asks for any more. */
static void a_copy_is_made_anew_only_before_the_wave(void **state)
{
    (void)state;
    static const bool may[CELL_STATES] = {
        [CELL_CREATING] = true, [CELL_PENDING] = true,  [CELL_VERIFYING] = true,
        [CELL_SETTLING] = true, [CELL_CHECKING] = true, [CELL_READY] = true,
        [CELL_FAILED] = true,
    };
    for (enum cell_state s = 0; s < CELL_STATES; s++) {
        const struct cell_row *row = cell_next(s, CELL_EVENT_OUTDATED);
        assert_int_equal(row != NULL, may[s]);
        if (row != NULL)
            assert_int_equal(row->next, CELL_WAITING);
    }
}

static void every_disk_state_is_reached_and_leads_to_the_end(void **state)
{
    (void)state;
    bool from_start[DISK_STATES] = {false};
    reach_disks(DISK_WAITING, from_start);
    for (enum disk_state s = 0; s < DISK_STATES; s++) {
        bool reached[DISK_STATES] = {false};
        assert_true(from_start[s]);
        reach_disks(s, reached);
        assert_true(reached[DISK_DONE]);
    }
}

static void a_disk_fails_until_its_snapshot_is_there(void **state)
{
    (void)state;
    for (enum disk_state s = 0; s < DISK_STATES; s++) {
        bool may = s < DISK_READY;
        assert_int_equal(disk_next(s, DISK_EVENT_FAIL) != NULL, may);
    }
}

/* Nothing is completed before its digest stands in the tags: whoever finds it completed knows what
 * it holds. */
static void the_path_by_ebs_direct(void **state)
{
    (void)state;
    static const struct {
        enum disk_event event;
        enum disk_state next;
        enum disk_action action;
    } path[] = {
        {DISK_EVENT_START_DIRECT, DISK_LOOKING, DISK_DO_LOOK},
        {DISK_EVENT_ABSENT, DISK_STARTING, DISK_DO_START},
        {DISK_EVENT_STARTED, DISK_PUTTING, DISK_DO_PUT},
        {DISK_EVENT_PUT, DISK_NOTING, DISK_DO_NOTE},
        {DISK_EVENT_NOTED, DISK_SEALING, DISK_DO_SEAL},
        {DISK_EVENT_SEALED, DISK_PENDING, DISK_DO_WATCH},
        {DISK_EVENT_FINISHED, DISK_READY, DISK_DO_TELL},
    };
    enum disk_state s = DISK_WAITING;
    for (size_t i = 0; i < sizeof(path) / sizeof(path[0]); i++) {
        const struct disk_row *row = disk_next(s, path[i].event);
        assert_non_null(row);
        assert_int_equal(row->next, path[i].next);
        assert_int_equal(row->action, path[i].action);
        s = row->next;
    }
}

/* A pending snapshot that is gone is begun anew, and what an earlier attempt left goes first. */
static void a_dead_snapshot_makes_way(void **state)
{
    (void)state;
    assert_int_equal(disk_next(DISK_PUTTING, DISK_EVENT_UPLOAD_GONE)->next, DISK_LOOKING);
    assert_int_equal(disk_next(DISK_PENDING, DISK_EVENT_UPLOAD_GONE)->next, DISK_LOOKING);
    assert_int_equal(disk_next(DISK_STARTING, DISK_EVENT_STARTED_ANEW)->next, DISK_CLEARING);
    assert_int_equal(disk_next(DISK_LOOKING, DISK_EVENT_STARTED_ANEW)->next, DISK_CLEARING);
    assert_int_equal(disk_next(DISK_CLEARING, DISK_EVENT_CLEARED)->next, DISK_PUTTING);
}

static void a_gone_upload_is_looked_at_again(void **state)
{
    (void)state;
    assert_int_equal(disk_next(DISK_SENDING, DISK_EVENT_UPLOAD_GONE)->next, DISK_CHECKING);
    assert_int_equal(disk_next(DISK_COMPLETING, DISK_EVENT_UPLOAD_GONE)->next, DISK_CHECKING);
}

static void a_release_sends_nothing_before_go(void **state)
{
    (void)state;
    assert_null(phase_next(PHASE_RESOLVING, PHASE_EVENT_GO));
    assert_int_equal(phase_next(PHASE_PLANNED, PHASE_EVENT_GO)->next, PHASE_LEASING);
    for (enum phase p = 0; p < PHASES; p++)
        for (enum phase_event e = 0; e < PHASE_EVENTS; e++) {
            const struct phase_row *row = phase_next(p, e);
            if (row != NULL && row->next == PHASE_RUNNING && e != PHASE_EVENT_MOVE)
                assert_int_equal(p, PHASE_LEASING);
        }
}

/* Before it is taken nobody knows whether somebody else is at work; before it is given back the
 * release is not over. */
static void nothing_moves_without_the_lease(void **state)
{
    (void)state;
    for (enum phase p = 0; p < PHASES; p++)
        for (enum phase_event e = 0; e < PHASE_EVENTS; e++) {
            const struct phase_row *row = phase_next(p, e);
            bool idle = p < PHASE_LEASING || p == PHASE_DONE;
            if (row != NULL && (row->next == PHASE_RUNNING || row->next == PHASE_PUBLISHING))
                assert_false(idle);
            if (row != NULL && row->next == PHASE_DONE)
                assert_int_equal(p, PHASE_CLOSING);
        }
}

static void a_started_release_stops_only_through_stopping(void **state)
{
    (void)state;
    for (enum phase p = 0; p < PHASES; p++)
        for (enum phase_event e = 0; e < PHASE_EVENTS; e++) {
            const struct phase_row *row = phase_next(p, e);
            if (row != NULL && row->next == PHASE_STOPPED)
                assert_int_equal(p, PHASE_STOPPING);
            if (row != NULL && row->next == PHASE_REFUSED)
                assert_true(p <= PHASE_LEASING);
        }
}

static void every_state_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (enum cell_state a = 0; a < CELL_STATES; a++) {
        assert_non_null(cell_state_name(a));
        for (enum cell_state b = 0; b < a; b++)
            assert_string_not_equal(cell_state_name(a), cell_state_name(b));
    }
    for (enum disk_state a = 0; a < DISK_STATES; a++) {
        assert_non_null(disk_state_name(a));
        for (enum disk_state b = 0; b < a; b++)
            assert_string_not_equal(disk_state_name(a), disk_state_name(b));
    }
    for (enum phase a = 0; a < PHASES; a++)
        assert_non_null(phase_name(a));
}

/* No row stands twice: the second would never be found. */
static void rows_are_found_by_what_they_say(void **state)
{
    (void)state;
    for (enum cell_state s = 0; s < CELL_STATES; s++)
        for (enum cell_event e = 0; e < CELL_EVENTS; e++) {
            const struct cell_row *row = cell_next(s, e);
            if (row == NULL)
                continue;
            assert_int_equal(row->state, s);
            assert_int_equal(row->event, e);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_state_is_reached_from_the_start),
        cmocka_unit_test(every_cell_state_has_a_way_to_public),
        cmocka_unit_test(a_cell_that_waits_for_aws_can_fail),
        cmocka_unit_test(only_a_ready_cell_is_published),
        cmocka_unit_test(a_retry_always_has_a_row),
        cmocka_unit_test(a_public_cell_is_not_left_out),
        cmocka_unit_test(the_path_of_a_copy),
        cmocka_unit_test(a_copy_is_made_anew_only_before_the_wave),
        cmocka_unit_test(every_disk_state_is_reached_and_leads_to_the_end),
        cmocka_unit_test(a_disk_fails_until_its_snapshot_is_there),
        cmocka_unit_test(the_path_by_ebs_direct),
        cmocka_unit_test(a_dead_snapshot_makes_way),
        cmocka_unit_test(a_gone_upload_is_looked_at_again),
        cmocka_unit_test(a_release_sends_nothing_before_go),
        cmocka_unit_test(nothing_moves_without_the_lease),
        cmocka_unit_test(a_started_release_stops_only_through_stopping),
        cmocka_unit_test(every_state_has_a_name_of_its_own),
        cmocka_unit_test(rows_are_found_by_what_they_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
