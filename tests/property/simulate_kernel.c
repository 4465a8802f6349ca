/* The vector kernel, for every instruction set and odd tiles, against the definition written out:
 * one uniform a borrower and path, the first year in which it lies below the cumulative conditional
 * PD. */
#include "../support/simulate_fixture.h"

#include "math/functions.h"

#define PLANS 24

static uint8_t year_by_definition(const plim_plan *plan, uint32_t borrower, uint32_t scenario,
                                  const double *z, double uniform)
{
    size_t row =
        plan->first_row[borrower] + plan->row_of[(size_t)borrower * plan->n_scenarios + scenario];
    double survival = 1;
    for (uint32_t t = 0; t < plan->n_years; t++) {
        double sum = 0;
        for (uint32_t k = plan->first_loading[borrower]; k < plan->first_loading[borrower + 1]; k++)
            sum += plan->loading[k] * z[t * plan->n_factors + plan->loading_factor[k]];
        survival *= 1 - plim_normal_cdf(plan->threshold[row * plan->n_years + t] - sum);
        if (uniform < 1 - survival)
            return (uint8_t)(t + 1);
    }
    return 0;
}

/* Compares event `*e` and moves on, if the definition has one for this borrower and path. */
static void check_pair(const plim_plan *plan, uint64_t seed, uint32_t borrower, uint32_t path,
                       const plim_events *events, size_t *e)
{
    double z[8 * 8] = {0};
    plim_simulate_factors(plan, seed, path, z);
    double uniform = plim_draw_fate(seed, plan->book->borrower_key[borrower], path);
    uint8_t year[8], any = 0;
    for (uint32_t s = 0; s < plan->n_scenarios; s++) {
        year[s] = plan->alive[borrower] ? year_by_definition(plan, borrower, s, z, uniform) : 0;
        any |= year[s];
    }
    if (any == 0)
        return;
    assert_true(*e < events->count);
    assert_int_equal(events->event[*e].borrower, borrower);
    assert_int_equal(events->event[*e].path, path);
    assert_memory_equal(events->year + *e * plan->n_scenarios, year, plan->n_scenarios);
    (*e)++;
}

static size_t check_tile(const plim_plan *plan, plim_isa isa, const plim_tile *tile)
{
    const uint64_t seed = 5;
    plim_workspace *workspace;
    const plim_events *events;
    MUST(plim_workspace_create(&workspace, plan, tile->n_borrowers, tile->n_paths, isa, seed,
                               &must_err));
    plim_simulate_tile(workspace, tile, &events);
    size_t e = 0;
    for (uint32_t b = 0; b < tile->n_borrowers; b++)
        for (uint32_t p = 0; p < tile->n_paths; p++)
            check_pair(plan, seed, tile->first_borrower + b, tile->first_path + p, events, &e);
    assert_int_equal(e, events->count);
    plim_workspace_destroy(workspace);
    return e;
}

static void random_plans(plim_isa isa)
{
    if (!fixture_has_isa(isa))
        skip();
    fixture_world w = {0};
    size_t events = 0;
    uint32_t draws = 0;
    for (uint32_t i = 0; i < PLANS; i++) {
        fixture_sizes sizes = {.borrowers = 1 + i,
                               .banks = 2,
                               .scenarios = 1 + i % 4,
                               .years = 1 + i % 6,
                               .factors = i % 5};
        fixture_random_world(&w, &sizes, draws);
        uint32_t first = fixture_below(&w, sizes.borrowers);
        plim_tile tile = {.first_borrower = first,
                          .n_borrowers = sizes.borrowers - first,
                          .first_path = fixture_below(&w, 1000),
                          .n_paths = 1 + fixture_below(&w, 70)};
        events += check_tile(&w.plan, isa, &tile);
        draws = w.draws;
        fixture_drop(&w);
    }
    assert_true(events > 2000);
}

static void base(void **state)
{
    (void)state;
    random_plans(PLIM_ISA_BASE);
}

static void avx2(void **state)
{
    (void)state;
    random_plans(PLIM_ISA_AVX2);
}

static void avx512(void **state)
{
    (void)state;
    random_plans(PLIM_ISA_AVX512);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base),
        cmocka_unit_test(avx2),
        cmocka_unit_test(avx512),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
