/* Twelve unlike loans of six borrowers at three banks, under the baseline and a scenario: the
 * distribution of each bank's loss by enumeration of who defaults, mixed over the factor by
 * quadrature. */
#include "../support/quadrature.h"
#include "../support/simulate_fixture.h"

#define BORROWERS 6
#define SETS      (1 << BORROWERS)
#define PATHS     60000
#define Z         4.5

static const fixture_loan loans[2 * BORROWERS] = {
    {0, 0, 1000.10, 0.45, 1, 0}, {0, 1, 200.05, 0.30, 1, 0}, {1, 0, 55.55, 0.75, 1, 0},
    {1, 2, 7000.07, 0.40, 2, 0}, {2, 1, 320.00, 0.50, 1, 0}, {2, 1, 11.11, 1.20, 1, 0},
    {3, 2, 900.90, 0.25, 1, 0},  {3, 0, 64.64, 0.60, 2, 0},  {4, 0, 4096.00, 0.10, 1, 0},
    {4, 2, 2.56, 0.90, 1, 0},    {5, 1, 77.77, 0.33, 1, 0},  {5, 0, 8000.08, 0.45, 1, 0}};
static const double pd[BORROWERS] = {0.01, 0.25, 0.08, 0.15, 0.4, 0.03};
static const double loading[BORROWERS] = {0.2, 0.5, -0.3, 0.45, 0.6, 0};

static void make(fixture_world *w)
{
    memset(w, 0, sizeof *w);
    fixture_book(&w->book, BORROWERS, 3, loans, 2 * BORROWERS);
    fixture_program(&w->program, 1, 2026, 2026);
    fixture_factors(&w->program, 1, 0, 0);
    plim_column *weight = fixture_number(&w->book.borrowers, "w", 0);
    for (uint32_t b = 0; b < BORROWERS; b++) {
        fixture_set_pd(&w->book, b, pd[b]);
        weight->number[b] = loading[b];
    }
    plim_program *p = &w->program;
    p->model.loading[0] = fixture_column(p, PLIM_LEVEL_BORROWER, "w");
    p->scenarios[0].pd[0] =
        fixture_apply2(p, PLIM_OP_MULTIPLY, fixture_pd(p, 0), fixture_constant(p, 2));
    p->scenarios[0].lgd[0] = fixture_apply2(
        p, PLIM_OP_MULTIPLY, fixture_column(p, PLIM_LEVEL_LOAN, "lgd"), fixture_constant(p, 1.25));
    fixture_make(&w->plan, &w->book, p);
}

/* Probability of each set of defaulting borrowers. */
static void enumerate(double factor, double probability[SETS])
{
    normal_rule rule;
    normal_rule_make(&rule);
    for (int set = 0; set < SETS; set++) {
        probability[set] = 0;
        for (int i = 0; i < NORMAL_POINTS; i++) {
            double product = rule.weight[i];
            for (int b = 0; b < BORROWERS; b++) {
                double h = conditional_pd(factor * pd[b], loading[b], rule.node[i]);
                product *= (set >> b & 1) != 0 ? h : 1 - h;
            }
            probability[set] += product;
        }
    }
}

/* Loss of a bank (3: of all) in fen when the borrowers of `set` default. */
static int64_t loss_of(int set, uint32_t bank, double lgd_factor)
{
    int64_t sum = 0;
    for (int l = 0; l < 2 * BORROWERS; l++)
        if ((set >> loans[l].borrower & 1) != 0 && (bank == 3 || loans[l].bank == bank))
            sum += plim_fen_loss(loans[l].lgd * lgd_factor, nearbyint(loans[l].balance * 100));
    return sum;
}

static int64_t path_loss(const plim_tallies *t, uint32_t scenario, uint32_t bank, uint32_t path)
{
    int64_t sum = 0;
    for (uint32_t b = 0; b < 3; b++)
        if (bank == 3 || b == bank)
            sum += t->loss[((size_t)scenario * 3 + b) * PATHS + path];
    return sum;
}

/* For each loss that can happen, the share of paths that have it. */
static void check_bank(const plim_tallies *t, uint32_t scenario, uint32_t bank)
{
    double factor = scenario == 0 ? 1 : 2, lgd_factor = scenario == 0 ? 1 : 1.25;
    double probability[SETS];
    enumerate(factor, probability);
    uint32_t seen = 0;
    for (int set = 0; set < SETS; set++) {
        int64_t loss = loss_of(set, bank, lgd_factor);
        double p = 0;
        bool first = true;
        for (int other = 0; other < SETS; other++) {
            if (loss_of(other, bank, lgd_factor) != loss)
                continue;
            p += probability[other];
            first = first && other >= set;
        }
        uint32_t count = 0;
        for (uint32_t path = 0; path < PATHS; path++)
            count += path_loss(t, scenario, bank, path) == loss;
        seen += first ? count : 0;
        assert_near((double)count / PATHS, p, Z * sqrt(p * (1 - p) / PATHS) + 0.5 / PATHS);
    }
    assert_int_equal(seen, PATHS); /* no loss that cannot be */
}

static void distribution_by_bank(void **state)
{
    (void)state;
    fixture_world w;
    plim_tallies t;
    make(&w);
    fixture_simulate(&t, &w.plan, PATHS, 7);
    for (uint32_t s = 0; s < 2; s++)
        for (uint32_t bank = 0; bank <= 3; bank++)
            check_bank(&t, s, bank);
    plim_tallies_free(&t);
    fixture_drop(&w);
}

/* The analytic expected loss, and the difference of the scenarios path by path. */
static void expected_losses(void **state)
{
    (void)state;
    fixture_world w;
    plim_tallies t;
    make(&w);
    fixture_simulate(&t, &w.plan, PATHS, 8);
    double exact[2] = {0};
    for (uint32_t s = 0; s < 2; s++) {
        for (int b = 0; b < BORROWERS; b++)
            exact[s] += (double)loss_of(1 << b, 3, s == 0 ? 1 : 1.25) * pd[b] * (1 + s);
        assert_near(plim_plan_analytic_el(&w.plan, s), exact[s] / 100, 1e-9);
    }
    double sum = 0, squares = 0;
    for (uint32_t p = 0; p < PATHS; p++) {
        double delta = (double)(path_loss(&t, 1, 3, p) - path_loss(&t, 0, 3, p));
        assert_true(delta >=
                    0); /* common draws: who defaults under the baseline defaults under stress */
        sum += delta;
        squares += delta * delta;
    }
    double mean = sum / PATHS, variance = squares / PATHS - mean * mean;
    assert_near(mean, exact[1] - exact[0], Z * sqrt(variance / PATHS));
    plim_tallies_free(&t);
    fixture_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distribution_by_bank),
        cmocka_unit_test(expected_losses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
