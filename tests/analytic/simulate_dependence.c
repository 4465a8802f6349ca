/* Dependence between borrowers and between years: joint defaults through two correlated factors
 * against the bivariate normal, and shares of defaults by year, with and without persistence,
 * against quadrature. */
#include "../support/quadrature.h"
#include "../support/simulate_fixture.h"

#define Z 4.5

/* P(X < a, Y < b) of standard normals with correlation r. */
static double bivariate(double a, double b, double r)
{
    const int points = 400;
    const double low = -9;
    gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(points);
    double sum = 0;
    for (size_t i = 0; i < points; i++) {
        double x, weight;
        gsl_integration_glfixed_point(low, a, i, &x, &weight, table);
        sum += weight * exp(-x * x / 2) / sqrt(2 * acos(-1.0)) *
               gsl_cdf_ugaussian_P((b - r * x) / sqrt(1 - r * r));
    }
    gsl_integration_glfixed_table_free(table);
    return sum;
}

static void joint_defaults(void **state)
{
    (void)state;
    enum { paths = 100000 };
    const double pd[2] = {0.1, 0.2}, weight[2] = {0.7, 0.6}, between = 0.6;
    fixture_world w = {0};
    fixture_loan *loans = fixture_equal_loans(2, 1, 1);
    fixture_book(&w.book, 2, 1, loans, 2);
    plim_free(loans);
    fixture_program(&w.program, 1, 2026, 2026);
    fixture_factors(&w.program, 2, between, 0);
    for (uint32_t f = 0; f < 2; f++) {
        char name[4] = {'w', (char)('0' + f), '\0'};
        fixture_number(&w.book.borrowers, name, 0)->number[f] = weight[f];
        w.program.model.loading[f] = fixture_column(&w.program, PLIM_LEVEL_BORROWER, name);
        fixture_set_pd(&w.book, f, pd[f]);
    }
    fixture_make(&w.plan, &w.book, &w.program);
    plim_tallies t;
    fixture_simulate(&t, &w.plan, paths, 3);
    uint32_t both = 0;
    for (uint32_t p = 0; p < paths; p++)
        both += t.defaulted_exposure[p] == 200 /* fen: a yuan each */;
    double exact = bivariate(gsl_cdf_ugaussian_Pinv(pd[0]), gsl_cdf_ugaussian_Pinv(pd[1]),
                             between * weight[0] * weight[1]);
    double error = sqrt(exact * (1 - exact) / paths);
    assert_true(exact > pd[0] * pd[1] + 5 * error); /* independence would be seen */
    assert_near((double)both / paths, exact, Z * error);
    for (uint32_t b = 0; b < 2; b++)
        assert_near((double)t.borrower_defaults[b * 2] / paths, pd[b],
                    Z * sqrt(pd[b] * (1 - pd[b]) / paths));
    plim_tallies_free(&t);
    fixture_drop(&w);
}

#define YEARS 3

/* P(default in year t) by nested quadrature over three years of the factor. */
static void exact_years(const double pd[YEARS], double loading, double keep, double out[YEARS])
{
    normal_rule rule;
    normal_rule_make(&rule);
    double renew = sqrt(1 - keep * keep);
    memset(out, 0, YEARS * sizeof *out);
    for (int i = 0; i < NORMAL_POINTS; i++) {
        double z1 = rule.node[i], h1 = conditional_pd(pd[0], loading, z1);
        out[0] += rule.weight[i] * h1;
        for (int j = 0; j < NORMAL_POINTS; j++) {
            double z2 = keep * z1 + renew * rule.node[j];
            double h2 = conditional_pd(pd[1], loading, z2);
            double alive = rule.weight[i] * rule.weight[j] * (1 - h1);
            out[1] += alive * h2;
            for (int k = 0; k < NORMAL_POINTS; k++)
                out[2] += alive * rule.weight[k] * (1 - h2) *
                          conditional_pd(pd[2], loading, keep * z2 + renew * rule.node[k]);
        }
    }
}

static void check_years(double persistence)
{
    enum { borrowers = 20, paths = 30000 };
    const double pd[YEARS] = {0.1, 0.15, 0.2}, loading = 0.7;
    fixture_world w = {0};
    fixture_loan *loans = fixture_equal_loans(borrowers, 1, 1);
    fixture_book(&w.book, borrowers, 1, loans, borrowers);
    plim_free(loans);
    fixture_program(&w.program, 1, 2026, 2025 + YEARS);
    fixture_factors(&w.program, 1, 0, persistence);
    w.program.model.loading[0] = fixture_constant(&w.program, loading);
    for (int y = 0; y < YEARS; y++)
        w.program.scenarios[0].pd[y] = fixture_constant(&w.program, pd[y]);
    fixture_make(&w.plan, &w.book, &w.program);
    plim_tallies t;
    fixture_simulate(&t, &w.plan, paths, 4);
    double exact[YEARS], independent = 1;
    exact_years(pd, loading, persistence, exact);
    for (int y = 0; y < YEARS; y++) {
        double sum = (double)t.years[YEARS + y].d / borrowers;
        double squares = (double)t.years[YEARS + y].dd / borrowers / borrowers;
        double mean = sum / paths, error = sqrt((squares / paths - mean * mean) / paths);
        assert_near(mean, exact[y], Z * error);
        /* bad years follow bad years, so survivors of the first are better than the average */
        if (y > 0 && persistence > 0)
            assert_true(exact[y] < independent * pd[y] - 2 * Z * error);
        else
            assert_near(exact[y], independent * pd[y], 1e-9);
        independent *= 1 - pd[y];
    }
    plim_tallies_free(&t);
    fixture_drop(&w);
}

static void years_without_persistence(void **state)
{
    (void)state;
    check_years(0);
}

static void years_with_persistence(void **state)
{
    (void)state;
    check_years(0.6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joint_defaults),
        cmocka_unit_test(years_without_persistence),
        cmocka_unit_test(years_with_persistence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
