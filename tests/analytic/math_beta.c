/* The beta distribution against GSL, and the table of its quantiles against the quantiles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>

#include "base/memory.h"
#include "math/beta.h"
#include "math/functions.h"

static void log_beta_is_accurate(void **state)
{
    (void)state;
    for (double a = 1e-4; a < 9000; a *= 1.7)
        for (double b = 1e-4; b < 9000; b *= 1.7)
            assert_true(fabs(plim_log_beta(a, b) - gsl_sf_lnbeta(a, b)) <
                        2e-15 * (1 + (a + b) * log(1 + a + b)) + 1e-14);
}

static void the_cdf_is_accurate(void **state)
{
    (void)state;
    for (double a = 1e-2; a < 5000; a *= 2.3)
        for (double b = 1e-2; b < 5000; b *= 2.3)
            for (double x = 0.001; x < 1; x += 0.0137) {
                double exact = gsl_cdf_beta_P(x, a, b);
                if (exact > 1e-280) /* GSL itself is good to about 1e-11 */
                    assert_true(fabs(plim_beta_cdf(x, a, b) / exact - 1) < 2e-11);
            }
    /* closed forms: I_x(1, b) = 1 - (1 - x)^b, I_x(a, 1) = x^a, arcsine */
    for (double x = 0.01; x < 1; x += 0.01) {
        assert_true(fabs(plim_beta_cdf(x, 2.5, 1) / pow(x, 2.5) - 1) < 1e-13);
        assert_true(fabs(plim_beta_cdf(x, 1, 0.3) / -expm1(0.3 * log1p(-x)) - 1) < 1e-13);
        assert_true(fabs(plim_beta_cdf(x, 0.5, 0.5) / (2 * asin(sqrt(x)) / acos(-1)) - 1) < 1e-13);
    }
}

static void the_inverse_is_accurate(void **state)
{
    (void)state;
    for (double a = 1e-2; a < 5000; a *= 2.3)
        for (double b = 1e-2; b < 5000; b *= 2.3)
            for (double p = 1e-6; p < 1; p = p < 0.1 ? p * 1.7 : p + 0.037) {
                double x = plim_beta_inv(p, a, b);
                assert_true(x >= 0 && x <= 1);
                if (!(x > 1e-300 && x < 1))
                    continue;
                double density = exp((a - 1) * log(x) + (b - 1) * log1p(-x) - gsl_sf_lnbeta(a, b));
                assert_true(fabs(gsl_cdf_beta_P(x, a, b) - p) < 1e-12 * density + 1e-13);
            }
}

static void ends_and_nonsense(void **state)
{
    (void)state;
    assert_true(plim_beta_cdf(0, 2, 3) == 0 && plim_beta_cdf(1, 2, 3) == 1);
    assert_true(plim_beta_inv(0, 2, 3) == 0 && plim_beta_inv(1, 2, 3) == 1);
    assert_true(isnan(plim_beta_cdf(0.5, 0, 3)) && isnan(plim_beta_cdf(1.5, 2, 3)));
    assert_true(isnan(plim_beta_inv(-0.1, 2, 3)) && isnan(plim_beta_inv((double)NAN, 2, 3)));
    plim_beta_table *table;
    plim_error err = {0};
    assert_int_equal(plim_beta_table_create(&table, 0, &err), PLIM_BUG);
    assert_null(table);
    plim_error full = {0};
    plim_memory_fail_at(1, 0);
    assert_int_equal(plim_beta_table_create(&table, 3, &full), PLIM_MACHINE);
    plim_memory_fail_at(0, 0);
    plim_beta_table_destroy(NULL);
}

/* mean 0.45, standard deviation 0.20: a = 2.334375, b = 2.853125 */
static void a_known_distribution(void **state)
{
    (void)state;
    double spread = 0.20 / sqrt(0.45 * 0.55), concentration = 1 / (spread * spread) - 1;
    assert_true(fabs(0.45 * concentration - 2.334375) < 1e-12);
    assert_true(fabs(0.55 * concentration - 2.853125) < 1e-12);
    plim_beta_table *table;
    plim_error err = {0};
    assert_int_equal(plim_beta_table_create(&table, concentration, &err), PLIM_OK);
    for (double p = 0.001; p < 1; p += 0.001)
        assert_true(fabs(plim_beta_table_at(table, 0.45, gsl_cdf_ugaussian_Pinv(p)) -
                         gsl_cdf_beta_Pinv(p, 2.334375, 2.853125)) < 1e-4);
    plim_beta_table_destroy(table);
}

/* ---- the table for several spreads ---- */

typedef struct claim {
    double spread, middle, all, deviation; /* the errors that math/beta.h states */
} claim;

static double exact_quantile(double mean, double concentration, double y)
{
    double a = mean * concentration, b = (1 - mean) * concentration;
    return y < 0 ? plim_beta_inv(plim_normal_cdf(y), a, b)
                 : 1 - plim_beta_inv(plim_normal_cdf(-y), b, a);
}

static void check_quantiles(const plim_beta_table *table, const claim *c)
{
    double concentration = 1 / (c->spread * c->spread) - 1, middle = 0, all = 0;
    for (double m = 0.0007; m < 1; m += 0.0131) {
        double last = 0;
        for (double y = -6; y < 6; y += 0.0377) {
            double q = plim_beta_table_at(table, m, y);
            double error = fabs(q - exact_quantile(m, concentration, y));
            all = fmax(all, error);
            if (m > 0.05 && m < 0.95)
                middle = fmax(middle, error);
            assert_true(q >= last && q <= 1);
            assert_true(plim_beta_table_at(table, m + 0.001, y) > q - 1e-15);
            assert_true(fabs(plim_beta_table_at(table, 1 - m, -y) - (1 - q)) < 1e-12);
            last = q;
        }
    }
    print_message("spread %.2f: %.1e, means 0.05 to 0.95 %.1e\n", c->spread, all, middle);
    assert_true(middle < c->middle && all < c->all);
}

/* E f(Y), f linear between multiples of 1/32: Gauss-Legendre with five points within each piece. */
static void moments(const plim_beta_table *table, double mean, double *first, double *second)
{
    static const double node[5] = {-0.9061798459386640, -0.5384693101056831, 0, 0.5384693101056831,
                                   0.9061798459386640};
    static const double weight[5] = {0.2369268850561891, 0.4786286704993665, 0.5688888888888889,
                                     0.4786286704993665, 0.2369268850561891};
    *first = *second = 0;
    for (int piece = -9 * 32; piece < 9 * 32; piece++)
        for (int k = 0; k < 5; k++) {
            double y = (piece + 0.5 + 0.5 * node[k]) / 32;
            double share = weight[k] / 64 * exp(-y * y / 2) / sqrt(2 * acos(-1));
            double off = plim_beta_table_at(table, mean, y) - mean;
            *first += share * off;
            *second += share * off * off;
        }
}

static void check_moments(const plim_beta_table *table, const claim *c)
{
    for (double m = 0.0007; m < 1; m += 0.0131) {
        double off, square;
        moments(table, m, &off, &square);
        assert_true(fabs(off) < 1e-12);
        assert_true(fabs(sqrt(square) - c->spread * sqrt(m * (1 - m))) < c->deviation);
    }
}

static void the_table_is_what_it_says(void **state)
{
    (void)state;
    static const claim claims[] = {{0.01, 0.0003, 0.008, 0.0003}, {0.2, 0.0003, 0.008, 0.0003},
                                   {0.4, 0.0003, 0.008, 0.0003},  {0.5, 0.0003, 0.008, 0.0003},
                                   {0.7, 0.006, 0.1, 0.001},      {0.9, 0.006, 0.1, 0.001}};
    for (size_t i = 0; i < sizeof claims / sizeof *claims; i++) {
        plim_beta_table *table;
        plim_error err = {0};
        double spread = claims[i].spread;
        assert_int_equal(plim_beta_table_create(&table, 1 / (spread * spread) - 1, &err), PLIM_OK);
        check_quantiles(table, &claims[i]);
        check_moments(table, &claims[i]);
        for (double y = -9; y < 9; y += 0.5) {
            assert_true(plim_beta_table_at(table, 0, y) == 0);
            assert_true(plim_beta_table_at(table, 1, y) == 1);
        }
        assert_true(plim_beta_table_at(table, 0.3, -99) == plim_beta_table_at(table, 0.3, -8));
        assert_true(plim_beta_table_at(table, 0.3, 99) == plim_beta_table_at(table, 0.3, 8));
        plim_beta_table_destroy(table);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_beta_is_accurate),    cmocka_unit_test(the_cdf_is_accurate),
        cmocka_unit_test(the_inverse_is_accurate), cmocka_unit_test(ends_and_nonsense),
        cmocka_unit_test(a_known_distribution),    cmocka_unit_test(the_table_is_what_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
