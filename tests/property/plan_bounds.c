/* Bounds over boxes hold every value inside, rounding and missing ones included, primitive by
 * primitive and for whole formulas; and they are no wider than the primitives make them. */
#include "../support/varying_world.h"

#include <float.h>

#include "plan/bounds.h"
#include "plan/varying.h"

enum { BOXES = 40000, POINTS = 24, WORLDS = 24, ROWS = 16, FORMULAS = 12, PLACES = 16 };

typedef struct box {
    double low[3], high[3];
} box;

/* What was looked at. */
typedef struct counts {
    size_t known, unknown, wide, values;
} counts;

/* ---- random intervals ---- */

static double any_end(fixture_world *w, plim_op op)
{
    static const double special[] = {0,      -0.0,    1,        -1,        0.5,   2,
                                     3,      -2,      -3,       1e-300,    1e300, -1e300,
                                     5e-324, -5e-324, INFINITY, -INFINITY, 64,    65,
                                     0x1p52, 709.8,   -745.2,   0x1p-1022, 1e-17, 1 - 0x1p-53};
    bool of_share = op == PLIM_OP_NORMAL_INV || op == PLIM_OP_LOGIT;
    switch (fixture_below(w, 5)) {
    case 0:
        return special[fixture_below(w, sizeof special / sizeof *special)];
    case 1:
        return floor(fixture_between(w, -6, 7));
    case 2:
        return exp(fixture_between(w, -20, 8)) * (fixture_below(w, 2) ? 1 : -1);
    case 3:
        return of_share ? fixture_uniform(w) : fixture_between(w, -40, 40);
    default:
        return of_share ? fixture_uniform(w) : fixture_between(w, -2, 2);
    }
}

static void any_interval(fixture_world *w, plim_op op, double *low, double *high)
{
    double a = any_end(w, op), b = a;
    uint32_t shape = fixture_below(w, 20);
    if (shape == 0)
        a = b = (double)NAN;
    else if (shape < 5 && isfinite(a))
        b = a + fabs(a) * exp(fixture_between(w, -36, -1)); /* narrow */
    else if (shape < 15)
        b = any_end(w, op);
    *low = b < a ? b : a;
    *high = b < a ? a : b;
}

/* A number of the interval; anything where it is not known. */
static double any_inside(fixture_world *w, double low, double high)
{
    if (isnan(low))
        return fixture_below(w, 2) ? (double)NAN : fixture_between(w, -2, 2);
    double x = low;
    switch (fixture_below(w, 6)) {
    case 0:
        break;
    case 1:
        x = high;
        break;
    case 2:
        x = 0;
        break;
    case 3:
        x = ceil(fmax(low, -1e6)) + fixture_below(w, 3);
        break;
    case 4: /* in scale */
        x = low > 0 ? low * pow(high / low, fixture_uniform(w))
                    : high / exp(fixture_uniform(w) * 9);
        break;
    default:
        x = fmax(low, -1e300) + fixture_uniform(w) * (fmin(high, 1e300) - fmax(low, -1e300));
    }
    return x >= low && x <= high ? x : fixture_below(w, 2) ? nextafter(low, high) : high;
}

/* ---- one primitive ---- */

static double value_of(plim_op op, const plim_list *curve, const double *x)
{
    return op == PLIM_OP_INTERP ? plim_list_interp(curve, x[0]) : plim_primitive_apply(op, x);
}

static void fail_at(plim_op op, const box *b, const double *x, double value, const double out[2])
{
    fail_msg("%s: [%.17g, %.17g] [%.17g, %.17g] [%.17g, %.17g] at %.17g %.17g %.17g is %.17g, "
             "bounds [%.17g, %.17g]",
             plim_primitive_name(op), b->low[0], b->high[0], b->low[1], b->high[1], b->low[2],
             b->high[2], x[0], x[1], x[2], value, out[0], out[1]);
}

static bool near(double x, double y)
{
    bool large = fabs(x) >= DBL_MAX && fabs(y) >= DBL_MAX && x * y > 0;
    return x == y || large || fabs(x - y) <= 1e-9 * fabs(y) + 1e-11;
}

/* The point whose i-th number is the interval's low or high end, or 0 if that is inside. */
static void corner(const box *b, int number, double *x)
{
    for (int a = 0; a < 3; a++, number /= 3) {
        x[a] = number % 3 == 0 ? b->low[a] : b->high[a];
        if (number % 3 == 2 && b->low[a] < 0 && b->high[a] > 0)
            x[a] = 0;
    }
}

/* Bounds that no value comes near are too wide. Of all primitives but those that turn where no
   corner is. */
static void check_tight(plim_op op, const box *b, const double reach[2], const double out[2])
{
    const double none[3] = {0};
    if (op == PLIM_OP_EQ || op == PLIM_OP_INTERP || op == PLIM_OP_CLIP)
        return;
    if (!near(out[0], reach[0]) || !near(out[1], reach[1]))
        fail_at(op, b, none, reach[0], out);
}

static void check_box(fixture_world *w, plim_op op, const plim_list *curve, const box *b,
                      counts *seen)
{
    double out[2], reach[2] = {INFINITY, -INFINITY};
    plim_bounds_apply(op, curve, b->low, b->high, out);
    assert_int_equal(isnan(out[0]), isnan(out[1]));
    seen->unknown += isnan(out[0]) != 0;
    seen->known += isnan(out[0]) == 0;
    seen->wide += out[0] < out[1];
    for (int i = 0; i < 27 + POINTS && !isnan(out[0]); i++) {
        double x[3];
        corner(b, i, x);
        for (int a = 0; a < 3; a++)
            if (i >= 27 || isnan(b->low[a]))
                x[a] = any_inside(w, b->low[a], b->high[a]);
        double value = value_of(op, curve, x);
        if (!(value >= out[0] && value <= out[1]))
            fail_at(op, b, x, value, out);
        reach[0] = fmin(reach[0], value);
        reach[1] = fmax(reach[1], value);
        seen->values++;
    }
    if (!isnan(out[0]))
        check_tight(op, b, reach, out);
}

/* Do the rules promise bounds where the operands are known numbers? */
static bool promised(plim_op op, const double *x)
{
    if (op == PLIM_OP_DIVIDE)
        return x[1] != 0;
    if (op == PLIM_OP_POWER)
        return x[0] > 0 || x[1] >= 0 || (x[0] < 0 && x[1] == floor(x[1]));
    if (op == PLIM_OP_CLIP)
        return x[1] <= x[2];
    return op == PLIM_OP_LOG ? x[0] > 0 : true;
}

static void check_number(plim_op op, const plim_list *curve, const box *b)
{
    double out[2], value = value_of(op, curve, b->low);
    bool known = true;
    for (int a = 0; a < 3; a++)
        known = known && !isnan(b->low[a]);
    if (!known || isnan(value) || !promised(op, b->low))
        return;
    plim_bounds_apply(op, curve, b->low, b->low, out);
    if (!near(out[0], value) || !near(out[1], value))
        fail_at(op, b, b->low, value, out);
}

static void primitives(void **state)
{
    (void)state;
    fixture_world w = {0};
    uint32_t number = formula_curve(&w.program);
    const plim_list *curve = &w.program.graph.lists[number];
    for (plim_op op = PLIM_OP_INTERP; op < PLIM_OP_COUNT; op++) {
        counts seen = {0};
        for (uint32_t i = 0; i < BOXES; i++) {
            box b;
            for (int a = 0; a < 3; a++)
                any_interval(&w, op, &b.low[a], &b.high[a]);
            check_box(&w, op, curve, &b, &seen);
            check_number(op, curve, &b);
        }
        if (seen.known < BOXES / 50 || seen.wide < BOXES / 100 || seen.unknown == 0)
            fail_msg("%s: %zu bounds, %zu of them wide, %zu unknown", plim_primitive_name(op),
                     seen.known, seen.wide, seen.unknown);
    }
    plim_program_free(&w.program);
}

/* ---- formulas ---- */

/* Slots of some paths, [slot * PLACES + place], all in a box. */
typedef struct paths_in_box {
    double *low, *high, *slots;
} paths_in_box;

static paths_in_box any_paths(fixture_world *w)
{
    uint32_t n = w->plan.randoms.n_slots;
    paths_in_box p = {fixture_alloc(n, sizeof(double)), fixture_alloc(n, sizeof(double)),
                      fixture_alloc((size_t)n * PLACES, sizeof(double))};
    double width = exp(fixture_between(w, -9, 1));
    for (uint32_t slot = 0; slot < n; slot++) {
        p.low[slot] = fixture_between(w, -1, 2);
        p.high[slot] = p.low[slot] + (fixture_below(w, 4) ? width * fixture_uniform(w) : 0);
        for (uint32_t k = 0; k < PLACES; k++)
            p.slots[slot * PLACES + k] = any_inside(w, p.low[slot], p.high[slot]);
    }
    return p;
}

static void free_paths(paths_in_box *p)
{
    plim_free(p->low);
    plim_free(p->high);
    plim_free(p->slots);
}

/* Every row on every path. */
typedef struct grid {
    uint32_t row[ROWS * PLACES], path[ROWS * PLACES], first[ROWS];
    plim_lanes lanes;
} grid;

static void set_grid(grid *g, const paths_in_box *p, uint32_t n_rows)
{
    for (uint32_t i = 0; i < ROWS * PLACES; i++) {
        g->row[i] = (i / PLACES) % n_rows;
        g->path[i] = i % PLACES;
        g->first[i / PLACES] = g->row[i];
    }
    g->lanes = (plim_lanes){ROWS * PLACES, g->row, g->path, p->slots, PLACES};
}

static void check_lane(double low, double high, double value, counts *seen)
{
    seen->known += isnan(low) == 0;
    seen->unknown += isnan(low) != 0;
    seen->wide += low < high;
    if (!isnan(low) && !(value >= low && value <= high))
        fail_msg("%.17g is not in [%.17g, %.17g]", value, low, high);
}

static void check_formulas(fixture_world *w, const plim_evaluator_config *config, counts *seen)
{
    plim_bounds *bounds;
    plim_evaluator *evaluator;
    MUST(plim_bounds_create(&bounds, config, &must_err));
    MUST(plim_evaluator_create(&evaluator, config, &must_err));
    for (int i = 0; i < 8; i++) {
        paths_in_box p = any_paths(w);
        grid g;
        set_grid(&g, &p, w->plan.n_borrowers);
        plim_bounds_rows(bounds, g.first, ROWS);
        plim_bounds_box(bounds, p.low, p.high);
        plim_evaluator_run_lanes(evaluator, &g.lanes);
        for (size_t k = 0; k < config->n_outputs; k++)
            for (uint32_t lane = 0; lane < ROWS * PLACES; lane++) {
                plim_node node = config->outputs[k];
                check_lane(plim_bounds_low(bounds, node)[lane / PLACES],
                           plim_bounds_high(bounds, node)[lane / PLACES],
                           plim_evaluator_values(evaluator, node)[lane], seen);
            }
        free_paths(&p);
    }
    plim_bounds_destroy(bounds);
    plim_evaluator_destroy(evaluator);
}

static void formulas(void **state)
{
    (void)state;
    counts seen = {0};
    for (uint32_t i = 0; i < WORLDS; i++) {
        fixture_world w;
        const fixture_sizes sizes = {
            .borrowers = ROWS, .banks = 1, .scenarios = 1, .years = 1 + i % 4, .factors = 1};
        varying_world(&w, &sizes, 200000 * i);
        formula_in in = {.w = &w,
                         .t = sizes.years - 1,
                         .n_drivers = VARYING_DRIVERS,
                         .n_hazards = (uint32_t)w.program.scenarios[0].n_drivers - VARYING_DRIVERS,
                         .level = PLIM_LEVEL_BORROWER,
                         .column = fixture_column(&w.program, PLIM_LEVEL_BORROWER, "size"),
                         .before = PLIM_NO_NODE,
                         .curve = formula_curve(&w.program),
                         .wild = i % 3 > 0};
        plim_node outputs[FORMULAS];
        for (uint32_t k = 0; k < FORMULAS; k++)
            outputs[k] = formula_any(&in, 1 + k % 4);
        check_formulas(&w,
                       &(plim_evaluator_config){.book = &w.book,
                                                .program = &w.program,
                                                .grain = PLIM_LEVEL_BORROWER,
                                                .outputs = outputs,
                                                .n_outputs = FORMULAS,
                                                .randoms = &w.plan.randoms},
                       &seen);
        fixture_drop(&w);
    }
    assert_true(seen.known > 100000 && seen.unknown > 10000 && seen.wide > 50000);
}

/* ---- PDs ---- */

static void check_pds(fixture_world *w, plim_varying *varying, const grid *g, const paths_in_box *p,
                      counts *seen)
{
    static double pd[8 * PLIM_EVALUATE_BLOCK];
    double low[ROWS], high[ROWS];
    MUST(plim_varying_pd(varying, 1, &g->lanes, g->path, pd, &must_err));
    for (plim_cell_at at = {1, 0}; at.year < w->plan.n_years; at.year++) {
        plim_varying_rows(varying, at, g->first, ROWS);
        plim_varying_box(varying, p->low, p->high, low, high);
        for (uint32_t lane = 0; lane < ROWS * PLACES; lane++) {
            assert_true(low[lane / PLACES] >= 0 && high[lane / PLACES] <= 1);
            check_lane(low[lane / PLACES], high[lane / PLACES],
                       pd[at.year * PLIM_EVALUATE_BLOCK + lane], seen);
        }
    }
}

static void pds(void **state)
{
    (void)state;
    counts seen = {0};
    for (uint32_t i = 0; i < 2 * WORLDS; i++) {
        fixture_world w;
        plim_varying *varying;
        const fixture_sizes sizes = {
            .borrowers = ROWS, .banks = 1, .scenarios = 1, .years = 1 + i % 5, .factors = 0};
        varying_world(&w, &sizes, 10000000 + 100000 * i);
        MUST(plim_varying_create(&varying, &w.plan, &must_err));
        for (int k = 0; k < 12 && w.plan.pd_varies[1]; k++) {
            paths_in_box p = any_paths(&w);
            grid g;
            set_grid(&g, &p, w.plan.n_borrowers);
            check_pds(&w, varying, &g, &p, &seen);
            free_paths(&p);
        }
        plim_varying_destroy(varying);
        fixture_drop(&w);
    }
    assert_true(seen.wide > 20000 && seen.known - seen.wide > 20000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(primitives),
        cmocka_unit_test(formulas),
        cmocka_unit_test(pds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
