#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "scenario/program.h"

static void test_pathway(void **state)
{
    (void)state;
    int years[] = {2026, 2030, 2031};
    double values[] = {70.0, 280.0, 100.0};
    const plim_pathway path = {.count = 3, .year = years, .value = values};
    assert_true(plim_pathway_at(&path, 2000) == 70.0);
    assert_true(plim_pathway_at(&path, 2026) == 70.0);
    assert_true(plim_pathway_at(&path, 2028) == 175.0);
    assert_true(plim_pathway_at(&path, 2030) == 280.0);
    assert_true(plim_pathway_at(&path, 2031) == 100.0);
    assert_true(plim_pathway_at(&path, 2099) == 100.0);
    const plim_pathway point = {.count = 1, .year = years, .value = values};
    assert_true(plim_pathway_at(&point, 2000) == 70.0 && plim_pathway_at(&point, 2099) == 70.0);
}

/* A point is met exactly, however awkward the numbers. */
static void test_points_are_exact(void **state)
{
    (void)state;
    int years[] = {2026, 2027, 2033};
    double values[] = {0.1, 0.7, 0.3};
    const plim_pathway path = {.count = 3, .year = years, .value = values};
    for (int i = 0; i < 3; i++)
        assert_true(plim_pathway_at(&path, years[i]) == values[i]);
}

static plim_node column(plim_graph *graph, const char *name, plim_level table)
{
    plim_error err = {0};
    plim_node node = PLIM_NO_NODE;
    plim_expr expr = {.op = PLIM_OP_COLUMN, .table = (uint8_t)table, .value = 1.0};
    assert_int_equal(plim_names_add(&graph->symbols, name, &expr.symbol, &err), PLIM_OK);
    assert_int_equal(plim_graph_add(graph, &expr, &node, &err), PLIM_OK);
    return node;
}

/* Only what some result needs counts. */
static void test_columns(void **state)
{
    (void)state;
    plim_program program = {0};
    plim_error err = {0};
    plim_names found = {0};
    plim_node used = column(&program.graph, "used", PLIM_LEVEL_BORROWER);
    plim_node half = PLIM_NO_NODE;
    (void)column(&program.graph, "unused", PLIM_LEVEL_BORROWER);
    assert_int_equal(
        plim_graph_apply(&program.graph, PLIM_OP_EXP, (plim_node[]){used, 0, 0}, &half, &err),
        PLIM_OK);
    assert_int_equal(plim_names_add(&program.model.factors, "macro", NULL, &err), PLIM_OK);
    plim_node loading[] = {half};
    program.model.loading = loading;
    assert_int_equal(plim_program_columns(&program, PLIM_LEVEL_BORROWER, &found, &err), PLIM_OK);
    assert_int_equal(found.count, 1);
    assert_string_equal(found.text[0], "used");
    plim_names_free(&found);
    assert_int_equal(plim_program_columns(&program, PLIM_LEVEL_LOAN, &found, &err), PLIM_OK);
    assert_int_equal(found.count, 0);
    plim_names_free(&found);
    program.model.loading = NULL;
    plim_program_free(&program);
    plim_program_free(&program); /* twice is fine */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pathway),
        cmocka_unit_test(test_points_are_exact),
        cmocka_unit_test(test_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
