#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scenario/cost.h"

static plim_error err;

static plim_node leaf(plim_graph *graph, plim_op op, const char *name, plim_level table, int year)
{
    plim_expr e = {.op = op, .table = (uint8_t)table, .value = 1, .year = (int16_t)year};
    plim_node out;
    assert_int_equal(plim_names_add(&graph->symbols, name, &e.symbol, &err), PLIM_OK);
    assert_int_equal(plim_graph_add(graph, &e, &out, &err), PLIM_OK);
    return out;
}

static plim_node apply(plim_graph *graph, plim_op op, plim_node a, plim_node b)
{
    plim_node out, args[] = {a, b};
    assert_int_equal(plim_graph_apply(graph, op, args, &out, &err), PLIM_OK);
    return out;
}

/* pd = (revenue + equity) * (2 price(t)) in two years; lgd = lgd + price(t); applies = revenue < 5.
 */
static void operations_are_counted_by_what_they_hang_on(void **state)
{
    (void)state;
    plim_program program = {0};
    plim_graph *graph = &program.graph;
    plim_scenario scenario = {.first_year = 2026, .last_year = 2027};
    for (int t = 0; t < PLIM_MAX_YEARS; t++)
        scenario.pd[t] = scenario.fails[t] = scenario.pd_reference[t] =
            scenario.fails_reference[t] = scenario.lgd[t] = scenario.ead[t] = PLIM_NO_NODE;
    plim_node revenue = leaf(graph, PLIM_OP_COLUMN, "revenue", PLIM_LEVEL_BORROWER, 0);
    plim_node equity = leaf(graph, PLIM_OP_COLUMN, "equity", PLIM_LEVEL_BORROWER, 0);
    plim_node lgd = leaf(graph, PLIM_OP_COLUMN, "lgd", PLIM_LEVEL_LOAN, 0);
    plim_node sum = apply(graph, PLIM_OP_ADD, revenue, equity), two, five;
    assert_int_equal(plim_graph_constant(graph, 2, &two, &err), PLIM_OK);
    assert_int_equal(plim_graph_constant(graph, 5, &five, &err), PLIM_OK);
    for (int t = 0; t < 2; t++) {
        plim_node price = leaf(graph, PLIM_OP_DRIVER, "price", PLIM_LEVEL_CONSTANT, t);
        scenario.pd[t] =
            apply(graph, PLIM_OP_MULTIPLY, sum, apply(graph, PLIM_OP_MULTIPLY, two, price));
        scenario.lgd[t] = apply(graph, PLIM_OP_ADD, lgd, price);
    }
    scenario.applies = apply(graph, PLIM_OP_LT, revenue, five);
    plim_cost cost;
    assert_int_equal(plim_cost_of(&cost, &program, &scenario, &err), PLIM_OK);
    const plim_ops *pd = &cost.formula[PLIM_FORMULA_PD], *of_lgd = &cost.formula[PLIM_FORMULA_LGD];
    assert_true(cost.present[PLIM_FORMULA_APPLIES] && cost.present[PLIM_FORMULA_PD] &&
                cost.present[PLIM_FORMULA_LGD]);
    assert_false(cost.present[PLIM_FORMULA_DEFAULT] || cost.present[PLIM_FORMULA_EAD]);
    assert_int_equal(pd->shared, 2);                     /* 2 price, in two years */
    assert_int_equal(pd->once[PLIM_OPS_BORROWER], 1);    /* the sum */
    assert_int_equal(pd->by_year[PLIM_OPS_BORROWER], 2); /* the products */
    assert_int_equal(of_lgd->by_year[PLIM_OPS_LOAN], 2);
    assert_int_equal(of_lgd->once[PLIM_OPS_LOAN] + of_lgd->once[PLIM_OPS_BORROWER], 0);
    assert_int_equal(cost.all.once[PLIM_OPS_BORROWER], 2); /* the sum and the condition */
    assert_int_equal(cost.all.by_year[PLIM_OPS_BORROWER], 2);
    plim_graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operations_are_counted_by_what_they_hang_on)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
