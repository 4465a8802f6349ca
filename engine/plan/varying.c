#include "plan/varying.h"

#include "base/memory.h"
#include "plan/bounds.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define BLOCK PLIM_EVALUATE_BLOCK

struct plim_varying {
    const plim_plan *plan;
    plim_evaluator **pd;   /* a scenario whose PDs vary, else NULL */
    plim_bounds **bounds;  /* [s * n_years + t] of such a scenario, else NULL */
    plim_evaluator **loan; /* [s * n_years + t]: a period in which losses vary, else NULL */
    plim_loan_terms terms;
    /* Slots of the cells' losses, one cell after the other: [first_slot[cell], first_slot[cell +
       1]). NEVER_CALM stands for those of processes. */
    uint32_t *slot;
    size_t *first_slot, slot_capacity;
    double *widest_low, *widest_high; /* [slot] */
    /* rows of the boxes */
    plim_cell_at of;
    uint32_t n, row[BLOCK];
};

/* ---- what there is ---- */

static size_t cell_of(const plim_plan *plan, plim_cell_at at)
{
    return (size_t)at.scenario * plan->n_years + at.year;
}

/* ---- slots ---- */

/* Places of the hazard whose slots hold this one. */
static uint32_t places_of(const plim_randoms *randoms, uint32_t slot)
{
    uint32_t i = 0;
    while (i + 1 < randoms->count && randoms->of[i + 1].slot <= slot)
        i++;
    return randoms->of[i].n_places;
}

static void mark_below(const plim_plan *plan, bool *needed, bool *uses)
{
    const plim_graph *graph = &plan->program->graph;
    for (size_t node = graph->count; node-- > 0;) {
        const plim_expr *expr = &graph->nodes[node];
        if (!needed[node] || !expr->varies)
            continue;
        plim_random_leaf leaf = plim_randoms_leaf(&plan->randoms, plan->program, expr);
        uint32_t n = leaf.place == NULL ? 1 : places_of(&plan->randoms, leaf.slot);
        for (uint32_t i = 0; leaf.slot != PLIM_NO_SLOT && i < n; i++)
            uses[leaf.slot + i] = true;
        for (int a = 0; a < plim_primitive_arity(expr->op); a++)
            needed[expr->arg[a]] = true;
    }
}

/* Marks the slots below two formulas. */
static plim_status mark_slots(const plim_plan *plan, const plim_node root[2], bool *uses,
                              plim_error *err)
{
    bool *needed = plim_alloc(plan->program->graph.count, sizeof *needed);
    if (needed == NULL)
        return plim_fail_memory(err, "formulas that vary");
    for (int i = 0; i < 2; i++)
        if (root[i] != PLIM_NO_NODE)
            needed[root[i]] = true;
    mark_below(plan, needed, uses);
    plim_free(needed);
    return PLIM_OK;
}

plim_status plim_varying_slots(const plim_plan *plan, plim_cell_at of, bool *uses, plim_error *err)
{
    const plim_scenario *scenario = &plan->program->scenarios[of.scenario - 1];
    const plim_node root[] = {scenario->pd[of.year], scenario->fails[of.year]};
    return mark_slots(plan, root, uses, err);
}

/* Is the slot one of a process? */
static bool is_process(const plim_randoms *randoms, uint32_t slot)
{
    uint32_t i = 0;
    while (i + 1 < randoms->count && randoms->of[i + 1].slot <= slot)
        i++;
    return randoms->of[i].driver->process != NULL;
}

/* All that any path may hold: intensities are not negative. */
static void set_widest(const plim_randoms *randoms, double *low, double *high)
{
    for (uint32_t slot = 0; slot < randoms->n_slots; slot++) {
        low[slot] = is_process(randoms, slot) ? -DBL_MAX : 0;
        high[slot] = DBL_MAX;
    }
}

#define NEVER_CALM UINT32_MAX

/* Appends the slots of one cell's losses; `uses` is scratch. */
static plim_status add_cell_slots(plim_varying *v, plim_cell_at of, bool *uses, plim_error *err)
{
    const plim_plan *plan = v->plan;
    const plim_scenario *scenario = &plan->program->scenarios[of.scenario - 1];
    const plim_node root[] = {scenario->lgd[of.year], scenario->ead[of.year]};
    size_t n = v->first_slot[cell_of(plan, of)];
    memset(uses, 0, plan->randoms.n_slots * sizeof *uses);
    PLIM_TRY(mark_slots(plan, root, uses, err));
    if (plim_grow((void **)&v->slot, &v->slot_capacity, n + plan->randoms.n_slots,
                  sizeof *v->slot) != 0)
        return plim_fail_memory(err, "formulas that vary");
    for (uint32_t slot = 0; slot < plan->randoms.n_slots; slot++)
        if (uses[slot])
            v->slot[n++] = is_process(&plan->randoms, slot) ? NEVER_CALM : slot;
    v->first_slot[cell_of(plan, of) + 1] = n;
    return PLIM_OK;
}

static plim_status list_slots(plim_varying *v, plim_error *err)
{
    const plim_plan *plan = v->plan;
    size_t cells = (size_t)plan->n_scenarios * plan->n_years;
    bool *uses = plim_alloc(plan->randoms.n_slots, sizeof *uses);
    v->first_slot = plim_alloc(cells + 1, sizeof *v->first_slot);
    plim_status status = uses == NULL || v->first_slot == NULL
                             ? plim_fail_memory(err, "formulas that vary")
                             : PLIM_OK;
    for (size_t i = 0; i < cells && status == PLIM_OK; i++) {
        v->first_slot[i + 1] = v->first_slot[i];
        plim_cell_at of = {(uint32_t)(i / plan->n_years), (uint32_t)(i % plan->n_years)};
        if (plan->loss_varies[i])
            status = add_cell_slots(v, of, uses, err);
    }
    plim_free(uses);
    return status;
}

bool plim_varying_is_calm(const plim_varying *varying, size_t cell, const double *slots,
                          uint32_t stride)
{
    for (size_t i = varying->first_slot[cell]; i < varying->first_slot[cell + 1]; i++)
        if (varying->slot[i] == NEVER_CALM || slots[(size_t)varying->slot[i] * stride] != 0)
            return false;
    return true;
}

/* ---- making ---- */

/* Adds the outputs of a period; returns how many. */
static size_t add_outputs(const plim_scenario *scenario, uint32_t t, plim_node *out)
{
    out[0] = scenario->pd[t];
    out[1] = scenario->pd_reference[t];
    out[2] = scenario->fails[t];
    out[3] = scenario->fails_reference[t];
    return 4;
}

static plim_status create_pd(plim_varying *v, uint32_t s, plim_error *err)
{
    const plim_plan *plan = v->plan;
    const plim_scenario *scenario = &plan->program->scenarios[s - 1];
    plim_node outputs[4 * PLIM_MAX_YEARS];
    plim_evaluator_config config = {.book = plan->book,
                                    .program = plan->program,
                                    .grain = PLIM_LEVEL_BORROWER,
                                    .outputs = outputs,
                                    .randoms = &plan->randoms};
    for (uint32_t t = 0; t < plan->n_years; t++) {
        config.n_outputs = add_outputs(scenario, t, outputs);
        PLIM_TRY(plim_bounds_create(&v->bounds[cell_of(plan, (plim_cell_at){s, t})], &config, err));
    }
    config.n_outputs = 0;
    for (uint32_t t = 0; t < plan->n_years; t++)
        config.n_outputs += add_outputs(scenario, t, outputs + config.n_outputs);
    return plim_evaluator_create(&v->pd[s], &config, err);
}

static plim_status create_loan(plim_varying *v, uint32_t s, uint32_t t, plim_error *err)
{
    const plim_plan *plan = v->plan;
    const plim_scenario *scenario = &plan->program->scenarios[s - 1];
    plim_node outputs[2] = {scenario->lgd[t], scenario->ead[t]};
    plim_evaluator_config config = {.book = plan->book,
                                    .program = plan->program,
                                    .grain = PLIM_LEVEL_LOAN,
                                    .outputs = outputs,
                                    .n_outputs = 2,
                                    .randoms = &plan->randoms};
    return plim_evaluator_create(&v->loan[(size_t)s * plan->n_years + t], &config, err);
}

static plim_status create(plim_varying *v, plim_error *err)
{
    const plim_plan *plan = v->plan;
    v->pd = plim_alloc(plan->n_scenarios, sizeof *v->pd);
    size_t cells = (size_t)plan->n_scenarios * plan->n_years;
    v->bounds = plim_alloc(cells, sizeof *v->bounds);
    v->loan = plim_alloc(cells, sizeof *v->loan);
    if (v->pd == NULL || v->bounds == NULL || v->loan == NULL)
        return plim_fail_memory(err, "formulas that vary");
    PLIM_TRY(plim_loan_terms_find(&v->terms, plan, err));
    PLIM_TRY(list_slots(v, err));
    v->widest_low = plim_alloc(plan->randoms.n_slots, sizeof *v->widest_low);
    v->widest_high = plim_alloc(plan->randoms.n_slots, sizeof *v->widest_high);
    if (v->widest_low == NULL || v->widest_high == NULL)
        return plim_fail_memory(err, "formulas that vary");
    set_widest(&plan->randoms, v->widest_low, v->widest_high);
    for (uint32_t s = 1; s < plan->n_scenarios; s++) {
        if (plan->pd_varies[s])
            PLIM_TRY(create_pd(v, s, err));
        for (uint32_t t = 0; t < plan->n_years; t++)
            if (plan->loss_varies[(size_t)s * plan->n_years + t])
                PLIM_TRY(create_loan(v, s, t, err));
    }
    return PLIM_OK;
}

plim_status plim_varying_create(plim_varying **out, const plim_plan *plan, plim_error *err)
{
    *out = NULL;
    plim_varying *v = plim_alloc(1, sizeof *v);
    if (v == NULL)
        return plim_fail_memory(err, "formulas that vary");
    v->plan = plan;
    plim_status status = create(v, err);
    if (status == PLIM_OK)
        *out = v;
    else
        plim_varying_destroy(v);
    return status;
}

void plim_varying_destroy(plim_varying *varying)
{
    if (varying == NULL)
        return;
    const plim_plan *plan = varying->plan;
    size_t cells = (size_t)plan->n_scenarios * plan->n_years;
    for (uint32_t s = 0; varying->pd != NULL && s < plan->n_scenarios; s++)
        plim_evaluator_destroy(varying->pd[s]);
    for (size_t i = 0; varying->bounds != NULL && i < cells; i++)
        plim_bounds_destroy(varying->bounds[i]);
    for (size_t i = 0; varying->loan != NULL && i < cells; i++)
        plim_evaluator_destroy(varying->loan[i]);
    plim_free(varying->pd);
    plim_free(varying->bounds);
    plim_free(varying->loan);
    plim_free(varying->slot);
    plim_free(varying->first_slot);
    plim_free(varying->widest_low);
    plim_free(varying->widest_high);
    plim_free(varying);
}

/* Evaluators hold a block of values a node; the graph has no more nodes than that. */
uint64_t plim_varying_bytes(const plim_plan *plan)
{
    uint64_t evaluators = 0;
    for (uint32_t s = 1; s < plan->n_scenarios; s++) {
        evaluators += plan->pd_varies[s] ? 4 : 0; /* exact, and three blocks of bounds */
        for (uint32_t t = 0; t < plan->n_years; t++)
            evaluators += plan->loss_varies[(size_t)s * plan->n_years + t];
    }
    return evaluators * plan->program->graph.count * (BLOCK * sizeof(double) / 2 + 64);
}

/* ---- exact values ---- */

/* A lane whose value is refused. */
typedef struct refused_lane {
    plim_evaluator *evaluator;
    const plim_lanes *lanes;
    const uint32_t *number;
    uint32_t s, t;
} refused_lane;

/* Runs the lane alone: what its values are made of is then known too. */
static void run_alone(const refused_lane *at, plim_refused *refused)
{
    plim_lanes alone = *at->lanes;
    alone.row += refused->lane;
    alone.path += refused->lane;
    alone.n = 1;
    plim_evaluator_run_lanes(at->evaluator, &alone);
    refused->lane = 0;
}

static plim_status refuse(const plim_varying *v, const refused_lane *at, const plim_refused *value,
                          plim_error *err)
{
    char what[80];
    plim_plan_faults faults = {0};
    const plim_scenario *scenario = &v->plan->program->scenarios[at->s - 1];
    plim_refused whole = *value;
    bool of_loans = strcmp(value->table, "loan") == 0;
    (void)snprintf(what, sizeof what, "%s on path %u", value->what, at->number[value->lane]);
    whole.what = what;
    whole.scenario = scenario->name;
    whole.frame = of_loans ? &v->plan->book->loans : &v->plan->book->borrowers;
    whole.row = at->lanes->row[value->lane];
    whole.year = scenario->first_year + (int)at->t;
    run_alone(at, &whole);
    plim_refused_add(&faults, at->evaluator, v->plan->program, &whole);
    return plim_plan_faults_end(&faults, err);
}

static double value_at(const plim_evaluator *evaluator, plim_node node, uint32_t lane)
{
    return node == PLIM_NO_NODE ? 0 : plim_evaluator_values(evaluator, node)[lane];
}

/* One lane in one period; false if `refused` says what is wrong. */
static bool lane_pd(const refused_lane *at, const plim_scenario *scenario, double base,
                    plim_refused *refused, double *out)
{
    const plim_evaluator *e = at->evaluator;
    uint32_t t = at->t, lane = refused->lane;
    *out = base;
    if (value_at(e, scenario->fails_reference[t], lane) == 1)
        return true;
    refused->what = "default";
    refused->node = scenario->fails[t];
    refused->value = value_at(e, scenario->fails[t], lane);
    refused->accepted = "a condition, 0 or 1";
    if (refused->value == 1) {
        *out = 1;
        return true;
    }
    if (refused->value != 0)
        return false;
    if (scenario->pd[t] == PLIM_NO_NODE)
        return true;
    refused->what = "pd";
    refused->node = scenario->pd[t];
    refused->value = value_at(e, scenario->pd[t], lane);
    refused->accepted = "0 to 1";
    if (!(refused->value >= 0 && refused->value <= 1))
        return false;
    double reference = value_at(e, scenario->pd_reference[t], lane);
    if (!plim_pd_is_unmoved(refused->value, reference, base))
        *out = refused->value + 0.0;
    return true;
}

plim_status plim_varying_pd(plim_varying *varying, uint32_t s, const plim_lanes *lanes,
                            const uint32_t *number, double *pd, plim_error *err)
{
    const plim_plan *plan = varying->plan;
    const plim_scenario *scenario = &plan->program->scenarios[s - 1];
    refused_lane at = {varying->pd[s], lanes, number, s, 0};
    plim_evaluator_run_lanes(varying->pd[s], lanes);
    for (at.t = 0; at.t < plan->n_years; at.t++)
        for (uint32_t i = 0; i < lanes->n; i++) {
            double base = plim_book_pd(plan->book, lanes->row[i], (int)at.t) + 0.0;
            plim_refused refused = {.table = "borrower", .lane = i};
            if (!lane_pd(&at, scenario, base, &refused, &pd[(size_t)at.t * BLOCK + i]))
                return refuse(varying, &at, &refused, err);
        }
    return PLIM_OK;
}

plim_status plim_varying_loans(plim_varying *varying, plim_cell_at of, const plim_lanes *lanes,
                               const uint32_t *number, plim_loan_value *value, plim_error *err)
{
    const plim_plan *plan = varying->plan;
    const plim_scenario *scenario = &plan->program->scenarios[of.scenario - 1];
    plim_evaluator *evaluator = varying->loan[cell_of(plan, of)];
    refused_lane at = {evaluator, lanes, number, of.scenario, of.year};
    plim_node lgd = scenario->lgd[of.year], ead = scenario->ead[of.year];
    plim_evaluator_run_lanes(evaluator, lanes);
    for (uint32_t i = 0; i < lanes->n; i++) {
        uint32_t loan = lanes->row[i];
        plim_refused refused = {.table = "loan", .lane = i, .node = lgd};
        value[i] = plim_loan_terms_book(&varying->terms, loan);
        refused.value = value_at(evaluator, lgd, i);
        if (lgd != PLIM_NO_NODE && !plim_loan_terms_lgd(&varying->terms, loan, &value[i], &refused))
            return refuse(varying, &at, &refused, err);
        if (ead == PLIM_NO_NODE || plan->book->loan_defaulted[loan])
            continue;
        refused.node = ead;
        refused.value = value_at(evaluator, ead, i);
        if (!plim_loan_terms_ead(&varying->terms, &value[i], &refused) ||
            !plim_loan_terms_within(&varying->terms, &value[i], &refused))
            return refuse(varying, &at, &refused, err);
    }
    return PLIM_OK;
}

/* ---- bounds ---- */

void plim_varying_rows(plim_varying *varying, plim_cell_at of, const uint32_t *row, uint32_t n)
{
    varying->of = of;
    varying->n = n;
    for (uint32_t i = 0; i < n; i++)
        varying->row[i] = row[i];
    plim_bounds_rows(varying->bounds[cell_of(varying->plan, of)], row, n);
}

typedef struct range {
    double low, high;
} range;

static range range_at(const plim_bounds *bounds, plim_node node, uint32_t i)
{
    if (node == PLIM_NO_NODE)
        return (range){0, 0};
    return (range){plim_bounds_low(bounds, node)[i], plim_bounds_high(bounds, node)[i]};
}

static bool is_one_value(range of)
{
    return of.low == of.high;
}

void plim_varying_fixed(plim_varying *varying, plim_cell_at of, const uint32_t *row, uint32_t n,
                        bool *fixed)
{
    const plim_scenario *scenario = &varying->plan->program->scenarios[of.scenario - 1];
    plim_bounds *bounds = varying->bounds[cell_of(varying->plan, of)];
    plim_bounds_rows(bounds, row, n);
    plim_bounds_box(bounds, varying->widest_low, varying->widest_high);
    for (uint32_t i = 0; i < n; i++) {
        range excused = range_at(bounds, scenario->fails_reference[of.year], i);
        range fails = range_at(bounds, scenario->fails[of.year], i);
        range pd = range_at(bounds, scenario->pd[of.year], i);
        range reference = range_at(bounds, scenario->pd_reference[of.year], i);
        bool decided = is_one_value(excused) && is_one_value(fails);
        fixed[i] = decided && (excused.low == 1 || fails.low == 1 ||
                               (is_one_value(pd) && is_one_value(reference)));
    }
}

plim_status plim_varying_slots_of(plim_varying *varying, plim_cell_at of,
                                  const plim_slot_sets *sets, plim_error *err)
{
    const plim_scenario *scenario = &varying->plan->program->scenarios[of.scenario - 1];
    plim_bounds *bounds = varying->bounds[cell_of(varying->plan, of)];
    plim_node roots[4];
    add_outputs(scenario, of.year, roots);
    plim_bounds_rows(bounds, sets->row, sets->n);
    plim_bounds_box(bounds, varying->widest_low, varying->widest_high);
    return plim_bounds_slots(bounds, roots, 4, &(plim_bound_slots){sets->words, sets->n_words},
                             err);
}

const double *plim_varying_least(const plim_varying *varying)
{
    return varying->widest_low;
}

const double *plim_varying_most(const plim_varying *varying)
{
    return varying->widest_high;
}

/* The same steps as lane_pd, over a box. */
static range row_pd(const plim_bounds *bounds, const plim_scenario *scenario, uint32_t t,
                    uint32_t i, double base)
{
    const range anything = {0, 1};
    range excused = range_at(bounds, scenario->fails_reference[t], i);
    if (excused.low == 1)
        return (range){base, base};
    if (!(excused.high == 0)) /* `default` at reference differs from path to path, or is unknown */
        return anything;
    range fails = range_at(bounds, scenario->fails[t], i);
    if (fails.low == 1 && fails.high == 1)
        return (range){1, 1};
    if (!(fails.low >= 0 && fails.high <= 1))
        return anything;
    range pd = {base, base};
    if (scenario->pd[t] != PLIM_NO_NODE) {
        pd = range_at(bounds, scenario->pd[t], i);
        if (!(pd.low >= 0 && pd.high <= 1))
            return anything;
        /* A value that is called unmoved gives way to the book's. */
        pd.low = fmax(0, pd.low - 2 * plim_pd_room(pd.low));
        pd.high = fmin(1, pd.high + 2 * plim_pd_room(pd.high));
    }
    return fails.high == 0 ? pd : (range){pd.low, 1};
}

void plim_varying_box(plim_varying *varying, const double *slot_low, const double *slot_high,
                      double *low, double *high)
{
    const plim_plan *plan = varying->plan;
    uint32_t t = varying->of.year;
    const plim_scenario *scenario = &plan->program->scenarios[varying->of.scenario - 1];
    plim_bounds *bounds = varying->bounds[cell_of(plan, varying->of)];
    plim_bounds_box(bounds, slot_low, slot_high);
    for (uint32_t i = 0; i < varying->n; i++) {
        double base = plim_book_pd(plan->book, varying->row[i], (int)t) + 0.0;
        range pd = row_pd(bounds, scenario, t, i, base);
        low[i] = pd.low;
        high[i] = pd.high;
    }
}
