#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <float.h>
#include <math.h>

#include <cmocka.h>

#include "math/functions.h"

static const double inf = (double)INFINITY, nan_value = (double)NAN;

static void nan_goes_through(void **state)
{
    (void)state;
    double (*const functions[])(double) = {plim_exp,        plim_log,   plim_normal_cdf,
                                           plim_normal_inv, plim_logit, plim_logistic};
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        assert_true(isnan(functions[i](nan_value)));
        assert_true(isnan(functions[i](-nan_value)));
    }
    assert_true(isnan(plim_pow(nan_value, 0.0)));
    assert_true(isnan(plim_pow(nan_value, 2.0)));
    assert_true(isnan(plim_pow(1.0, nan_value)));
}

static void exp_at_its_ends(void **state)
{
    (void)state;
    assert_true(plim_exp(0.0) == 1.0 && plim_exp(-0.0) == 1.0);
    assert_true(plim_exp(inf) == inf && plim_exp(-inf) == 0.0);
    assert_true(isfinite(plim_exp(709.782712893383)) && plim_exp(709.7827128933841) == inf);
    assert_true(plim_exp(1e300) == inf && plim_exp(-1e300) == 0.0);
    assert_true(plim_exp(-745.13) == 0x1p-1074 && plim_exp(-745.14) == 0.0);
    assert_true(plim_exp(-708.4) < 0x1p-1021 && plim_exp(-720.0) > 0.0); /* gradual underflow */
    assert_true(plim_exp(0x1p-60) == 1.0);
}

static void log_at_its_ends(void **state)
{
    (void)state;
    assert_true(plim_log(1.0) == 0.0);
    assert_true(plim_log(0.0) == -inf && plim_log(-0.0) == -inf);
    assert_true(plim_log(inf) == inf);
    assert_true(isnan(plim_log(-1.0)) && isnan(plim_log(-inf)) && isnan(plim_log(-0x1p-1074)));
    assert_true(plim_log(0x1p-1074) == -744.4400719213812);
    assert_true(plim_log(DBL_MAX) == 709.782712893384);
    assert_true(plim_log(2.0) == 0.6931471805599453);
}

static void pow_by_multiplication(void **state)
{
    (void)state;
    assert_true(plim_pow(10.0, 3.0) == 1000.0);
    assert_true(plim_pow(10.0, -2.0) == 0.01);
    assert_true(plim_pow(-3.0, 3.0) == -27.0);
    assert_true(plim_pow(1.1, 2.0) == 1.1 * 1.1);
    assert_true(plim_pow(1.1, 5.0) == 1.1 * ((1.1 * 1.1) * (1.1 * 1.1)));
    assert_true(plim_pow(2.0, 64.0) == 0x1p64 && plim_pow(2.0, -64.0) == 0x1p-64);
    assert_true(plim_pow(0.0, 0.0) == 1.0 && plim_pow(inf, 0.0) == 1.0);
    assert_true(plim_pow(0.0, -1.0) == inf && plim_pow(-0.0, -1.0) == -inf);
}

static void pow_at_its_ends(void **state)
{
    (void)state;
    assert_true(isnan(plim_pow(-2.0, 0.5)));
    assert_true(plim_pow(-2.0, 65.0) < 0.0 && plim_pow(-2.0, 66.0) > 0.0);
    assert_true(plim_pow(-1.0, 1001.0) == -1.0 && plim_pow(-1.0, 1e300) == 1.0);
    assert_true(plim_pow(0.0, 0.5) == 0.0 && plim_pow(0.0, -0.5) == inf);
    assert_true(plim_pow(1.0, inf) == 1.0 && plim_pow(1.0, 1e300) == 1.0);
    assert_true(plim_pow(2.0, inf) == inf && plim_pow(2.0, -inf) == 0.0);
    assert_true(plim_pow(0.5, inf) == 0.0 && plim_pow(0.5, -inf) == inf);
    assert_true(plim_pow(inf, 0.5) == inf && plim_pow(inf, -0.5) == 0.0);
    assert_true(plim_pow(2.0, 1e300) == inf && plim_pow(2.0, -1e300) == 0.0);
    assert_true(plim_pow(2.0, 1023.5) > 1e308 && plim_pow(2.0, 1024.5) == inf);
    assert_true(plim_pow(2.0, -1074.5) == 0x1p-1074 && plim_pow(2.0, -1075.5) == 0.0);
    assert_true(plim_pow(1.0 + DBL_EPSILON, 0.1) == 1.0);
    assert_true(plim_pow(2.0, 1e-300) == 1.0);
}

static void cdf_at_its_ends(void **state)
{
    (void)state;
    assert_true(plim_normal_cdf(0.0) == 0.5 && plim_normal_cdf(-0.0) == 0.5);
    assert_true(plim_normal_cdf(inf) == 1.0 && plim_normal_cdf(-inf) == 0.0);
    assert_true(plim_normal_cdf(9.0) == 1.0 && plim_normal_cdf(8.0) < 1.0);
    assert_true(plim_normal_cdf(-37.5) > 0.0 && plim_normal_cdf(-39.0) == 0.0);
    assert_true(plim_normal_cdf(-1e300) == 0.0);
    for (double x = -37.0; x < 37.0; x += 0.013)
        assert_true(plim_normal_cdf(x) <= plim_normal_cdf(x + 0.013));
}

static void inverse_inverts(void **state)
{
    (void)state;
    assert_true(plim_normal_inv(0.0) == -inf && plim_normal_inv(1.0) == inf);
    assert_true(isnan(plim_normal_inv(-0x1p-1074)) && isnan(plim_normal_inv(1.0 + DBL_EPSILON)));
    assert_true(plim_normal_inv(0.5) == 0.0);
    assert_true(isfinite(plim_normal_inv(0x1p-1074)));
    for (double x = -37.0; x < 5.0; x += 0.0137) {
        double p = plim_normal_cdf(x), back = plim_normal_inv(p);
        /* what one unit of p is worth in x */
        double unit = 0x1p-53 * p * exp(0.5 * x * x) * 2.6;
        assert_true(fabs(back - x) < 10.0 * (unit + 0x1p-53 * fabs(x)));
    }
}

static void log_odds_invert(void **state)
{
    (void)state;
    assert_true(plim_logit(0.0) == -inf && plim_logit(1.0) == inf && plim_logit(0.5) == 0.0);
    assert_true(isnan(plim_logit(-0.1)) && isnan(plim_logit(1.1)));
    assert_true(plim_logistic(0.0) == 0.5);
    assert_true(plim_logistic(inf) == 1.0 && plim_logistic(-inf) == 0.0);
    assert_true(plim_logistic(-740.0) > 0.0 && plim_logistic(40.0) == 1.0);
    for (double p = 1e-12; p < 1.0; p += 0.00037)
        assert_true(fabs(plim_logistic(plim_logit(p)) / p - 1.0) < 1e-14);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nan_goes_through), cmocka_unit_test(exp_at_its_ends),
        cmocka_unit_test(log_at_its_ends),  cmocka_unit_test(pow_by_multiplication),
        cmocka_unit_test(pow_at_its_ends),  cmocka_unit_test(cdf_at_its_ends),
        cmocka_unit_test(inverse_inverts),  cmocka_unit_test(log_odds_invert),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
