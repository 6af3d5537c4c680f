/* The pace's two rules against simulated answers: enough connections and no more, and never more
 * requests than the quota has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/mem.h"
#include "core/pace.h"
#include "core/pace_bucket.h"
#include "core/pace_limit.h"

enum { BLOCKS = 2048, LANES = 256 };

/* A line that carries so many blocks a second, one after the other, to a far end whose answer takes
 * time. */
struct line {
    double carries_s;
    int64_t answer_us;
    int64_t free_us; /* when the line has sent what it was given */
};

static int64_t answered_at(struct line *line, int64_t sent_us)
{
    int64_t from = line->free_us > sent_us ? line->free_us : sent_us;

    line->free_us = from + (int64_t)(1e6 / line->carries_s);
    return line->free_us + line->answer_us;
}

/* Sends blocks over the line, with a fixed number of lanes (0: as the rule says); the time that
 * they take. */
static int64_t send_blocks(struct line line, int blocks, int fixed, struct pace_limit *rule)
{
    int64_t sent[LANES] = {0}, due[LANES], now = 0;
    int waiting = 0, given = 0, done = 0;

    for (int i = 0; i < LANES; i++)
        due[i] = INT64_MAX;
    while (done < blocks) {
        int most = fixed > 0 ? fixed : rule->limit;
        for (int i = 0; i < LANES && waiting < most && given < blocks; i++) {
            if (due[i] != INT64_MAX)
                continue;
            sent[i] = now;
            due[i] = answered_at(&line, now);
            waiting++;
            given++;
        }
        int first = 0;
        for (int i = 1; i < LANES; i++)
            if (due[i] < due[first])
                first = i;
        now = due[first];
        if (fixed == 0)
            pace_limit_answer(rule, now, now - sent[first]);
        due[first] = INT64_MAX;
        waiting--;
        done++;
    }
    return now;
}

static int64_t best_fixed(struct line line)
{
    static const int numbers[] = {1, 2, 4, 8, 16, 32, 64, 96, 128, 256};
    int64_t best = INT64_MAX;

    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        int64_t took = send_blocks(line, BLOCKS, numbers[i], NULL);
        best = took < best ? took : best;
    }
    return best;
}

static void as_fast_as_the_best(void **state)
{
    (void)state;
    static const struct {
        struct line line;
        int least, most; /* connections in the end */
    } rows[] = {
        {{.carries_s = 1300, .answer_us = 0}, 4, 8},
        {{.carries_s = 1300, .answer_us = 500}, 4, 8},
        {{.carries_s = 1300, .answer_us = 20000}, 27, 64},
        {{.carries_s = 1300, .answer_us = 80000}, 100, PACE_LIMIT_MAX},
        {{.carries_s = 600, .answer_us = 80000}, 48, PACE_LIMIT_MAX},
        {{.carries_s = 20, .answer_us = 20000}, 4, 8}, /* 10 MB/s from home */
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct pace_limit rule;
        pace_limit_init(&rule, 0);
        int64_t took = send_blocks(rows[i].line, BLOCKS, 0, &rule), best = best_fixed(rows[i].line);
        if ((double)took > 1.1 * (double)best)
            fail_msg("row %zu: %d ms instead of %d, %d connections", i, (int)(took / 1000),
                     (int)(best / 1000), rule.limit);
        if (rule.limit < rows[i].least || rule.limit > rows[i].most)
            fail_msg("row %zu: %d connections", i, rule.limit);
    }
}

/* The rule follows a line that becomes longer, and one that becomes shorter. */
static void follows_the_distance(void **state)
{
    (void)state;
    struct pace_limit rule;
    struct line near = {.carries_s = 1000, .answer_us = 2000};
    struct line far = {.carries_s = 1000, .answer_us = 60000};

    pace_limit_init(&rule, 0);
    int64_t now = send_blocks(near, 4000, 0, &rule);
    assert_in_range(rule.limit, 4, 12);
    rule.window_us -= now;
    rule.looked_us -= now;
    now = send_blocks(far, 30000, 0, &rule);
    assert_in_range(rule.limit, 60, PACE_LIMIT_MAX);
    rule.window_us -= now;
    rule.looked_us -= now;
    send_blocks(near, 30000, 0, &rule);
    assert_in_range(rule.limit, 4, 12);
}

/* Takes what it gets for so long, asking every millisecond. */
static int take_for(struct pace_bucket *b, int64_t from_ms, int64_t for_ms)
{
    int taken = 0;

    for (int64_t now = from_ms; now < from_ms + for_ms; now++)
        while (pace_bucket_take(b, now))
            taken++;
    return taken;
}

static void under_the_quota(void **state)
{
    (void)state;
    static const int quotas[] = {10, 1000, 5000, 100000};
    for (size_t i = 0; i < ARRAY_LEN(quotas); i++) {
        struct pace_bucket b;
        pace_bucket_init(&b, quotas[i], 0);
        int taken = take_for(&b, 0, 10000);
        assert_in_range(taken, quotas[i] * 10 * 97 / 100, quotas[i] * 10);
    }
}

static void backs_off_and_recovers(void **state)
{
    (void)state;
    struct pace_bucket b;
    pace_bucket_init(&b, 1000, 0);
    take_for(&b, 0, 2000);
    pace_bucket_throttled(&b, 2000);
    pace_bucket_throttled(&b, 2001); /* was on its way with the other */
    assert_in_range(take_for(&b, 2001, 1000), 600, 800);
    pace_bucket_throttled(&b, 3100);
    assert_in_range(take_for(&b, 3100, 1000), 350, 600);
    take_for(&b, 4100, 15000);
    assert_in_range(take_for(&b, 19100, 1000), 970, 1000);
}

/* Throttled far below the quota, because somebody else uses it too: what really left counts. */
static void backs_off_from_what_left(void **state)
{
    (void)state;
    struct pace_bucket b;
    pace_bucket_init(&b, 1000, 0);
    for (int64_t now = 0; now < 3000; now += 10)
        assert_true(pace_bucket_take(&b, now));
    pace_bucket_throttled(&b, 3000);
    assert_in_range(take_for(&b, 3000, 1000), 50, 110);
}

static void shares(void **state)
{
    (void)state;
    struct pace *p = pace_new();
    assert_false(pace_is_fixed(p));
    pace_set_connections(p, 1000);
    assert_int_equal(pace_connections(p), PACE_CONNECTIONS_MAX);
    pace_set_connections(p, 12);
    assert_true(pace_is_fixed(p));
    assert_int_equal(pace_share(p), 12);
    pace_join(p);
    pace_join(p);
    pace_join(p);
    assert_int_equal(pace_share(p), 4);
    assert_int_equal(pace_connection_rate(p, 4), 0);
    pace_set_rate(p, 12000000);
    assert_int_equal(pace_connection_rate(p, 4), 1000001);
    pace_set_connections(p, 1);
    assert_int_equal(pace_share(p), 1);
    pace_leave(p);
    pace_set_connections(p, 0);
    pace_set_rate(p, 3000000);
    assert_int_equal(pace_connections(p), 2); /* few enough for a limit to be kept well */
    pace_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_fast_as_the_best),      cmocka_unit_test(follows_the_distance),
        cmocka_unit_test(under_the_quota),          cmocka_unit_test(backs_off_and_recovers),
        cmocka_unit_test(backs_off_from_what_left), cmocka_unit_test(shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
