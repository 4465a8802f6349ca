/* Upper confidence bounds of low PDs against the figures of Pluto and Tasche, the closed form and
 * the beta quantile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "math/beta.h"
#include "math/low_default.h"

static void expect_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.17g, expected %.17g", value, expected);
}

enum { LEVELS = 6, GRADES = 3 };
static const double levels[LEVELS] = {0.5, 0.75, 0.9, 0.95, 0.99, 0.999};

/* Obligors and defaults of grade A, B and C with all worse grades: 100, 400 and 300 obligors. */
typedef struct example {
    uint64_t obligors[GRADES], defaults[GRADES];
    double correlation;
    int levels; /* of `percent` */
    double percent[LEVELS][GRADES];
} example;

/* Pluto and Tasche, "Estimating Probabilities of Default for Low Default Portfolios", tables of
 * sections 2 to 4, in per cent with two decimals. */
static const example published[] = {
    {{800, 700, 300},
     {0, 0, 0},
     0.0,
     6,
     {{0.09, 0.10, 0.23},
      {0.17, 0.20, 0.46},
      {0.29, 0.33, 0.76},
      {0.37, 0.43, 0.99},
      {0.57, 0.66, 1.52},
      {0.86, 0.98, 2.28}}},
    {{800, 700, 300},
     {3, 3, 1},
     0.0,
     6,
     {{0.46, 0.52, 0.56},
      {0.64, 0.73, 0.90},
      {0.83, 0.95, 1.29},
      {0.97, 1.10, 1.57},
      {1.25, 1.43, 2.19},
      {1.62, 1.85, 3.04}}},
    {{800, 700, 300},
     {0, 0, 0},
     0.12,
     4,
     {{0.15, 0.17, 0.37}, {0.40, 0.45, 0.93}, {0.86, 0.96, 1.89}, {1.31, 1.45, 2.78}}},
};

static void figures_of_pluto_and_tasche(void **state)
{
    (void)state;
    for (size_t e = 0; e < sizeof published / sizeof *published; e++)
        for (int l = 0; l < published[e].levels; l++)
            for (int g = 0; g < GRADES; g++)
                expect_near(100 * plim_low_default_bound(published[e].defaults[g],
                                                         published[e].obligors[g], levels[l],
                                                         published[e].correlation),
                            published[e].percent[l][g], 0.0051);
    /* 35 defaults of 9,810 at correlation 0.15: Windridge, "Fast Pluto-Tasche PD calculator" */
    expect_near(plim_low_default_bound(35, 9810, 0.95, 0.15), 0.0334, 0.00005);
}

static void closed_form_without_defaults(void **state)
{
    (void)state;
    static const uint64_t obligors[] = {1, 2, 17, 300, 700, 800, 100000, 10000000};
    for (size_t i = 0; i < sizeof obligors / sizeof *obligors; i++)
        for (int l = 0; l < LEVELS; l++) {
            double expected = -expm1(log1p(-levels[l]) / (double)obligors[i]);
            expect_near(plim_low_default_bound(0, obligors[i], levels[l], 0.0), expected,
                        2e-11 * expected);
        }
    /* to the digits of the paper's own example */
    expect_near(plim_low_default_bound(0, 800, 0.9, 0), 0.00287409, 5e-9);
}

/* P(D <= d | p) = I_{1-p}(n - d, d + 1): the bound is a quantile of a beta distribution. */
static void quantile_of_the_beta_distribution(void **state)
{
    (void)state;
    static const uint64_t cases[][2] = {{1, 2},    {1, 300},  {3, 700},   {3, 800},
                                        {20, 100}, {99, 100}, {500, 9000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int l = 0; l < LEVELS; l++) {
            double d = (double)cases[i][0], n = (double)cases[i][1];
            expect_near(plim_low_default_bound(cases[i][0], cases[i][1], levels[l], 0.0),
                        plim_beta_inv(levels[l], d + 1, n - d), 3e-12);
        }
}

static void the_bound_keeps_its_promise(void **state)
{
    (void)state;
    static const uint64_t cases[][2] = {{0, 5}, {2, 50}, {35, 9810}, {5000, 10000000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int l = 0; l < LEVELS; l++) {
            double p = plim_low_default_bound(cases[i][0], cases[i][1], levels[l], 0.0);
            double rest = 1 - levels[l];
            expect_near(plim_binomial_cdf(cases[i][0], cases[i][1], p), rest, 1e-7 * rest);
        }
}

static void binomial_tails(void **state)
{
    (void)state;
    expect_near(plim_binomial_cdf(1, 3, 0.5), 0.5, 1e-15);
    expect_near(plim_binomial_cdf(2, 4, 0.25), 0.94921875, 1e-14);
    expect_near(plim_binomial_cdf(100, 1000, 0.5) / 6.701717790006e-162, 1, 1e-9);
    expect_near(plim_binomial_cdf(900, 1000, 0.5), 1, 1e-13); /* sums beyond a double */
    expect_near(plim_binomial_cdf(3, 3, 0.9), 1, 0);
    expect_near(plim_binomial_cdf(0, 3, 0), 1, 0);
    expect_near(plim_binomial_cdf(2, 3, 1), 0, 0);
    assert_true(isnan(plim_binomial_cdf(1, 3, -0.1)));
    assert_true(isnan(plim_binomial_cdf(1, 3, (double)NAN)));
}

/* More defaults, fewer obligors, more confidence: a higher bound. Correlation that goes to nothing
   gives the independent one. */
static void order(void **state)
{
    (void)state;
    for (int l = 0; l + 1 < LEVELS; l++)
        for (int rho = 0; rho < 3; rho++) {
            double r = 0.12 * rho, p = plim_low_default_bound(2, 400, levels[l], r);
            assert_true(plim_low_default_bound(2, 400, levels[l + 1], r) > p);
            assert_true(plim_low_default_bound(3, 400, levels[l], r) > p);
            assert_true(plim_low_default_bound(2, 300, levels[l], r) > p);
        }
    double independent = plim_low_default_bound(2, 400, 0.9, 0.0);
    expect_near(plim_low_default_bound(2, 400, 0.9, 1e-9), independent, 1e-4 * independent);
}

static void ends_and_impossible_records(void **state)
{
    (void)state;
    expect_near(plim_low_default_bound(7, 7, 0.9, 0), 1, 0);
    assert_true(isnan(plim_low_default_bound(8, 7, 0.9, 0)));
    assert_true(isnan(plim_low_default_bound(0, 0, 0.9, 0)));
    assert_true(isnan(plim_low_default_bound(0, 10000001, 0.9, 0)));
    assert_true(isnan(plim_low_default_bound(0, 7, 1, 0)));
    assert_true(isnan(plim_low_default_bound(0, 7, 0, 0)));
    assert_true(isnan(plim_low_default_bound(0, 7, 0.9, 1)));
    assert_true(isnan(plim_low_default_bound(0, 7, 0.9, -0.1)));
    assert_true(isnan(plim_low_default_bound(0, 7, (double)NAN, 0)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_of_pluto_and_tasche),
        cmocka_unit_test(closed_form_without_defaults),
        cmocka_unit_test(quantile_of_the_beta_distribution),
        cmocka_unit_test(the_bound_keeps_its_promise),
        cmocka_unit_test(binomial_tails),
        cmocka_unit_test(order),
        cmocka_unit_test(ends_and_impossible_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
