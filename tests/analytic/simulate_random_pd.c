/* A PD that is a function of a random driver: the share of defaults against quadrature over driver
 * and factor, independent of each other and correlated, also over two years of a driver that
 * lasts, and with a loss that hangs on the driver too. Four standard errors. */
#include "../support/quadrature.h"
#include "../support/random_fixture.h"

enum { BORROWERS = 50, PATHS = 200000 };

#define LOADING 0.5
#define LEVEL   (-3.0)
#define SLOPE   0.9
#define Z       4.0 /* errors allowed, in standard errors */

/* pd(x) = logistic(LEVEL + SLOPE x), x standard normal. */
static double pd_of(double x)
{
    return 1 / (1 + exp(-(LEVEL + SLOPE * x)));
}

typedef struct setting {
    double correlation; /* of the driver with the factor */
    int years;
    double persistence; /* of the driver */
} setting;

static void make(fixture_world *w, const setting *of, bool loss_moves)
{
    memset(w, 0, sizeof *w);
    fixture_loan *loans = fixture_equal_loans(BORROWERS, 1000, 0.4);
    fixture_book(&w->book, BORROWERS, 1, loans, BORROWERS);
    plim_free(loans);
    plim_program *program = &w->program;
    fixture_program(program, 1, 2026, 2025 + of->years);
    fixture_factors(program, 1, 0, 0);
    program->model.loading[0] = fixture_constant(program, LOADING);
    (void)fixture_random_driver(program, 0,
                                &(fixture_random){.name = "x",
                                                  .spread = {1, 1},
                                                  .persistence = of->persistence,
                                                  .with = of->correlation == 0 ? NULL : "z0",
                                                  .correlation = of->correlation});
    for (int t = 0; t < of->years; t++) {
        plim_node x = fixture_random_node(program, 0, "x", t);
        plim_node moved =
            fixture_apply2(program, PLIM_OP_MULTIPLY, x, fixture_constant(program, SLOPE));
        program->scenarios[0].pd[t] = fixture_apply1(
            program, PLIM_OP_LOGISTIC,
            fixture_apply2(program, PLIM_OP_ADD, moved, fixture_constant(program, LEVEL)));
        if (loss_moves)
            program->scenarios[0].lgd[t] = fixture_apply1(program, PLIM_OP_NORMAL_CDF, x);
    }
    fixture_make(&w->plan, &w->book, program);
}

/* P(default) given driver and factor: the driver is rho z + sqrt(1 - rho^2) e. */
static double given(double rho, double z, double e)
{
    return conditional_pd(pd_of(rho * z + sqrt(1 - rho * rho) * e), LOADING, z);
}

/* Share of borrowers that default in a scenario on each path, times `loan` fen. */
static void check_paths(const int64_t *amount, double loan, double want)
{
    double mean = 0, square = 0;
    for (int p = 0; p < PATHS; p++) {
        double share = (double)amount[p] / loan / BORROWERS;
        mean += share / PATHS;
        square += share * share / PATHS;
    }
    double error = sqrt((square - mean * mean) / PATHS);
    print_message("%.6f, by quadrature %.6f, standard error %.6f\n", mean, want, error);
    assert_near(mean, want, Z * error);
    assert_true(error < 0.006 * want);
}

static double one_year(double rho)
{
    normal_rule rule;
    double want = 0;
    normal_rule_make(&rule);
    for (int i = 0; i < NORMAL_POINTS; i++)
        for (int j = 0; j < NORMAL_POINTS; j++)
            want += rule.weight[i] * rule.weight[j] * given(rho, rule.node[i], rule.node[j]);
    return want;
}

static void a_year(void **state)
{
    (void)state;
    const double rho[] = {0, -0.6, 0.8};
    double last = 0;
    for (int i = 0; i < 3; i++) {
        fixture_world w;
        plim_tallies t;
        make(&w, &(setting){.correlation = rho[i], .years = 1}, false);
        fixture_simulate(&t, &w.plan, PATHS, 11);
        double want = one_year(rho[i]);
        assert_true(fabs(want - last) > 0.003); /* correlation shows */
        check_paths(t.defaulted_exposure + PATHS, 100000, want);
        last = want;
        plim_tallies_free(&t);
        fixture_drop(&w);
    }
}

/* LGD = Phi(x), which is high where PDs are. */
static void a_loss_that_moves(void **state)
{
    (void)state;
    const double rho = -0.4;
    normal_rule rule;
    double want = 0, apart = 0;
    normal_rule_make(&rule);
    for (int i = 0; i < NORMAL_POINTS; i++)
        for (int j = 0; j < NORMAL_POINTS; j++) {
            double z = rule.node[i], e = rule.node[j], x = rho * z + sqrt(1 - rho * rho) * e;
            want += rule.weight[i] * rule.weight[j] * given(rho, z, e) * gsl_cdf_ugaussian_P(x);
            apart += rule.weight[i] * rule.weight[j] * given(rho, z, e) * 0.5;
        }
    assert_true(want > 1.3 * apart);
    fixture_world w;
    plim_tallies t;
    make(&w, &(setting){.correlation = rho, .years = 1}, true);
    fixture_simulate(&t, &w.plan, PATHS, 12);
    check_paths(t.loss + PATHS, 100000, want);
    plim_tallies_free(&t);
    fixture_drop(&w);
}

/* Two years: the cumulative default rate, 1 - E[(1 - h_1)(1 - h_2)]. Factors are independent over
   the years, so is what a driver with persistence p shares with them; the rest lasts. Integrated
   over x_1 and x_2 = p x_1 + sqrt(1 - p^2) e_2, with the factor of each year given its shock. */
static double two_years(double rho, double p)
{
    normal_rule rule;
    double survive = 0;
    static double first[NORMAL_POINTS];
    normal_rule_make(&rule);
    for (int i = 0; i < NORMAL_POINTS; i++) {
        first[i] = 0;
        for (int k = 0; k < NORMAL_POINTS; k++) {
            double z = rho * rule.node[i] + sqrt(1 - rho * rho) * rule.node[k];
            first[i] += rule.weight[k] * (1 - conditional_pd(pd_of(rule.node[i]), LOADING, z));
        }
    }
    for (int i = 0; i < NORMAL_POINTS; i++)
        for (int j = 0; j < NORMAL_POINTS; j++) {
            double x = p * rule.node[i] + sqrt(1 - p * p) * rule.node[j], second = 0;
            for (int k = 0; k < NORMAL_POINTS; k++) {
                double z = rho * rule.node[j] + sqrt(1 - rho * rho) * rule.node[k];
                second += rule.weight[k] * (1 - conditional_pd(pd_of(x), LOADING, z));
            }
            survive += rule.weight[i] * rule.weight[j] * first[i] * second;
        }
    return 1 - survive;
}

static void two_years_of_a_driver_that_lasts(void **state)
{
    (void)state;
    const setting of[] = {{0, 2, 0.9}, {-0.6, 2, 0.9}, {-0.6, 2, 0.3}};
    for (int i = 0; i < 3; i++) {
        fixture_world w;
        plim_tallies t;
        make(&w, &of[i], false);
        fixture_simulate(&t, &w.plan, PATHS, 13);
        check_paths(t.defaulted_exposure + PATHS, 100000,
                    two_years(of[i].correlation, of[i].persistence));
        plim_tallies_free(&t);
        fixture_drop(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_year),
        cmocka_unit_test(a_loss_that_moves),
        cmocka_unit_test(two_years_of_a_driver_that_lasts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
