/* Random LGD and its dependence on the PD against quadrature and published values. */
#include "../support/mixing_quadrature.h"
#include "../support/simulate_fixture.h"

#include <gsl/gsl_cdf.h>

#include "math/functions.h"
#include "simulate/mixing.h"
#include "simulate/severity.h"

#define Z     4.5
#define PATHS 40000

/* Two borrowers with one loan each, the first with `pd`, `lgd`, R2 `r2`. */
static plim_severity *make(fixture_world *w, const plim_severity_model *model, uint32_t nu,
                           double pd, double lgd, double r2)
{
    memset(w, 0, sizeof *w);
    fixture_loan *loans = fixture_equal_loans(2, 1e6, lgd);
    fixture_book(&w->book, 2, 1, loans, 2);
    plim_free(loans);
    fixture_set_pd(&w->book, 0, pd);
    fixture_program(&w->program, 1, 2026, 2026);
    fixture_factors(&w->program, 1, 1, 0);
    w->program.model.loading[0] = fixture_constant(&w->program, sqrt(r2));
    w->program.model.copula_nu = nu;
    w->program.model.severity = *model;
    fixture_make(&w->plan, &w->book, &w->program);
    plim_severity *severity = NULL;
    MUST(plim_severity_create(&severity, &w->plan, &must_err));
    assert_false(plim_severity_is_fixed(severity));
    return severity;
}

static void drop(fixture_world *w, plim_severity *severity)
{
    plim_severity_destroy(severity);
    fixture_drop(w);
}

static plim_severity_case in_state(const plim_plan *plan, double z, double mixing)
{
    double index = plan->first_loading[1] > 0 ? plan->loading[0] * z : 0;
    return (plim_severity_case){.seed = 3,
                                .index = index,
                                .mixing = mixing,
                                .argument = plan->threshold[0] * mixing - index};
}

/* ---- Frye-Jacobs ---- */

static const plim_severity_model frye_jacobs = {.kind = PLIM_SEVERITY_FRYE_JACOBS};

/* Examples that MathWorks publishes with its function fryejacobslgd. */
static void published_values(void **state)
{
    (void)state;
    static const struct {
        double h, pd, lgd, r2, value;
    } known[] = {{0.05, 0.08, 0.40, 0.20, 0.3197},
                 {0.10, 0.09, 0.45, 0.20, 0.4151},
                 {0.15, 0.10, 0.50, 0.20, 0.4971}};
    for (size_t i = 0; i < 3; i++) {
        fixture_world w;
        plim_severity *s = make(&w, &frye_jacobs, 0, known[i].pd, known[i].lgd, known[i].r2);
        plim_severity_case c = {.argument = gsl_cdf_ugaussian_Pinv(known[i].h)};
        assert_near(plim_severity_lgd(s, &c), known[i].value, 0.5e-4);
        drop(&w, s);
    }
}

/* Weighted by default, LGD is what the book says: E[h LGD(h)] = PD x LGD. */
static void expected_loss_is_kept(void **state)
{
    (void)state;
    static const struct {
        double pd, lgd, r2;
        uint32_t nu;
    } loans[] = {{0.02, 0.45, 0.15, 0}, {0.001, 0.25, 0.24, 0}, {0.3, 0.9, 0.12, 0},
                 {0.05, 1.0, 0.15, 0},  {0.02, 0.45, 0, 0},     {0.02, 0.45, 0.15, 5},
                 {0.1, 0.2, 0.2, 8}};
    normal_rule normal;
    normal_rule_make(&normal);
    for (size_t i = 0; i < sizeof loans / sizeof *loans; i++) {
        fixture_world w;
        mixing_rule mixing = {.node = {1}, .weight = {1}};
        if (loans[i].nu > 0)
            mixing_rule_make(&mixing, loans[i].nu);
        plim_severity *s =
            make(&w, &frye_jacobs, loans[i].nu, loans[i].pd, loans[i].lgd, loans[i].r2);
        double sum = 0, last = 2;
        for (int m = 0; m < MIXING_POINTS && mixing.weight[m] > 0; m++)
            for (int k = 0; k < NORMAL_POINTS; k++) {
                plim_severity_case c = in_state(&w.plan, normal.node[k], mixing.node[m]);
                sum += mixing.weight[m] * normal.weight[k] * gsl_cdf_ugaussian_P(c.argument) *
                       plim_severity_lgd(s, &c);
            }
        assert_near(sum, loans[i].pd * loans[i].lgd, 1e-8 * loans[i].pd);
        for (double z = -4; z < 4; z += 0.1) { /* higher in bad states, never above 1 */
            plim_severity_case c = in_state(&w.plan, z, 1);
            double lgd = plim_severity_lgd(s, &c);
            assert_true(lgd <= last + 1e-12 && lgd > 0 && lgd <= 1 + 1e-12);
            last = lgd;
        }
        drop(&w, s);
    }
}

/* ---- beta ---- */

static double exact_quantile(double mean, double concentration, double score)
{
    return gsl_cdf_beta_Pinv(gsl_cdf_ugaussian_P(score), mean * concentration,
                             (1 - mean) * concentration);
}

/* E f(e) with LGD at weight b of the state: [0] mean, [1] second moment. */
static void exact_moments(double mean, const plim_severity_model *model, double state_value,
                          double out[2])
{
    normal_rule normal;
    normal_rule_make(&normal);
    double b = model->systematic, concentration = 1 / (model->spread * model->spread) - 1;
    out[0] = out[1] = 0;
    for (int k = 0; k < NORMAL_POINTS; k++) {
        double recovery = b * state_value + sqrt(1 - b * b) * normal.node[k];
        if (fabs(recovery) > 8)
            continue;
        double lgd = exact_quantile(mean, concentration, -recovery);
        out[0] += normal.weight[k] * lgd;
        out[1] += normal.weight[k] * lgd * lgd;
    }
}

/* Over paths, at given states of the economy. */
static void beta_in_a_state(void **state)
{
    (void)state;
    static const double weights[] = {0, 0.3, 0.6};
    for (size_t i = 0; i < 3; i++)
        for (double z = -2; z <= 2; z += 2) {
            plim_severity_model model = {PLIM_SEVERITY_BETA, 0.4, weights[i]};
            fixture_world w;
            plim_severity *s = make(&w, &model, 0, 0.02, 0.45, 0.15);
            plim_severity_case c = in_state(&w.plan, z, 1);
            double sum = 0, squares = 0, exact[2];
            for (c.path = 0; c.path < PATHS; c.path++) {
                double lgd = plim_severity_lgd(s, &c);
                assert_true(lgd >= 0 && lgd <= 1);
                sum += lgd / PATHS;
                squares += lgd * lgd / PATHS;
            }
            exact_moments(0.45, &model, z, exact);
            assert_near(sum, exact[0], Z * sqrt((squares - sum * sum) / PATHS) + 1e-4);
            assert_near(squares, exact[1], 0.02);
            if (weights[i] == 0)
                assert_near(exact[0], 0.45, 1e-6);
            drop(&w, s);
        }
}

/* Correlated recovery raises the expected loss above PD x LGD, by as much as quadrature says. */
static void correlated_recovery(void **state)
{
    (void)state;
    const plim_severity_model model = {PLIM_SEVERITY_BETA, 0.4, 0.5};
    normal_rule normal;
    normal_rule_make(&normal);
    fixture_world w;
    plim_severity *s = make(&w, &model, 0, 0.02, 0.45, 0.15);
    double exact = 0, sum = 0, squares = 0, z;
    for (int k = 0; k < NORMAL_POINTS; k++) {
        double moments[2];
        if (fabs(normal.node[k]) > 8)
            continue;
        exact_moments(0.45, &model, normal.node[k], moments);
        exact += normal.weight[k] * conditional_pd(0.02, sqrt(0.15), normal.node[k]) * moments[0];
    }
    for (uint32_t path = 0; path < PATHS; path++) {
        plim_simulate_factors(&w.plan, 3, path, &z);
        plim_severity_case c = in_state(&w.plan, z, 1);
        c.path = path;
        double loss = plim_normal_cdf(c.argument) * plim_severity_lgd(s, &c);
        sum += loss / PATHS;
        squares += loss * loss / PATHS;
    }
    assert_near(sum, exact, Z * sqrt((squares - sum * sum) / PATHS));
    assert_true(exact > 0.02 * 0.45 * 1.1);
    drop(&w, s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_values),
        cmocka_unit_test(expected_loss_is_kept),
        cmocka_unit_test(beta_in_a_state),
        cmocka_unit_test(correlated_recovery),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
