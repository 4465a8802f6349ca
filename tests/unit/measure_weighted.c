#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "math/draw.h"
#include "measure/weighted.h"
#include "measure_near.h"

static const plim_confidence at_99 = {10, 1000}, at_999 = {1, 1000};

static plim_weighted weighted_of(const plim_strata *strata)
{
    plim_weighted sample;
    plim_error err = {0};
    assert_int_equal(plim_weighted_make(&sample, strata, &err), PLIM_OK);
    return sample;
}

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static void assert_same(plim_estimate a, plim_estimate b)
{
    assert_true(same_bits(a.value, b.value) && same_bits(a.stderr_, b.stderr_));
    assert_true(same_bits(a.low, b.low) && same_bits(a.high, b.high));
}

static void without_a_cut_it_is_the_plain_estimate(void **unused)
{
    (void)unused;
    const uint32_t sizes[] = {1, 7, 999, 1000, 1001, 12345, 30000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint32_t n = sizes[i];
        int64_t *loss = plim_alloc(n, sizeof *loss);
        assert_non_null(loss);
        for (uint32_t p = 0; p < n; p++) {
            double u = plim_draw_uniform(
                3, &(plim_draw_id){.purpose = PLIM_DRAW_SYNTHETIC, .key = i, .path = p});
            loss[p] = (int64_t)(1e9 / (u + 0.01));
        }
        plim_sample plain;
        plim_error err = {0};
        assert_int_equal(plim_sample_make(&plain, loss, n, &err), PLIM_OK);
        plim_weighted w = weighted_of(&(plim_strata){.above = loss, .n_above = n});
        assert_same(plim_weighted_var(&w, at_99), plim_measure_estimate(&plain, PLIM_VAR_99));
        assert_same(plim_weighted_var(&w, at_999), plim_measure_estimate(&plain, PLIM_VAR_999));
        assert_same(plim_weighted_es(&w, at_99), plim_measure_estimate(&plain, PLIM_ES_99));
        assert_same(plim_weighted_es(&w, at_999), plim_measure_estimate(&plain, PLIM_ES_999));
        assert_true(same_bits(plim_weighted_tail_paths(&w, at_99), n / 100));
        plim_weighted_free(&w);
        plim_sample_free(&plain);
        plim_free(loss);
    }
}

/* 4 paths above, 16 below of which 4 are simulated, each for 4. Level 90 %: two of 20 beyond. From
   the top: 900 (1 path), 800 (4), 700 (1): weights reach 18 of 20 at 800. */
static void two_strata_by_hand(void **unused)
{
    (void)unused;
    const plim_confidence at_90 = {1, 10};
    const int64_t above[] = {500, 900, 700, 600}, below[] = {100, 800, 200, 300};
    plim_strata strata = {above, below, 4, 4, 16};
    plim_weighted w = weighted_of(&strata);
    plim_estimate var = plim_weighted_var(&w, at_90), es = plim_weighted_es(&w, at_90);
    assert_near(var.value, 8);
    assert_true(isnan(var.stderr_)); /* one effective path */
    assert_near(plim_weighted_tail_paths(&w, at_90), 1);
    /* VaR + 100 / 2 fen. Excess: mean 25, variance 2500 above; none below. */
    assert_near(es.value, 8.5);
    assert_near(es.stderr_, sqrt((0.2 * 2500 + 0.2 * 0.8 * 625) / 20) * 10 / 100);
    plim_weighted_free(&w);
}

/* The same with the tail below the cut: 950 stands for four paths. */
static void a_path_below_the_cut_weighs_more(void **unused)
{
    (void)unused;
    const plim_confidence at_90 = {1, 10};
    const int64_t above[] = {500, 900, 700, 600}, below[] = {100, 950, 200, 300};
    plim_strata strata = {above, below, 4, 4, 16};
    plim_weighted w = weighted_of(&strata);
    assert_near(plim_weighted_var(&w, at_90).value, 9.5);
    assert_near(plim_weighted_tail_paths(&w, at_90), 0);
    const plim_confidence at_70 = {3, 10}; /* 6 of 20 beyond: 950 x 4, 900, 700 */
    assert_near(plim_weighted_var(&w, at_70).value, 6);
    assert_near(plim_weighted_tail_paths(&w, at_70), 6.0 * 6 / (16 + 2));
    plim_estimate es = plim_weighted_es(&w, at_70);
    assert_near(es.value, 6 + (4 * 3.5 + 3 + 1) / 6);
    /* Excess above: 300 100 0 0, mean 100, variance 20,000; below: 350 0 0 0, 87.5 and 30,625. */
    double whole = (0.2 * 20000 + 0.8 * 30625 + 0.2 * 0.8 * 12.5 * 12.5) / 20;
    double second = 0.8 * 0.8 * 30625 * (1.0 / 4 - 1.0 / 16);
    assert_near(es.stderr_, sqrt(whole + second) * 10 / 3 / 100);
    plim_weighted_free(&w);
}

static void impossible_strata_are_refused(void **unused)
{
    (void)unused;
    const int64_t loss[] = {1, 2};
    const plim_strata wrong[] = {
        {NULL, NULL, 0, 0, 0}, {loss, NULL, 2, 0, 5}, {NULL, loss, 0, 2, 1}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        plim_weighted w;
        plim_error err = {0};
        assert_int_equal(plim_weighted_make(&w, &wrong[i], &err), PLIM_BUG);
    }
}

static void every_failed_allocation_is_reported(void **unused)
{
    (void)unused;
    const int64_t loss[] = {1, 2};
    plim_strata strata = {loss, loss, 2, 2, 4};
    for (long nth = 1; nth <= 4; nth++) {
        plim_weighted w;
        plim_error err = {0};
        plim_memory_fail_at(nth, 0);
        assert_int_equal(plim_weighted_make(&w, &strata, &err), PLIM_MACHINE);
        plim_memory_fail_at(0, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_cut_it_is_the_plain_estimate),
        cmocka_unit_test(two_strata_by_hand),
        cmocka_unit_test(a_path_below_the_cut_weighs_more),
        cmocka_unit_test(impossible_strata_are_refused),
        cmocka_unit_test(every_failed_allocation_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
