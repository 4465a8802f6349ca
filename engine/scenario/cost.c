#include "scenario/cost.h"

#include <string.h>

#include "base/memory.h"

/* For each node the years whose formulas need it, a bit each. */
typedef struct needs {
    const plim_graph *graph;
    uint64_t *years; /* PLIM_MAX_YEARS bits */
} needs;

static void need(needs *n, plim_node node, uint64_t years)
{
    if (node != PLIM_NO_NODE)
        n->years[node] |= years;
}

/* Users stand after operands: one pass down reaches all. */
static void spread(needs *n)
{
    for (size_t node = n->graph->count; node-- > 0;)
        for (int a = 0; n->years[node] != 0 && a < plim_primitive_arity(n->graph->nodes[node].op);
             a++)
            n->years[n->graph->nodes[node].arg[a]] |= n->years[node];
}

static bool many(uint64_t years)
{
    return (years & (years - 1)) != 0;
}

static void count(const needs *n, bool several_years, plim_ops *out)
{
    for (size_t node = 0; node < n->graph->count; node++) {
        const plim_expr *e = &n->graph->nodes[node];
        if (n->years[node] == 0 || plim_primitive_arity(e->op) == 0)
            continue;
        if (e->level == PLIM_LEVEL_CONSTANT && !e->varies) {
            out->shared++;
            continue;
        }
        int at = e->level == PLIM_LEVEL_LOAN ? PLIM_OPS_LOAN : PLIM_OPS_BORROWER;
        if (e->varies)
            out->by_path[at]++;
        else if (many(n->years[node]) || !several_years)
            out->once[at]++;
        else
            out->by_year[at]++;
    }
}

static void need_formula(needs *n, const plim_scenario *scenario, plim_formula_kind kind)
{
    int years = scenario->last_year - scenario->first_year + 1;
    uint64_t all = years >= 64 ? UINT64_MAX : (UINT64_C(1) << years) - 1;
    if (kind == PLIM_FORMULA_APPLIES)
        need(n, scenario->applies, all);
    for (int t = 0; t < years; t++) {
        uint64_t year = UINT64_C(1) << t;
        if (kind == PLIM_FORMULA_PD) {
            need(n, scenario->pd[t], year);
            need(n, scenario->pd_reference[t], year);
        } else if (kind == PLIM_FORMULA_DEFAULT) {
            need(n, scenario->fails[t], year);
            need(n, scenario->fails_reference[t], year);
        } else if (kind == PLIM_FORMULA_LGD) {
            need(n, scenario->lgd[t], year);
        } else if (kind == PLIM_FORMULA_EAD) {
            need(n, scenario->ead[t], year);
        }
    }
}

static bool has_formula(const plim_scenario *scenario, plim_formula_kind kind)
{
    const plim_node *by_year[PLIM_FORMULA_COUNT] = {NULL, scenario->pd, scenario->fails,
                                                    scenario->lgd, scenario->ead};
    if (kind == PLIM_FORMULA_APPLIES)
        return scenario->applies != PLIM_NO_NODE;
    for (int t = 0; t <= scenario->last_year - scenario->first_year; t++)
        if (by_year[kind][t] != PLIM_NO_NODE)
            return true;
    return false;
}

plim_status plim_cost_of(plim_cost *out, const plim_program *program, const plim_scenario *scenario,
                         plim_error *err)
{
    const plim_graph *graph = &program->graph;
    bool several = scenario->last_year > scenario->first_year;
    needs n = {graph, plim_alloc(graph->count, sizeof *n.years)};
    *out = (plim_cost){0};
    if (n.years == NULL)
        return plim_fail_memory(err, "the cost of a scenario");
    for (plim_formula_kind kind = PLIM_FORMULA_APPLIES; kind < PLIM_FORMULA_COUNT; kind++) {
        memset(n.years, 0, graph->count * sizeof *n.years);
        need_formula(&n, scenario, kind);
        spread(&n);
        out->present[kind] = has_formula(scenario, kind);
        count(&n, several, &out->formula[kind]);
    }
    memset(n.years, 0, graph->count * sizeof *n.years);
    for (plim_formula_kind kind = PLIM_FORMULA_APPLIES; kind < PLIM_FORMULA_COUNT; kind++)
        need_formula(&n, scenario, kind);
    spread(&n);
    count(&n, several, &out->all);
    plim_free(n.years);
    return PLIM_OK;
}
