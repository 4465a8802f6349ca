#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "measure/measure.h"
#include "measure_near.h"

static plim_sample sample_of(const int64_t *loss, uint32_t n)
{
    plim_sample sample;
    plim_error err = {0};
    assert_int_equal(plim_sample_make(&sample, loss, n, &err), PLIM_OK);
    return sample;
}

/* Path p loses a step times its place in a shuffled order: 7 is prime to 100,000, 10,000 and so on.
 */
static int64_t *shuffled_ranks(uint32_t n, int64_t step)
{
    int64_t *loss = plim_alloc(n, sizeof *loss);
    assert_non_null(loss);
    for (uint32_t p = 0; p < n; p++)
        loss[p] = step * (int64_t)((uint64_t)p * 7 % n + 1);
    return loss;
}

static void mean_and_error_of_four_paths(void **unused)
{
    (void)unused;
    const int64_t loss[] = {100, 200, 300, 600}; /* fen: mean 3 yuan, squares 4 + 1 + 0 + 9 */
    plim_sample s = sample_of(loss, 4);
    plim_estimate e = plim_measure_estimate(&s, PLIM_EL);
    assert_near(e.value, 3);
    assert_near(e.stderr_, sqrt(14.0 / 3 / 4));
    assert_near(e.low, 3 - 1.96 * sqrt(14.0 / 3 / 4));
    assert_near(e.high, 3 + 1.96 * sqrt(14.0 / 3 / 4));
    assert_near(plim_measure_tail_paths(4, PLIM_EL), 4);
    plim_sample_free(&s);
}

static void spread_and_its_error_from_fourth_moments(void **unused)
{
    (void)unused;
    const int64_t loss[] = {100, 200, 300, 600}; /* deviations -2 -1 0 3: m2 14/4, m4 98/4 */
    plim_sample s = sample_of(loss, 4);
    plim_estimate e = plim_measure_estimate(&s, PLIM_SD);
    assert_near(e.value, sqrt(14.0 / 3));
    assert_near(e.stderr_, sqrt((24.5 - 3.5 * 3.5) / (4 * 3.5 * 4)));
    plim_sample_free(&s);
}

static void a_constant_has_no_spread_and_no_error(void **unused)
{
    (void)unused;
    const int64_t loss[] = {12345678901234567, 12345678901234567, 12345678901234567};
    plim_sample s = sample_of(loss, 3);
    for (plim_measure_id id = PLIM_EL; id <= PLIM_SD; id++) {
        plim_estimate e = plim_measure_estimate(&s, id);
        assert_near(e.value, id == PLIM_EL ? 123456789012345.67 : 0);
        assert_true(e.stderr_ == 0);
    }
    plim_sample_free(&s);
}

static void one_path_has_no_error(void **unused)
{
    (void)unused;
    const int64_t loss[] = {500};
    plim_sample s = sample_of(loss, 1);
    plim_estimate e = plim_measure_estimate(&s, PLIM_EL);
    assert_near(e.value, 5);
    assert_nan(e.stderr_);
    assert_nan(plim_measure_estimate(&s, PLIM_SD).value);
    assert_near(plim_measure_estimate(&s, PLIM_VAR_999).value, 5);
    plim_sample_free(&s);
}

static void no_path_is_a_bug(void **unused)
{
    (void)unused;
    plim_sample s;
    plim_error err = {0};
    int64_t loss = 0;
    assert_int_equal(plim_sample_make(&s, &loss, 0, &err), PLIM_BUG);
}

/* With losses 1 ... n fen in some order, a quantile is its own rank. */
static void ranks_of_quantiles_and_intervals(void **unused)
{
    (void)unused;
    int64_t *loss = shuffled_ranks(100000, 100);
    plim_sample s = sample_of(loss, 100000);
    plim_estimate e = plim_measure_estimate(&s, PLIM_VAR_999);
    assert_near(e.value, 99900);
    assert_near(e.low, 99880);
    assert_near(e.high, 99920);
    assert_near(e.stderr_, 20 / 1.96);
    e = plim_measure_estimate(&s, PLIM_VAR_99); /* 99,000 -+ 1.96 sqrt(990) = 61.67 */
    assert_near(e.value, 99000);
    assert_near(e.low, 98938);
    assert_near(e.high, 99062);
    e = plim_measure_estimate(&s, PLIM_VAR_95); /* 95,000 -+ 1.96 sqrt(4750) = 135.08 */
    assert_near(e.value, 95000);
    assert_near(e.low, 94864);
    assert_near(e.high, 95136);
    plim_sample_free(&s);
    plim_free(loss);
}

/* alpha n not whole: the next rank up. 0.95 x 1001 = 950.95, 0.99 x 1001 = 990.99, 0.999 x 1001 =
   999.999; and 0.95 x 20 is 19 exactly, where a product of doubles may lie above. */
static void ranks_round_up_without_floating_point(void **unused)
{
    (void)unused;
    static const struct {
        uint32_t n;
        plim_measure_id id;
        double rank;
    } cases[] = {
        {1001, PLIM_VAR_95, 951},    {1001, PLIM_VAR_99, 991},   {1001, PLIM_VAR_999, 1000},
        {20, PLIM_VAR_95, 19},       {21, PLIM_VAR_95, 20},      {100, PLIM_VAR_99, 99},
        {3000, PLIM_VAR_999, 2997},  {1, PLIM_VAR_95, 1},        {2000, PLIM_VAR_999, 1998},
        {20000, PLIM_VAR_99, 19800}, {7000, PLIM_VAR_999, 6993}, {700, PLIM_VAR_99, 693},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t *loss = plim_alloc(cases[i].n, sizeof *loss);
        for (uint32_t p = 0; p < cases[i].n; p++)
            loss[p] = 100 * (int64_t)(cases[i].n - p);
        plim_sample s = sample_of(loss, cases[i].n);
        assert_near(plim_measure_estimate(&s, cases[i].id).value, cases[i].rank);
        plim_sample_free(&s);
        plim_free(loss);
    }
}

static void intervals_need_twenty_tail_paths(void **unused)
{
    (void)unused;
    int64_t *loss = shuffled_ranks(20000, 100);
    plim_sample enough = sample_of(loss, 20000); /* 20 beyond 99.9 % */
    plim_estimate e = plim_measure_estimate(&enough, PLIM_VAR_999);
    assert_near(plim_measure_tail_paths(20000, PLIM_VAR_999), 20);
    assert_false(isnan(e.low) || isnan(e.high) || isnan(e.stderr_));
    e = plim_measure_estimate(&enough, PLIM_ES_999);
    assert_false(isnan(e.low) || isnan(e.high));
    plim_sample_free(&enough);
    plim_free(loss);

    loss = shuffled_ranks(19990, 100);
    plim_sample few = sample_of(loss, 19990); /* 19.99 beyond */
    e = plim_measure_estimate(&few, PLIM_VAR_999);
    assert_near(e.value, 19971); /* 19,970.01 rounded up */
    assert_nan(e.low);
    assert_nan(e.high);
    assert_nan(e.stderr_);
    e = plim_measure_estimate(&few, PLIM_ES_999);
    assert_true(e.stderr_ > 0); /* by its formula at any number of paths; the note warns */
    assert_true(fabs(e.high - e.low - 2 * 1.96 * e.stderr_) < 1e-9 * e.high);
    plim_sample_free(&few);
    plim_free(loss);
}

/* 40 paths, 0.95 x 40 = 38: VaR is the second largest but one. Losses 0 but for 10, 20, 50 yuan. */
static void expected_shortfall_by_hand(void **unused)
{
    (void)unused;
    int64_t loss[40] = {[3] = 2000, [20] = 5000, [31] = 1000};
    plim_sample s = sample_of(loss, 40);
    assert_near(plim_measure_estimate(&s, PLIM_VAR_95).value, 10);
    /* excesses 10 and 40 over 2 paths of tail: 10 + 50 / 2 */
    plim_estimate e = plim_measure_estimate(&s, PLIM_ES_95);
    assert_near(e.value, 35);
    /* sum 50, squares 1,700: variance (40 x 1700 - 2500) / (40 x 39) */
    assert_near(e.stderr_, sqrt(65500.0 / (40 * 39)) / (0.05 * sqrt(40)));
    plim_sample_free(&s);
}

/* 0.95 x 30 = 28.5: rank 29, and a tail of 1.5 paths. */
static void expected_shortfall_with_a_broken_tail_path(void **unused)
{
    (void)unused;
    int64_t loss[30] = {[0] = 300, [1] = 900};
    plim_sample s = sample_of(loss, 30);
    assert_near(plim_measure_estimate(&s, PLIM_ES_95).value, 3 + 6 / 1.5);
    plim_sample_free(&s);
}

/* Paired differences 3, 0, -1, 2 yuan: mean 1, squares 4 + 1 + 4 + 1. */
static void delta_of_the_mean_is_paired(void **unused)
{
    (void)unused;
    const int64_t base[] = {100, 200, 300, 600}, shocked[] = {400, 200, 200, 800};
    plim_sample b = sample_of(base, 4), s = sample_of(shocked, 4);
    plim_estimate e = plim_measure_delta(&s, &b, PLIM_EL);
    assert_near(e.value, 1);
    assert_near(e.stderr_, sqrt(10.0 / 3 / 4));
    plim_sample_free(&b);
    plim_sample_free(&s);
}

/* Twice the loss: the standard deviation's influence is twice too, so the difference has the error
   of the baseline's own. */
static void delta_of_the_spread_of_a_doubled_loss(void **unused)
{
    (void)unused;
    const int64_t base[] = {100, 200, 300, 600}, shocked[] = {200, 400, 600, 1200};
    plim_sample b = sample_of(base, 4), s = sample_of(shocked, 4);
    plim_estimate own = plim_measure_estimate(&b, PLIM_SD);
    plim_estimate e = plim_measure_delta(&s, &b, PLIM_SD);
    assert_near(e.value, own.value);
    assert_near(e.stderr_, own.stderr_);
    plim_sample_free(&b);
    plim_sample_free(&s);
}

/* The same 40 paths, scenario 10 more on its worst and 5 more on the quantile path: q 15, excesses
   5 and 45 against 10 and 40: differences -5 and 5. */
static void delta_of_a_tail_is_paired(void **unused)
{
    (void)unused;
    const int64_t base[40] = {[3] = 2000, [20] = 5000, [31] = 1000};
    const int64_t shocked[40] = {[3] = 2000, [20] = 6000, [31] = 1500};
    plim_sample b = sample_of(base, 40), s = sample_of(shocked, 40);
    plim_estimate e = plim_measure_delta(&s, &b, PLIM_ES_95);
    assert_near(e.value, 40 - 35);
    assert_near(e.stderr_, sqrt(50.0 / 39) / (0.05 * sqrt(40)));
    plim_sample_free(&b);
    plim_sample_free(&s);
}

/* Paths in the same order in both samples: correlation 1, so the errors subtract. In opposite order
   none is in both tails: c = (0 - 0.05^2) / (0.05 x 0.95). */
static void delta_of_a_quantile_by_joint_order_statistics(void **unused)
{
    (void)unused;
    int64_t *base = shuffled_ranks(10000, 100), *tripled = shuffled_ranks(10000, 300);
    plim_sample b = sample_of(base, 10000), t = sample_of(tripled, 10000);
    double error = plim_measure_estimate(&b, PLIM_VAR_95).stderr_;
    plim_estimate e = plim_measure_delta(&t, &b, PLIM_VAR_95);
    assert_near(e.value, 2 * 9500);
    assert_true(fabs(e.stderr_ - 2 * error) < 1e-9 * error);
    assert_near(e.low, e.value - 1.96 * e.stderr_);
    plim_sample_free(&t);

    for (uint32_t p = 0; p < 10000; p++)
        tripled[p] = 100 * 10001 - base[p];
    plim_sample o = sample_of(tripled, 10000);
    e = plim_measure_delta(&o, &b, PLIM_VAR_95);
    assert_true(e.value == 0);
    assert_true(fabs(e.stderr_ - error * sqrt(2 + 2 * 0.0025 / 0.0475)) < 1e-9 * error);
    plim_sample_free(&o);
    plim_sample_free(&b);
    plim_free(base);
    plim_free(tripled);
}

/* Of the same paths, one scenario against another: that scenario's delta less the other's moves by
   what the scenarios differ by; baselines that differ take part too. */
static void a_change_of_deltas_by_hand(void **unused)
{
    (void)unused;
    const int64_t losses[4][4] = {
        {400, 200, 200, 800}, {100, 200, 300, 600}, {300, 100, 400, 500}, {100, 100, 300, 500}};
    plim_sample sample[4];
    const plim_sample *of[4];
    for (int k = 0; k < 4; k++) {
        sample[k] = sample_of(losses[k], 4);
        of[k] = &sample[k];
    }
    /* (300, 0, -100, 200) - (200, 0, 100, 0) = (100, 0, -200, 200): mean 25, squares about it
       5625 + 625 + 50625 + 30625 = 87500 */
    assert_near(plim_measure_change_error(of, PLIM_EL), sqrt(87500.0 / 3 / 4) / 100);
    assert_true(isnan(plim_measure_change_error(of, PLIM_VAR_95)));
    /* a delta less nothing has the delta's own error */
    const plim_sample *const alone[4] = {&sample[0], &sample[1], &sample[2], &sample[2]};
    const plim_measure_id ids[] = {PLIM_EL, PLIM_SD, PLIM_ES_95};
    for (size_t i = 0; i < 3; i++)
        assert_near(plim_measure_change_error(alone, ids[i]),
                    plim_measure_delta(&sample[0], &sample[1], ids[i]).stderr_);
    for (int k = 0; k < 4; k++)
        plim_sample_free(&sample[k]);
}

static void a_quantile_delta_needs_twenty_tail_paths(void **unused)
{
    (void)unused;
    int64_t *base = shuffled_ranks(1999, 100), *shocked = shuffled_ranks(1999, 150);
    plim_sample b = sample_of(base, 1999), s = sample_of(shocked, 1999);
    plim_estimate e = plim_measure_delta(&s, &b, PLIM_VAR_99);
    assert_near(e.value, 0.5 * 1980);
    assert_nan(e.stderr_);
    assert_nan(e.low);
    e = plim_measure_delta(&s, &b, PLIM_ES_99);
    assert_true(e.stderr_ > 0);
    assert_true(fabs(e.high - e.value - 1.96 * e.stderr_) < 1e-9 * e.high);
    plim_sample_free(&b);
    plim_sample_free(&s);
    plim_free(base);
    plim_free(shocked);
}

static void a_null_delta_is_exactly_zero(void **unused)
{
    (void)unused;
    static const uint32_t sizes[] = {1, 2, 333, 5000}; /* also where own errors are undefined */
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int64_t *base = shuffled_ranks(sizes[i], 123457), *same = shuffled_ranks(sizes[i], 123457);
        plim_sample b = sample_of(base, sizes[i]), s = sample_of(same, sizes[i]);
        for (plim_measure_id id = PLIM_EL; id < PLIM_MEASURE_COUNT; id++) {
            plim_estimate e = plim_measure_delta(&s, &b, id);
            assert_true(e.value == 0 && e.stderr_ == 0 && e.low == 0 && e.high == 0);
        }
        plim_sample_free(&b);
        plim_sample_free(&s);
        plim_free(base);
        plim_free(same);
    }
}

/* A constant added to every path moves quantiles with certainty: paired errors are exactly 0
   although the samples differ. */
static void a_constant_shift_has_no_error(void **unused)
{
    (void)unused;
    int64_t *base = shuffled_ranks(20000, 100), *more = shuffled_ranks(20000, 100);
    for (uint32_t p = 0; p < 20000; p++)
        more[p] += 700;
    plim_sample b = sample_of(base, 20000), s = sample_of(more, 20000);
    for (plim_measure_id id = PLIM_EL; id < PLIM_MEASURE_COUNT; id++) {
        plim_estimate e = plim_measure_delta(&s, &b, id);
        assert_true(fabs(e.value - (id == PLIM_SD ? 0 : 7)) < 1e-9);
        assert_true(e.stderr_ == 0);
    }
    plim_sample_free(&b);
    plim_sample_free(&s);
    plim_free(base);
    plim_free(more);
}

/* 130 trillion yuan are 1.3e16 fen: over a million paths a sum takes 74 bits, a square 107, a sum
   of squares 127, a fourth power 214. Every tenth path loses 1.3e16 fen, all others 3e15 (tail
   shares as below); all moments have closed forms. */
static void a_very_large_book_over_a_million_paths(void **unused)
{
    (void)unused;
    const uint32_t n = 1000000;
    const int64_t low = 3000000000000000, high = 13000000000000000;
    int64_t *base = plim_alloc(n, sizeof *base), *shocked = plim_alloc(n, sizeof *shocked);
    for (uint32_t p = 0; p < n; p++) {
        base[p] = p % 10 == 3 ? high : low;
        shocked[p] = p % 10 == 3 ? high + (p % 2000 == 3 ? high : 0) : low;
    }
    plim_sample b = sample_of(base, n), s = sample_of(shocked, n);

    plim_estimate e = plim_measure_estimate(&b, PLIM_EL); /* 4e15 fen; m2 = 0.09 x (1e16)^2 */
    assert_near(e.value, 4e13);
    assert_near(e.stderr_, 3e13 * sqrt(1.0 / (n - 1)));
    e = plim_measure_estimate(&b, PLIM_SD); /* m4 = 0.9 x 1e15^4 + 0.1 x 9e15^4 = 0.0657 x 1e64 */
    assert_near(e.value, 3e13 * sqrt(n / (n - 1.0)));
    assert_true(fabs(e.stderr_ / (1e14 * sqrt((0.0657 - 0.0081) / (0.36 * n))) - 1) < 1e-9);
    e = plim_measure_estimate(&b, PLIM_ES_999);
    assert_near(e.value, 1.3e14);
    assert_true(e.stderr_ == 0);

    e = plim_measure_delta(&s, &b, PLIM_EL); /* 500 paths lose 1.3e16 more */
    assert_near(e.value, 1.3e14 * 0.0005);
    assert_near(e.stderr_, 1.3e14 * sqrt(0.0005 * 0.9995 / (n - 1.0)));
    e = plim_measure_delta(&s, &b, PLIM_ES_999); /* 500 of 1,000 tail paths */
    assert_near(e.value, 1.3e14 * 0.5);
    assert_near(e.stderr_, 1.3e14 * sqrt(0.0005 * 0.9995 / (n - 1.0)) / 0.001);
    assert_true(plim_measure_delta(&s, &b, PLIM_VAR_999).value == 0);
    plim_sample_free(&b);
    plim_sample_free(&s);
    plim_free(base);
    plim_free(shocked);
}

static void out_of_memory_is_reported(void **unused)
{
    (void)unused;
    const int64_t loss[] = {1, 2, 3};
    for (long nth = 1; nth <= 2; nth++) {
        plim_sample s;
        plim_error err = {0};
        plim_memory_fail_at(nth, 0);
        plim_status status = plim_sample_make(&s, loss, 3, &err);
        plim_memory_fail_at(0, 0);
        assert_int_equal(status, PLIM_MACHINE);
        plim_sample_free(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mean_and_error_of_four_paths),
        cmocka_unit_test(spread_and_its_error_from_fourth_moments),
        cmocka_unit_test(a_constant_has_no_spread_and_no_error),
        cmocka_unit_test(one_path_has_no_error),
        cmocka_unit_test(no_path_is_a_bug),
        cmocka_unit_test(ranks_of_quantiles_and_intervals),
        cmocka_unit_test(ranks_round_up_without_floating_point),
        cmocka_unit_test(intervals_need_twenty_tail_paths),
        cmocka_unit_test(expected_shortfall_by_hand),
        cmocka_unit_test(expected_shortfall_with_a_broken_tail_path),
        cmocka_unit_test(delta_of_the_mean_is_paired),
        cmocka_unit_test(delta_of_the_spread_of_a_doubled_loss),
        cmocka_unit_test(delta_of_a_tail_is_paired),
        cmocka_unit_test(delta_of_a_quantile_by_joint_order_statistics),
        cmocka_unit_test(a_change_of_deltas_by_hand),
        cmocka_unit_test(a_quantile_delta_needs_twenty_tail_paths),
        cmocka_unit_test(a_null_delta_is_exactly_zero),
        cmocka_unit_test(a_constant_shift_has_no_error),
        cmocka_unit_test(a_very_large_book_over_a_million_paths),
        cmocka_unit_test(out_of_memory_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
