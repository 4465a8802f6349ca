#include "run/paths.h"

#include "../support/simulate_fixture.h"

/* Two scenarios of 20,000 paths: the second loses far more on a path of the tail. */
static void the_worst_scenario_counts(void **state)
{
    (void)state;
    enum { paths = 20000 };
    static int64_t loss[2 * paths];
    for (int p = 0; p < paths; p++)
        loss[p] = loss[paths + p] = 1000 + p % 7;
    loss[5] = 2000;
    loss[paths + 5] = 9000;
    plim_tallies t = {.n_paths = paths, .n_scenarios = 2, .n_banks = 1, .loss = loss};
    plim_precision precision;
    MUST(plim_precision_of(&precision, &t, &must_err));
    assert_int_equal(precision.scenario, 1);
    /* q = 1006, tail of twenty paths: ES = 1006 + 7994 / 20, error = sd / (0.001 sqrt(20000)) */
    double mean = 7994.0 / paths, square = 7994.0 * 7994 / paths;
    double sd = sqrt((square - mean * mean) * paths / (paths - 1));
    assert_near(precision.half_width, 1.96 * sd / (0.001 * sqrt(paths)) / (1006 + 7994.0 / 20),
                1e-9);
}

static void nothing_lost_is_known(void **state)
{
    (void)state;
    static int64_t loss[PLIM_PATHS_LEAST];
    plim_tallies t = {.n_paths = PLIM_PATHS_LEAST, .n_scenarios = 1, .n_banks = 1, .loss = loss};
    plim_precision precision;
    MUST(plim_precision_of(&precision, &t, &must_err));
    assert_true(precision.half_width == 0);
}

static void few_paths_do_not_tell(void **state)
{
    (void)state;
    static int64_t loss[PLIM_PATHS_LEAST - 1] = {5, 6, 7};
    plim_tallies t = {
        .n_paths = PLIM_PATHS_LEAST - 1, .n_scenarios = 1, .n_banks = 1, .loss = loss};
    plim_precision precision;
    MUST(plim_precision_of(&precision, &t, &must_err));
    assert_true(isnan(precision.half_width));
}

static void looks_are_few_and_whole(void **state)
{
    (void)state;
    uint32_t looks = 0;
    for (uint32_t n = plim_paths_first_look(); n < PLIM_PATHS_MOST; looks++) {
        assert_int_equal(n % PLIM_PATHS_STEP, 0);
        uint32_t next = plim_paths_next_look(n);
        assert_true(next > n && next <= n + n / 3);
        n = next;
    }
    assert_int_equal(PLIM_PATHS_MOST % PLIM_PATHS_STEP, 0);
    assert_int_equal(plim_paths_next_look(PLIM_PATHS_MOST), PLIM_PATHS_MOST);
    assert_in_range(looks, 20, 40);
}

static void the_default_follows_the_book(void **state)
{
    (void)state;
    const struct {
        uint32_t borrowers, years, paths;
    } cases[] = {{0, 1, 100000},
                 {60, 3, 100000},
                 {6000, 5, 100000},
                 {20000, 5, 30000},
                 {1000000, 10, 10000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(plim_paths_default(cases[i].years, cases[i].borrowers), cases[i].paths);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worst_scenario_counts),    cmocka_unit_test(nothing_lost_is_known),
        cmocka_unit_test(few_paths_do_not_tell),        cmocka_unit_test(looks_are_few_and_whole),
        cmocka_unit_test(the_default_follows_the_book),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
