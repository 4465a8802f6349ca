/* 100 equal loans, PD 2 %, asset correlation 0.15, against the exact distribution of the number of
 * defaults (binomial mixed over the factor by quadrature), and 100,000 equal loans against the
 * distribution of Vasicek, "The distribution of loan portfolio value" (2002). */
#include "../support/quadrature.h"
#include "../support/simulate_fixture.h"

#include <gsl/gsl_randist.h>

#define PD  0.02
#define RHO 0.15
#define Z   4.5 /* errors allowed, in standard errors */

static void make(fixture_world *w, uint32_t n)
{
    memset(w, 0, sizeof *w);
    fixture_loan *loans = fixture_equal_loans(n, 1, 1);
    fixture_book(&w->book, n, 1, loans, n);
    plim_free(loans);
    fixture_program(&w->program, 1, 2026, 2026);
    fixture_factors(&w->program, 1, 0, 0);
    w->program.model.loading[0] = fixture_constant(&w->program, sqrt(RHO));
    fixture_make(&w->plan, &w->book, &w->program);
}

static void check_share(uint32_t count, uint32_t n, double p)
{
    assert_near((double)count / n, p, Z * sqrt(p * (1 - p) / n));
}

static void a_hundred_loans(void **state)
{
    (void)state;
    enum { loans = 100, paths = 40000 };
    /* published with the test: sd, P(0..5), P(D >= 10), P(D >= 20) */
    const double known[] = {.329050, .237316, .150842, .095248, .061054, .039872};
    normal_rule rule;
    normal_rule_make(&rule);
    double exact[loans + 1] = {0}, mean = 0, square = 0, fourth = 0;
    for (uint32_t d = 0; d <= loans; d++) {
        for (int i = 0; i < NORMAL_POINTS; i++)
            exact[d] += rule.weight[i] *
                        gsl_ran_binomial_pdf(d, conditional_pd(PD, sqrt(RHO), rule.node[i]), loans);
        mean += d * exact[d];
    }
    for (uint32_t d = 0; d <= loans; d++) {
        square += (d - mean) * (d - mean) * exact[d];
        fourth += pow(d - mean, 4) * exact[d];
    }
    for (int d = 0; d < 6; d++)
        assert_near(exact[d], known[d], 1e-6);
    assert_near(sqrt(square), 2.584816, 1e-6);

    fixture_world w;
    plim_tallies t;
    make(&w, loans);
    fixture_simulate(&t, &w.plan, paths, 2026);
    uint32_t count[loans + 1] = {0}, above[loans + 2] = {0};
    double sum = 0, squares = 0;
    for (uint32_t p = 0; p < paths; p++) {
        uint32_t d = (uint32_t)(t.defaulted_exposure[p] / 100);
        assert_int_equal(t.loss[p], 100 * d);
        count[d]++;
        sum += d;
        squares += (d - 2.0) * (d - 2.0);
    }
    for (uint32_t d = loans + 1; d-- > 0;)
        above[d] = above[d + 1] + count[d];
    assert_near(sum / paths, 2, Z * sqrt(square / paths));
    assert_near(squares / paths, square, Z * sqrt((fourth - square * square) / paths));
    for (uint32_t d = 0; d < 6; d++)
        check_share(count[d], paths, exact[d]);
    check_share(above[10], paths, .0214106);
    check_share(above[20], paths, .00102055);
    plim_tallies_free(&t);
    fixture_drop(&w);
}

/* Share of paths whose loss rate is at most the exact quantile, against its level: the error of an
   order statistic. The scatter of 100,000 loans around their conditional PD is far below it. */
static void vasicek_quantiles(void **state)
{
    (void)state;
    enum { loans = 100000, paths = 2000 };
    const double level[] = {0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999};
    fixture_world w;
    plim_tallies t;
    make(&w, loans);
    fixture_simulate(&t, &w.plan, paths, 1);
    double centre = gsl_cdf_ugaussian_Pinv(PD);
    double q95 =
        gsl_cdf_ugaussian_P((centre + sqrt(RHO) * gsl_cdf_ugaussian_Pinv(0.95)) / sqrt(1 - RHO));
    assert_near(q95, 0.06219237, 1e-8);
    for (size_t k = 0; k < sizeof level / sizeof *level; k++) {
        double quantile = gsl_cdf_ugaussian_P(
            (centre + sqrt(RHO) * gsl_cdf_ugaussian_Pinv(level[k])) / sqrt(1 - RHO));
        uint32_t below = 0;
        for (uint32_t p = 0; p < paths; p++)
            below += (double)t.defaulted_exposure[p] / 100 / loans <= quantile;
        check_share(below, paths, level[k]);
    }
    double sum = 0, squares = 0;
    for (uint32_t p = 0; p < paths; p++) {
        double rate = (double)t.defaulted_exposure[p] / 100 / loans;
        sum += rate;
        squares += (rate - PD) * (rate - PD);
    }
    assert_near(sum / paths, PD, Z * sqrt(squares) / paths);
    plim_tallies_free(&t);
    fixture_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hundred_loans),
        cmocka_unit_test(vasicek_quantiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
