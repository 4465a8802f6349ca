/* The t copula: thresholds, mixing variable and factors together give the PD of each borrower and
 * the joint default of two, by integration and by simulated states. */
#include "../support/mixing_quadrature.h"
#include "../support/simulate_fixture.h"

#include "simulate/mixing.h"

#define Z     4.5
#define PATHS 200000

/* Two borrowers on one factor, PD 2 %, R2 0.15. */
static void make(fixture_world *w, uint32_t nu)
{
    memset(w, 0, sizeof *w);
    fixture_loan *loans = fixture_equal_loans(2, 100, 0.5);
    fixture_book(&w->book, 2, 1, loans, 2);
    plim_free(loans);
    fixture_program(&w->program, 1, 2026, 2027);
    fixture_factors(&w->program, 1, 1, 0.5);
    w->program.model.loading[0] = fixture_constant(&w->program, sqrt(0.15));
    w->program.model.copula_nu = nu;
    fixture_make(&w->plan, &w->book, &w->program);
}

static double hazard(const plim_plan *plan, uint32_t year, double mixing, double z)
{
    return gsl_cdf_ugaussian_P(plan->threshold[year] * mixing - plan->loading[0] * z);
}

/* E h and E h^2 over factor and mixing variable. */
static void integrate(const plim_plan *plan, double *mean, double *joint)
{
    normal_rule normal;
    mixing_rule mixing;
    normal_rule_make(&normal);
    mixing_rule_make(&mixing, plan->copula_nu);
    *mean = *joint = 0;
    for (int s = 0; s < MIXING_POINTS; s++)
        for (int i = 0; i < NORMAL_POINTS; i++) {
            double h = hazard(plan, 0, mixing.node[s], normal.node[i]);
            double weight = mixing.weight[s] * normal.weight[i];
            *mean += weight * h;
            *joint += weight * h * h;
        }
}

/* P(X < c, Y < c) from the density of the bivariate t, which knows nothing of factors. */
static double bivariate_t(double c, double nu, double r)
{
    enum { points = 400 };
    gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(points);
    double x[points], weight[points], sum = 0;
    for (size_t i = 0; i < points; i++) {
        double s, w;
        gsl_integration_glfixed_point(0, 1, i, &s, &w, table);
        x[i] = c - s / (1 - s); /* (0, 1) to (c, -infinity) */
        weight[i] = w / ((1 - s) * (1 - s));
    }
    gsl_integration_glfixed_table_free(table);
    for (int i = 0; i < points; i++)
        for (int j = 0; j < points; j++) {
            double q = (x[i] * x[i] - 2 * r * x[i] * x[j] + x[j] * x[j]) / (1 - r * r);
            sum += weight[i] * weight[j] * pow(1 + q / nu, -(nu + 2) / 2);
        }
    return sum / (2 * acos(-1) * sqrt(1 - r * r));
}

static void joint_default_by_integration(void **state)
{
    (void)state;
    fixture_world w;
    double mean, joint;
    make(&w, 5);
    assert_near(w.plan.threshold[0], gsl_cdf_tdist_Pinv(0.02, 5) / sqrt(0.85), 1e-12);
    integrate(&w.plan, &mean, &joint);
    assert_near(mean, 0.02, 1e-9);
    assert_near(joint, bivariate_t(w.plan.threshold[0] * sqrt(0.85), 5, 0.15), 1e-11);
    assert_near(joint, 2.553124e-3, 1e-9);
    assert_near((joint - 0.0004) / (0.02 * 0.98), 0.1099, 0.5e-4);
    fixture_drop(&w);
    make(&w, 100); /* near the Gaussian */
    integrate(&w.plan, &mean, &joint);
    assert_near(mean, 0.02, 1e-9);
    assert_true(joint > 8.769e-4 && joint < 1.0e-3);
    fixture_drop(&w);
}

/* The states that a run draws, in both years. */
static void joint_default_by_simulation(void **state)
{
    (void)state;
    static const uint32_t some_nu[] = {5, 6};
    for (size_t n = 0; n < 2; n++) {
        fixture_world w;
        double exact, mean, z[2], mixing[2];
        make(&w, some_nu[n]);
        integrate(&w.plan, &mean, &exact);
        for (uint32_t t = 0; t < 2; t++) {
            double sums[4] = {0};
            for (uint32_t path = 0; path < PATHS; path++) {
                plim_simulate_factors(&w.plan, 1, path, z);
                plim_simulate_mixing(&w.plan, 1, path, mixing);
                double power = 1, h = hazard(&w.plan, t, mixing[t], z[t]);
                for (int k = 0; k < 4; k++)
                    sums[k] += (power *= h) / PATHS;
            }
            assert_near(sums[0], 0.02, Z * sqrt((sums[1] - sums[0] * sums[0]) / PATHS));
            assert_near(sums[1], exact, Z * sqrt((sums[3] - sums[1] * sums[1]) / PATHS));
            assert_true(sums[1] > 2 * 8.769e-4); /* the Gaussian copula would be seen */
        }
        fixture_drop(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joint_default_by_integration),
        cmocka_unit_test(joint_default_by_simulation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
