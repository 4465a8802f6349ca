/* Random drivers and hazards: what boxes of paths decide beforehand is what evaluating every
 * formula on every path decides, bit for bit, in fates and in money; by the definition written out;
 * and boxes that do not hold the paths do harm, so that the comparison says something. */
#include "../support/fates_fixture.h"
#include "../support/varying_world.h"

#include "math/functions.h"
#include "math/student.h"
#include "simulate/drivers.h"
#include "simulate/mixing.h"

enum { PLANS = 32, MOST_YEARS = 6 };

/* How borrowers, paths and scenarios whose PDs vary were decided. */
typedef struct tally {
    size_t events, doubt, dead, alive; /* by bounds: open, default, none */
    size_t money;                      /* events that cost something */
} tally;

static fixture_sizes sizes_of(uint32_t i)
{
    return (fixture_sizes){.borrowers = 1 + 2 * i,
                           .banks = 2,
                           .scenarios = 1 + i % 3,
                           .years = 1 + i % MOST_YEARS,
                           .factors = i % 4};
}

/* More paths than trees are grown on, so that boxes have been widened; not from path 0 alone. */
static fates_block block_of(fixture_world *w, uint32_t i)
{
    fates_block b = {.plan = &w->plan, .seed = 5 + i, .n_octets = 1 + i % FATES_OCTETS};
    b.first_path = i % 3 == 1 ? 80 : 0;
    b.n_paths = i % 2 ? 4800 : 320;
    for (uint32_t o = 0; o < b.n_octets; o++)
        b.octet[o] = (b.first_path + fixture_below(w, b.n_paths)) / PLIM_OCTET;
    return b;
}

/* ---- by definition ---- */

/* All numbers of a path that a fate hangs on. */
typedef struct path_numbers {
    uint32_t path;
    double z[MOST_YEARS * 8], innovation[MOST_YEARS * 8], mix[MOST_YEARS], *slots;
} path_numbers;

static void draw_path(const fates_block *b, path_numbers *n)
{
    plim_simulate_factors(b->plan, b->seed, n->path, n->z);
    plim_simulate_innovations(b->plan, b->seed, n->path, n->innovation);
    plim_simulate_mixing(b->plan, b->seed, n->path, n->mix);
    plim_path_factors factors = {n->z, n->innovation};
    memset(n->slots, 0, b->plan->randoms.n_slots * sizeof *n->slots);
    plim_simulate_drivers(b->plan, b->seed, n->path, &factors, n->slots, 1);
}

/* First year in which the uniform lies below the cumulative PD of thresholds [t], and the day by
   its place in the band of that year. */
static fates_moment year_of(const fates_block *b, const path_numbers *n, uint32_t borrower,
                            const double *threshold)
{
    const plim_plan *plan = b->plan;
    double uniform = plim_draw_fate(b->seed, plan->book->borrower_key[borrower], n->path);
    double survival = 1;
    for (uint32_t t = 0; t < plan->n_years; t++) {
        double sum = 0;
        for (uint32_t k = plan->first_loading[borrower]; k < plan->first_loading[borrower + 1]; k++)
            sum += plan->loading[k] * n->z[t * plan->n_factors + plan->loading_factor[k]];
        double before = 1 - survival;
        survival *= 1 - plim_normal_cdf(threshold[t] * n->mix[t] - sum);
        if (uniform < 1 - survival)
            return fates_in_band(t, uniform, before, 1 - survival);
    }
    return (fates_moment){0, 0};
}

/* A borrower in a scenario, one path at a time. */
static fates_moment year_by_definition(const fates_block *b, const path_numbers *n,
                                       plim_varying *formulas, uint32_t borrower, uint32_t s)
{
    const plim_plan *plan = b->plan;
    static double pd[MOST_YEARS * PLIM_EVALUATE_BLOCK];
    double threshold[MOST_YEARS];
    uint32_t path = 0;
    plim_lanes lanes = {1, &borrower, &path, n->slots, 1};
    /* Also of borrowers whose PD the plan calls the same on every path. */
    if (!plan->pd_varies[s] || !plan->applies[(size_t)borrower * plan->n_scenarios + s]) {
        size_t row = plan->first_row[borrower] + plan->row_of[borrower * plan->n_scenarios + s];
        return year_of(b, n, borrower, plan->threshold + row * plan->n_years);
    }
    MUST(plim_varying_pd(formulas, s, &lanes, &n->path, pd, &must_err));
    for (uint32_t t = 0; t < plan->n_years; t++)
        threshold[t] = plim_copula_inv(pd[t * PLIM_EVALUATE_BLOCK], (int)plan->copula_nu) /
                       sqrt(1 - plan->r2[borrower]);
    return year_of(b, n, borrower, threshold);
}

static fates by_definition(const fates_block *b)
{
    const plim_plan *plan = b->plan;
    plim_varying *formulas;
    MUST(plim_varying_create(&formulas, plan, &must_err));
    path_numbers n = {.slots = fixture_alloc(plan->randoms.n_slots, sizeof(double))};
    fates f = fates_make(b);
    for (uint32_t p = 0; p < f.n_paths; p++) {
        n.path = b->octet[p / PLIM_OCTET] * PLIM_OCTET + p % PLIM_OCTET;
        draw_path(b, &n);
        for (uint32_t i = 0; i < plan->n_borrowers; i++)
            for (uint32_t s = 0; plan->alive[i] && s < plan->n_scenarios; s++)
                fates_note(&f, fates_cell(&f, i, p) + s, year_by_definition(b, &n, formulas, i, s));
    }
    plim_varying_destroy(formulas);
    plim_free(n.slots);
    return f;
}

/* ---- what bounds leave open ---- */

static void count_case(tally *out, const fates_block *b, const path_numbers *n,
                       const plim_boxes *boxes, uint32_t borrower, uint32_t v)
{
    double low[MOST_YEARS], high[MOST_YEARS];
    for (uint32_t t = 0; t < b->plan->n_years; t++) {
        uint32_t family = plim_boxes_family(boxes, v, plim_boxes_class(boxes, borrower));
        uint8_t cell = plim_boxes_find(boxes, family + t, n->slots, 1);
        plim_box_threshold at = plim_boxes_at(boxes, borrower, v, t)[cell];
        low[t] = at.low;
        high[t] = at.high;
    }
    uint8_t latest = year_of(b, n, borrower, low).year,
            soonest = year_of(b, n, borrower, high).year;
    if (latest != soonest)
        out->doubt++;
    else if (latest != 0)
        out->dead++;
    else
        out->alive++;
}

static void count_doubts(tally *out, const fates_block *b)
{
    const plim_plan *plan = b->plan;
    plim_boxes *boxes;
    path_numbers n = {.slots = fixture_alloc(plan->randoms.n_slots, sizeof(double))};
    plim_boxes_config config = {.plan = plan,
                                .seed = b->seed,
                                .first_path = b->first_path,
                                .n_paths = b->n_paths,
                                .threads = 1};
    MUST(plim_boxes_make(&boxes, &config, &must_err));
    for (uint32_t p = 0; p < b->n_octets * PLIM_OCTET && boxes != NULL; p++) {
        n.path = b->octet[p / PLIM_OCTET] * PLIM_OCTET + p % PLIM_OCTET;
        draw_path(b, &n);
        for (uint32_t i = 0; i < plan->n_borrowers; i++)
            for (uint32_t v = 0; v < plim_boxes_count(boxes); v++)
                if (plim_plan_pd_varies(plan, i, plim_boxes_scenario(boxes, v)))
                    count_case(out, b, &n, boxes, i, v);
    }
    plim_boxes_free(boxes);
    plim_free(n.slots);
}

/* ---- tests ---- */

static void compare(tally *out, fixture_world *w, uint32_t i, plim_isa isa)
{
    fates_block b = block_of(w, i);
    fates reference = fates_find(&b, &(plim_workspace_config){.isa = isa, .reference = true}, 0);
    fates fast = fates_find(&b, &(plim_workspace_config){.isa = isa}, i % 2 ? 0 : 16);
    if (fates_differences(&reference, &fast) != 0 ||
        fates_money_differences(&reference, &fast) != 0)
        fail_msg("plan %u: %zu fates and %zu sums differ", i, fates_differences(&reference, &fast),
                 fates_money_differences(&reference, &fast));
    out->events += fates_events(&fast);
    for (size_t c = 0; c < fast.n_cells; c++)
        out->money += fast.loss[c] > 0;
    if (isa == PLIM_ISA_BASE) {
        fates want = by_definition(&b);
        assert_int_equal(fates_differences(&want, &fast), 0);
        fates_free(&want);
        count_doubts(out, &b);
    }
    fates_free(&reference);
    fates_free(&fast);
}

static void random_plans(plim_isa isa)
{
    if (!fixture_has_isa(isa))
        skip();
    tally all = {0};
    uint32_t draws = 0;
    for (uint32_t i = 0; i < PLANS; i++) {
        fixture_world w;
        fixture_sizes sizes = sizes_of(i);
        fixture_nu = i % 3 == 2 ? 2 + i : 0;
        varying_world(&w, &sizes, draws);
        fixture_nu = 0;
        compare(&all, &w, i, isa);
        draws = w.draws;
        fixture_drop(&w);
    }
    assert_true(all.events > 5000 && all.money > 1000);
    if (isa != PLIM_ISA_BASE)
        return;
    print_message("%zu events; by bounds %zu open, %zu defaults, %zu survivals\n", all.events,
                  all.doubt, all.dead, all.alive);
    assert_true(all.doubt > 2000 && all.dead > 2000 && all.alive > 10000);
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

/* Boxes made for a few paths, and other paths asked for. */
static void boxes_must_hold_the_paths(void **state)
{
    (void)state;
    size_t wrong = 0, right = 0;
    for (uint32_t i = 0; i < 6; i++) {
        fixture_world w;
        fixture_sizes sizes = sizes_of(30 + i);
        varying_world(&w, &sizes, 1000000 + 100000 * i);
        fates_block b = block_of(&w, FATES_OCTETS - 1);
        for (uint32_t o = 0; o < b.n_octets; o++)
            b.octet[o] = 100 + o;
        b.n_paths = 2000;
        plim_workspace_config how = {.isa = fixture_best_isa()};
        fates good = fates_find(&b, &how, 0);
        b.n_paths = 8;
        fates bad = fates_find(&b, &how, 0);
        how.reference = true;
        fates reference = fates_find(&b, &how, 0);
        right += fates_differences(&good, &reference);
        wrong += fates_differences(&bad, &reference);
        fates_free(&good);
        fates_free(&bad);
        fates_free(&reference);
        fixture_drop(&w);
    }
    assert_int_equal(right, 0);
    assert_true(wrong > 10);
}

/* ---- what is refused ---- */

/* PDs a + b x that leave 0 to 1 on some paths, in the first year often near 1: many are dead when
   it happens. */
static void careless_world(fixture_world *w, uint32_t i)
{
    const fixture_sizes sizes = {
        .borrowers = 12, .banks = 1, .scenarios = 1, .years = 1 + i % 4, .factors = 1};
    fixture_random_start(w, &sizes, 5000 * i);
    plim_program *program = &w->program;
    plim_scenario *scenario = &program->scenarios[0];
    (void)fixture_random_driver(program, 0, &(fixture_random){.name = "x", .spread = {0.3, 0.3}});
    for (uint32_t t = 0; t < sizes.years; t++) {
        char name[16];
        (void)snprintf(name, sizeof name, "size%u", t);
        plim_node size = fixture_random_column(w, PLIM_LEVEL_BORROWER, name, 0.3, 0.7);
        plim_node slope = fixture_constant(program, fixture_between(w, 0, 1));
        plim_node x = fixture_random_node(program, 0, "x", (int)t);
        plim_node moved = fixture_apply2(program, PLIM_OP_MULTIPLY, x, slope);
        scenario->pd[t] = fixture_apply2(program, PLIM_OP_ADD, size, moved);
        if (t == 0)
            scenario->pd[t] = fixture_apply3(
                program, PLIM_OP_WHERE, fixture_apply2(program, PLIM_OP_GT, size, slope),
                fixture_constant(program, 0.999), fixture_pd(program, 0));
    }
    fixture_make(&w->plan, &w->book, program);
}

static plim_status refusal(const fates_block *b, bool reference)
{
    fates_finder finder;
    plim_status status = PLIM_OK;
    fates_open(&finder, b,
               &(plim_workspace_config){.isa = fixture_best_isa(), .reference = reference}, 0);
    for (uint32_t c = 0; c < finder.screen.n_chunks && status == PLIM_OK; c++) {
        const plim_events *events;
        plim_error err;
        status = plim_workspace_chunk(finder.workspace, c, &events, &err);
    }
    fates_close(&finder);
    return status;
}

/* Whatever has happened to the borrower before, and whatever paths are looked at beside. */
static void a_value_out_of_range_is_refused_by_both(void **state)
{
    (void)state;
    size_t refused = 0, accepted = 0;
    for (uint32_t i = 0; i < 400; i++) {
        fixture_world w;
        careless_world(&w, i);
        fates_block b = block_of(&w, i);
        plim_status want = refusal(&b, true), got = refusal(&b, false);
        if (want != got)
            fail_msg("plan %u: the reference says %d, boxes %d", i, (int)want, (int)got);
        refused += want == PLIM_INPUT;
        accepted += want == PLIM_OK;
        fixture_drop(&w);
    }
    assert_true(refused > 50 && accepted > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base),
        cmocka_unit_test(avx2),
        cmocka_unit_test(avx512),
        cmocka_unit_test(boxes_must_hold_the_paths),
        cmocka_unit_test(a_value_out_of_range_is_refused_by_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
