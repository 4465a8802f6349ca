#include "../support/book_fixture.h"

#include "book/pool_merge.h"

static double merged(const plim_statement *said, size_t n, plim_merge_kind kind)
{
    plim_statement copy[8];
    double out = -1;
    memcpy(copy, said, n * sizeof *said);
    assert_true(plim_statements_merge_number(copy, n, kind, &out));
    /* the other way round: the same bits */
    double back = -1;
    for (size_t i = 0; i < n; i++)
        copy[i] = said[n - 1 - i];
    assert_true(plim_statements_merge_number(copy, n, kind, &back));
    assert_memory_equal(&out, &back, sizeof out);
    return out;
}

static void means(void **state)
{
    (void)state;
    double none = (double)NAN;
    const plim_statement two[] = {{10, "", 1}, {20, "", 3}};
    assert_true(merged(two, 2, PLIM_MERGE_MEAN) == 17.5);
    const plim_statement partly[] = {{none, "", 1000}, {20, "", 3}};
    assert_true(merged(partly, 2, PLIM_MERGE_MEAN) == 20);
    const plim_statement nobody[] = {{none, "", 1}, {none, "", 2}};
    plim_statement copy[2];
    double out = 0;
    memcpy(copy, nobody, sizeof nobody);
    assert_true(plim_statements_merge_number(copy, 2, PLIM_MERGE_MEAN, &out));
    assert_true(isnan(out));
    const plim_statement weightless[] = {{10, "", 0}, {20, "", 0}};
    assert_true(merged(weightless, 2, PLIM_MERGE_MEAN) == 15);
    const plim_statement alike[] = {{0.1, "", 3}, {0.1, "", 7}, {none, "", 2}};
    assert_true(merged(alike, 3, PLIM_MERGE_MEAN) == 0.1);
    const plim_statement three[] = {{0.1, "", 7}, {0.2, "", 3}, {0.7, "", 11}};
    assert_true(fabs(merged(three, 3, PLIM_MERGE_MEAN) - 9.0 / 21) < 1e-15);
}

static void log_odds(void **state)
{
    (void)state;
    /* odds 1:9 and 9:1, equal weights: even odds */
    const plim_statement even[] = {{0.1, "", 5}, {0.9, "", 5}};
    assert_true(fabs(merged(even, 2, PLIM_MERGE_LOG_ODDS) - 0.5) < 1e-15);
    /* odds 1:1 once and 1:16 thrice: 1 : 16^(3/4) = 1:8 */
    const plim_statement thrice[] = {{0.5, "", 1}, {1.0 / 17, "", 3}};
    assert_true(fabs(merged(thrice, 2, PLIM_MERGE_LOG_ODDS) - 1.0 / 9) < 1e-15);
    const plim_statement low[] = {{0, "", 1}, {0.4, "", 1000000}};
    assert_true(merged(low, 2, PLIM_MERGE_LOG_ODDS) == 0);
    const plim_statement high[] = {{1, "", 1}, {0.4, "", 1000000}};
    assert_true(merged(high, 2, PLIM_MERGE_LOG_ODDS) == 1);
    const plim_statement unheard[] = {{1, "", 0}, {0.4, "", 9}};
    assert_true(fabs(merged(unheard, 2, PLIM_MERGE_LOG_ODDS) - 0.4) < 1e-15);
    plim_statement both[] = {{1, "", 1}, {0, "", 1}};
    double out;
    assert_false(plim_statements_merge_number(both, 2, PLIM_MERGE_LOG_ODDS, &out));
}

static void the_largest(void **state)
{
    (void)state;
    const plim_statement flags[] = {{1, "", 5}, {0, "", 6}, {(double)NAN, "", 100}};
    assert_true(merged(flags, 3, PLIM_MERGE_LARGEST) == 0);
    const plim_statement texts[] = {{0, "C30", 5}, {0, "C31", 6}, {0, "", 100}};
    assert_string_equal(plim_statements_merge_text(texts, 3), "C31");
    const plim_statement tie[] = {{0, "C31", 6}, {0, "C30", 6}};
    assert_string_equal(plim_statements_merge_text(tie, 2), "C30");
    assert_string_equal(plim_statements_merge_text(texts + 2, 1), "");
}

static void agreement(void **state)
{
    (void)state;
    double none = (double)NAN;
    const plim_statement said[] = {{none, "a", 1}, {none, "a", 2}, {1, "", 3}};
    assert_true(plim_statements_agree_number(said, 2));
    assert_false(plim_statements_agree_number(said, 3)); /* stated here, not there */
    assert_true(plim_statements_agree_text(said, 2));
    assert_false(plim_statements_agree_text(said, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means),
        cmocka_unit_test(log_odds),
        cmocka_unit_test(the_largest),
        cmocka_unit_test(agreement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
