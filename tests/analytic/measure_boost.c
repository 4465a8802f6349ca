/* Estimates from a boosted tail over many seeds: a book of equal loans on one factor, whose loss
 * has an exact distribution (binomial mixed over the factor by quadrature). They must scatter as
 * their errors say, around the exact value, and less than those of a plain run. */
#include "../support/quadrature.h"
#include "../support/simulate_fixture.h"

#include <gsl/gsl_randist.h>
#include <stdio.h>

#include "measure/weighted.h"
#include "simulate/boost.h"

#define PD 0.02

enum { LOANS = 200, PATHS = 4000, FACTOR = 20, SEEDS = 40 };

static const plim_confidence level[] = {{10, 1000}, {1, 1000}, {3, 10000}};
#define N_LEVELS (sizeof level / sizeof *level)

static void make(fixture_world *w, double rho)
{
    memset(w, 0, sizeof *w);
    fixture_loan *loans = fixture_equal_loans(LOANS, 1, 1);
    fixture_book(&w->book, LOANS, 1, loans, LOANS);
    plim_free(loans);
    fixture_program(&w->program, 1, 2026, 2026);
    fixture_factors(&w->program, 1, 0, 0);
    w->program.model.loading[0] = fixture_constant(&w->program, sqrt(rho));
    fixture_make(&w->plan, &w->book, &w->program);
}

/* Exact VaR, the smallest d with P(D > d) <= beyond, and ES, in loans. */
typedef struct exact {
    double var, es;
} exact;

static exact exact_of(plim_confidence at, double rho)
{
    double p[LOANS + 1] = {0}, beyond = 0, excess = 0, share = (double)at.beyond / at.of;
    normal_rule rule;
    normal_rule_make(&rule);
    for (uint32_t d = 0; d <= LOANS; d++)
        for (int i = 0; i < NORMAL_POINTS; i++)
            p[d] += rule.weight[i] *
                    gsl_ran_binomial_pdf(d, conditional_pd(PD, sqrt(rho), rule.node[i]), LOANS);
    uint32_t d = LOANS;
    while (beyond + p[d] <= share) {
        beyond += p[d];
        excess += d * p[d];
        d--;
    }
    return (exact){d, (excess + (share - beyond) * d) / share};
}

typedef struct scatter {
    double sum, squares, variances; /* of estimates; of their stated errors */
    double paths;                   /* sum of effective paths */
    uint32_t covered;               /* intervals of VaR around the exact one */
} scatter;

static void add(scatter *to, plim_estimate e)
{
    to->sum += e.value;
    to->squares += e.value * e.value;
    to->variances += e.stderr_ * e.stderr_;
}

static double variance_of(const scatter *s)
{
    double mean = s->sum / SEEDS;
    return (s->squares - SEEDS * mean * mean) / (SEEDS - 1);
}

/* ES at each level from the plain and the boosted sample of a seed. */
static void one_seed(const fixture_world *w, uint64_t seed, scatter *plain, scatter *boosted,
                     double rho)
{
    plim_simulation simulation = {.plan = &w->plan,
                                  .seed = seed,
                                  .n_paths = PATHS,
                                  .isa = fixture_best_isa(),
                                  .threads = 2,
                                  .tail = FACTOR};
    plim_tallies t;
    plim_boost boost;
    MUST(plim_simulate(&simulation, &t, &must_err));
    MUST(plim_boost_make(&boost, &simulation, &t, PLIM_BOOST_SHARE, &must_err));
    int64_t *above = plim_alloc(PATHS + boost.n_further, sizeof *above);
    int64_t *below = plim_alloc(PATHS, sizeof *below);
    assert_true(above != NULL && below != NULL);
    plim_strata all = {.above = t.loss, .n_above = PATHS};
    plim_strata strata = {.above = above, .below = below, .all_below = boost.all_below};
    for (uint32_t p = 0; p < PATHS; p++)
        if (boost.above[p])
            above[strata.n_above++] = t.loss[p];
        else
            below[strata.n_below++] = t.loss[p];
    for (uint32_t i = 0; i < boost.n_further; i++)
        above[strata.n_above++] = boost.loss[i];
    plim_weighted a, b;
    MUST(plim_weighted_make(&a, &all, &must_err));
    MUST(plim_weighted_make(&b, &strata, &must_err));
    for (size_t k = 0; k < N_LEVELS; k++) {
        add(&plain[k], plim_weighted_es(&a, level[k]));
        add(&boosted[k], plim_weighted_es(&b, level[k]));
        boosted[k].paths += plim_weighted_tail_paths(&b, level[k]);
        plim_estimate var = plim_weighted_var(&b, level[k]);
        double truth = exact_of(level[k], rho).var;
        boosted[k].covered += !(var.low > truth || var.high < truth);
    }
    plim_weighted_free(&a);
    plim_weighted_free(&b);
    plim_free(above);
    plim_free(below);
    plim_boost_free(&boost);
    plim_tallies_free(&t);
}

static void run_seeds(double rho, scatter *plain, scatter *boosted)
{
    fixture_world w;
    make(&w, rho);
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        one_seed(&w, seed, plain, boosted, rho);
    fixture_drop(&w);
}

/* Estimates scatter as they say, around the exact value. */
static void check(const scatter *s, double true_value)
{
    double stated = s->variances / SEEDS, ratio = sqrt(variance_of(s) / stated);
    assert_true(fabs(s->sum / SEEDS - true_value) < 3 * sqrt(stated / SEEDS));
    assert_true(ratio > 0.7 && ratio < 1.4);
}

static void errors_are_true_and_smaller(void **state)
{
    (void)state;
    scatter plain[N_LEVELS] = {0}, boosted[N_LEVELS] = {0};
    run_seeds(0.15, plain, boosted);
    for (size_t k = 0; k < N_LEVELS; k++) {
        check(&boosted[k], exact_of(level[k], 0.15).es);
        assert_true(boosted[k].covered > SEEDS * 85 / 100);
        assert_true(5 * variance_of(&boosted[k]) < variance_of(&plain[k]));
        assert_true(boosted[k].paths >
                    SEEDS * 0.7 * (FACTOR + 1) * PATHS * level[k].beyond / level[k].of);
    }
}

/* Where single borrowers decide the tail, the proxy knows little of it. Tail paths lie below the
   cut and weigh more: effective paths say how few they are worth. At 99 % all is well; beyond, with
   some ten of them, the error is no better known than that of so few plain paths, but the estimate
   is still closer than theirs. */
static void a_poor_proxy_costs_precision(void **state)
{
    (void)state;
    scatter plain[N_LEVELS] = {0}, boosted[N_LEVELS] = {0};
    run_seeds(0.01, plain, boosted);
    check(&boosted[0], exact_of(level[0], 0.01).es);
    assert_true(boosted[1].paths < SEEDS * 0.4 * (FACTOR + 1) * PATHS / 1000);
    assert_true(variance_of(&boosted[1]) < variance_of(&plain[1]));
    double off = boosted[1].sum / SEEDS - exact_of(level[1], 0.01).es;
    assert_true(fabs(off) < sqrt(boosted[1].variances / SEEDS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(errors_are_true_and_smaller),
                                       cmocka_unit_test(a_poor_proxy_costs_precision)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
