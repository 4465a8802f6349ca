/* Estimates from a boosted tail over many seeds: a book of equal loans on one factor, whose loss
 * has an exact distribution (binomial mixed over the factor by quadrature). They must scatter as
 * their errors say, around the exact value, and less than those of a plain run. */
#include "../support/quadrature.h"
#include "../support/simulate_fixture.h"

#include <gsl/gsl_randist.h>
#include <stdio.h>

#include "measure/weighted.h"
#include "simulate/boost.h"

#define PD  0.02
#define RHO 0.15

enum { LOANS = 200, PATHS = 4000, FACTOR = 20, SEEDS = 24 };

static const plim_confidence level[] = {{10, 1000}, {1, 1000}, {3, 10000}};
#define N_LEVELS (sizeof level / sizeof *level)

static void make(fixture_world *w)
{
    memset(w, 0, sizeof *w);
    fixture_loan *loans = fixture_equal_loans(LOANS, 1, 1);
    fixture_book(&w->book, LOANS, 1, loans, LOANS);
    plim_free(loans);
    fixture_program(&w->program, 1, 2026, 2026);
    fixture_factors(&w->program, 1, 0, 0);
    w->program.model.loading[0] = fixture_constant(&w->program, sqrt(RHO));
    fixture_make(&w->plan, &w->book, &w->program);
}

/* Exact ES, in loans: VaR is the smallest d with P(D > d) <= beyond. */
static double exact_es(plim_confidence at)
{
    double p[LOANS + 1] = {0}, beyond = 0, excess = 0, share = (double)at.beyond / at.of;
    normal_rule rule;
    normal_rule_make(&rule);
    for (uint32_t d = 0; d <= LOANS; d++)
        for (int i = 0; i < NORMAL_POINTS; i++)
            p[d] += rule.weight[i] *
                    gsl_ran_binomial_pdf(d, conditional_pd(PD, sqrt(RHO), rule.node[i]), LOANS);
    uint32_t d = LOANS;
    while (beyond + p[d] <= share) {
        beyond += p[d];
        excess += d * p[d];
        d--;
    }
    return (excess + (share - beyond) * d) / share;
}

typedef struct scatter {
    double sum, squares, variances; /* of estimates; of their stated errors */
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
static void one_seed(const fixture_world *w, uint64_t seed, scatter *plain, scatter *boosted)
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
        double tail = (double)PATHS * level[k].beyond / level[k].of;
        assert_true(plim_weighted_tail_paths(&b, level[k]) > (k == 0 ? 1 : 5) * tail);
    }
    plim_weighted_free(&a);
    plim_weighted_free(&b);
    plim_free(above);
    plim_free(below);
    plim_boost_free(&boost);
    plim_tallies_free(&t);
}

static void errors_are_true_and_smaller(void **state)
{
    (void)state;
    fixture_world w;
    scatter plain[N_LEVELS] = {0}, boosted[N_LEVELS] = {0};
    make(&w);
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        one_seed(&w, seed, plain, boosted);
    for (size_t k = 0; k < N_LEVELS; k++) {
        double exact = exact_es(level[k]), variance = variance_of(&boosted[k]);
        double off = boosted[k].sum / SEEDS - exact, stated = boosted[k].variances / SEEDS;
        print_message("%zu: exact %.4f off %.4f (%.2f errors) ratio %.3f plain/boosted %.2f\n", k,
                      exact, off, off / sqrt(stated / SEEDS), sqrt(variance / stated),
                      variance_of(&plain[k]) / variance);
        assert_true(fabs(off) < 3 * sqrt(stated / SEEDS));
        assert_in_range((int)(1000 * sqrt(variance / stated)), 700, 1400);
        if (k > 0)
            assert_true(variance < variance_of(&plain[k]) / 3);
    }
    fixture_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(errors_are_true_and_smaller)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
