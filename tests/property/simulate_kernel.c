/* Screen, filter and decision, for every instruction set and odd blocks, against the definition
 * written out (one uniform a borrower and path, the first year in which it lies below the
 * cumulative conditional PD) and against the reference kernel; and that the filter's error bound is
 * needed. */
#include "../support/simulate_fixture.h"

#include "math/functions.h"
#include "simulate/mixing.h"

enum { PLANS = 24, MOST_OCTETS = 9, MOST_SCENARIOS = 8 };

/* Years of default by borrower, path of the block, scenario. */
typedef struct fates {
    uint32_t n_paths, n_scenarios;
    uint8_t *year;
} fates;

static uint8_t *fate_of(const fates *f, uint32_t borrower, uint32_t p)
{
    return f->year + ((size_t)borrower * f->n_paths + p) * f->n_scenarios;
}

static uint8_t year_by_definition(const plim_plan *plan, uint32_t borrower, uint32_t scenario,
                                  const double *z, const double *mix, double uniform)
{
    size_t row =
        plan->first_row[borrower] + plan->row_of[(size_t)borrower * plan->n_scenarios + scenario];
    double survival = 1;
    for (uint32_t t = 0; t < plan->n_years; t++) {
        double sum = 0;
        for (uint32_t k = plan->first_loading[borrower]; k < plan->first_loading[borrower + 1]; k++)
            sum += plan->loading[k] * z[t * plan->n_factors + plan->loading_factor[k]];
        survival *= 1 - plim_normal_cdf(plan->threshold[row * plan->n_years + t] * mix[t] - sum);
        if (uniform < 1 - survival)
            return (uint8_t)(t + 1);
    }
    return 0;
}

typedef struct block {
    const plim_plan *plan;
    uint64_t seed;
    uint32_t octet[MOST_OCTETS], n_octets;
} block;

static fates make_fates(const block *b)
{
    fates f = {.n_paths = b->n_octets * PLIM_OCTET, .n_scenarios = b->plan->n_scenarios};
    f.year = fixture_alloc((size_t)b->plan->n_borrowers * f.n_paths * f.n_scenarios, 1);
    return f;
}

static fates by_definition(const block *b)
{
    const plim_plan *plan = b->plan;
    fates f = make_fates(b);
    for (uint32_t p = 0; p < f.n_paths; p++) {
        double z[8 * 8] = {0}, mix[8];
        uint32_t path = b->octet[p / PLIM_OCTET] * PLIM_OCTET + p % PLIM_OCTET;
        plim_simulate_factors(plan, b->seed, path, z);
        plim_simulate_mixing(plan, b->seed, path, mix);
        for (uint32_t i = 0; i < plan->n_borrowers; i++) {
            double uniform = plim_draw_fate(b->seed, plan->book->borrower_key[i], path);
            for (uint32_t s = 0; plan->alive[i] && s < plan->n_scenarios; s++)
                fate_of(&f, i, p)[s] = year_by_definition(plan, i, s, z, mix, uniform);
        }
    }
    return f;
}

static fates by_kernel(const block *b, const plim_workspace_config *how, uint32_t chunk_size)
{
    plim_screen screen;
    plim_workspace *workspace;
    plim_workspace_config config = *how;
    MUST(plim_screen_make(
        &screen, &(plim_screen_config){.plan = b->plan, .most_borrowers = chunk_size, .threads = 1},
        &must_err));
    config.screen = &screen;
    config.seed = b->seed;
    config.n_octets = b->n_octets;
    MUST(plim_workspace_create(&workspace, &config, &must_err));
    plim_workspace_load(workspace, b->octet, b->n_octets);
    fates f = make_fates(b);
    for (uint32_t c = 0; c < screen.n_chunks; c++) {
        const plim_events *events;
        MUST(plim_workspace_chunk(workspace, c, &events, &must_err));
        for (size_t e = 0; e < events->count; e++)
            memcpy(fate_of(&f, events->event[e].borrower, events->event[e].path),
                   events->year + e * f.n_scenarios, f.n_scenarios);
    }
    plim_workspace_destroy(workspace);
    plim_screen_free(&screen);
    return f;
}

static size_t differences(const block *b, const fates *x, const fates *y)
{
    size_t n = 0, cells = (size_t)b->plan->n_borrowers * x->n_paths * x->n_scenarios;
    for (size_t i = 0; i < cells; i++)
        n += x->year[i] != y->year[i];
    return n;
}

static size_t events_of(const block *b, const fates *f)
{
    fates none = make_fates(b);
    size_t n = differences(b, f, &none);
    plim_free(none.year);
    return n;
}

static void random_plans(plim_isa isa)
{
    if (!fixture_has_isa(isa))
        skip();
    fixture_world w = {0};
    size_t events = 0;
    uint32_t draws = 0;
    for (uint32_t i = 0; i < PLANS; i++) {
        fixture_sizes sizes = {.borrowers = 1 + 3 * i,
                               .banks = 2,
                               .scenarios = 1 + i % 7,
                               .years = 1 + i % 6,
                               .factors = i % 5};
        fixture_nu = i % 3 == 2 ? 2 + i : 0;
        fixture_random_world(&w, &sizes, draws);
        fixture_nu = 0;
        block b = {.plan = &w.plan, .seed = 5 + i, .n_octets = 1 + i % MOST_OCTETS};
        for (uint32_t o = 0; o < b.n_octets; o++)
            b.octet[o] = fixture_below(&w, 100000);
        fates want = by_definition(&b);
        fates reference = by_kernel(&b, &(plim_workspace_config){.isa = isa, .reference = true}, 0);
        fates fast = by_kernel(&b, &(plim_workspace_config){.isa = isa}, i % 2 ? 0 : 16);
        assert_int_equal(differences(&b, &want, &reference), 0);
        assert_int_equal(differences(&b, &want, &fast), 0);
        events += events_of(&b, &want);
        plim_free(want.year);
        plim_free(reference.year);
        plim_free(fast.year);
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

/* With an error bound ten thousand times too small the filter decides for itself what it cannot
   know. (That the bound on the tail function is within a factor of ten of its worst error is shown
   over all floats in analytic/simulate_single.c.) */
static void the_bound_is_needed(void **state)
{
    (void)state;
    const fixture_sizes sizes = {
        .borrowers = 200, .banks = 1, .scenarios = 7, .years = 6, .factors = 2};
    fixture_world w;
    fixture_random_world(&w, &sizes, 99);
    block b = {.plan = &w.plan, .seed = 3, .n_octets = MOST_OCTETS};
    size_t wrong = 0;
    for (uint32_t round = 0; round < 3000 && wrong == 0; round++) {
        for (uint32_t o = 0; o < MOST_OCTETS; o++)
            b.octet[o] = round * MOST_OCTETS + o;
        plim_workspace_config config = {.isa = fixture_best_isa()};
        fates fast = by_kernel(&b, &config, 0);
        config.trust = 1e-4;
        fates hasty = by_kernel(&b, &config, 0);
        wrong += differences(&b, &fast, &hasty);
        plim_free(fast.year);
        plim_free(hasty.year);
    }
    assert_true(wrong > 0);
    fixture_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base),
        cmocka_unit_test(avx2),
        cmocka_unit_test(avx512),
        cmocka_unit_test(the_bound_is_needed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
