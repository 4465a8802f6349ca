#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "scenario/graph.h"

static plim_node constant(plim_graph *graph, double value)
{
    plim_error err = {0};
    plim_node node = PLIM_NO_NODE;
    assert_int_equal(plim_graph_constant(graph, value, &node, &err), PLIM_OK);
    return node;
}

static plim_node leaf(plim_graph *graph, plim_op op, const char *name, int year)
{
    plim_error err = {0};
    plim_node node = PLIM_NO_NODE;
    plim_expr expr = {.op = op, .year = (int16_t)year, .table = PLIM_LEVEL_BORROWER, .value = 1.0};
    assert_int_equal(plim_names_add(&graph->symbols, name, &expr.symbol, &err), PLIM_OK);
    assert_int_equal(plim_graph_add(graph, &expr, &node, &err), PLIM_OK);
    return node;
}

static plim_node apply(plim_graph *graph, plim_op op, plim_node a, plim_node b, plim_node c)
{
    plim_error err = {0};
    plim_node node = PLIM_NO_NODE;
    assert_int_equal(plim_graph_apply(graph, op, (plim_node[]){a, b, c}, &node, &err), PLIM_OK);
    return node;
}

static void test_sharing(void **state)
{
    (void)state;
    plim_graph graph = {0};
    plim_node x = leaf(&graph, PLIM_OP_COLUMN, "x", 0), y = leaf(&graph, PLIM_OP_COLUMN, "y", 0);
    assert_true(x != y);
    assert_int_equal(leaf(&graph, PLIM_OP_COLUMN, "x", 0), x);
    assert_true(leaf(&graph, PLIM_OP_DRIVER, "x", 0) != leaf(&graph, PLIM_OP_DRIVER, "x", 1));
    assert_int_equal(apply(&graph, PLIM_OP_ADD, x, y, 0), apply(&graph, PLIM_OP_ADD, x, y, 7));
    assert_true(apply(&graph, PLIM_OP_ADD, x, y, 0) != apply(&graph, PLIM_OP_ADD, y, x, 0));
    assert_int_equal(constant(&graph, 3.0), constant(&graph, 3.0));
    assert_true(constant(&graph, 0.0) != constant(&graph, -0.0));
    assert_int_equal(constant(&graph, (double)NAN), constant(&graph, (double)NAN));
    assert_int_equal(graph.nodes[x].level, PLIM_LEVEL_BORROWER);
    plim_node one = constant(&graph, 1.0);
    assert_int_equal(graph.nodes[one].level, PLIM_LEVEL_CONSTANT);
    for (int i = 0; i < 2000; i++) /* the table grows */
        (void)apply(&graph, PLIM_OP_MULTIPLY, x, constant(&graph, i + 2.0), 0);
    size_t count = graph.count;
    for (int i = 0; i < 2000; i++)
        (void)apply(&graph, PLIM_OP_MULTIPLY, x, constant(&graph, i + 2.0), 0);
    assert_int_equal(graph.count, count);
    for (size_t i = 0; i < graph.count; i++)
        for (int k = 0; k < plim_primitive_arity(graph.nodes[i].op); k++)
            assert_true(graph.nodes[i].arg[k] < i);
    plim_graph_free(&graph);
}

#define assert_stays(node, wanted)                                                                 \
    do {                                                                                           \
        plim_node stays_ = (node); /* first: the nodes may move */                                 \
        assert_int_equal(graph.nodes[stays_].op, wanted);                                          \
    } while (0)

static void test_folding(void **state)
{
    (void)state;
    plim_graph graph = {0};
    plim_node x = leaf(&graph, PLIM_OP_COLUMN, "x", 0), y = leaf(&graph, PLIM_OP_COLUMN, "y", 0);
    plim_node zero = constant(&graph, 0.0), minus_zero = constant(&graph, -0.0);
    plim_node one = constant(&graph, 1.0), nan = constant(&graph, (double)NAN);
    /* is x, bit for bit */
    assert_int_equal(apply(&graph, PLIM_OP_ADD, x, minus_zero, 0), x);
    assert_int_equal(apply(&graph, PLIM_OP_ADD, minus_zero, x, 0), x);
    assert_int_equal(apply(&graph, PLIM_OP_SUBTRACT, x, zero, 0), x);
    assert_int_equal(apply(&graph, PLIM_OP_MULTIPLY, x, one, 0), x);
    assert_int_equal(apply(&graph, PLIM_OP_MULTIPLY, one, x, 0), x);
    assert_int_equal(apply(&graph, PLIM_OP_DIVIDE, x, one, 0), x);
    assert_int_equal(apply(&graph, PLIM_OP_POWER, x, one, 0), x);
    assert_int_equal(apply(&graph, PLIM_OP_MAX, x, x, 0), x);
    assert_int_equal(apply(&graph, PLIM_OP_NEGATE, apply(&graph, PLIM_OP_NEGATE, x, 0, 0), 0, 0),
                     x);
    assert_int_equal(apply(&graph, PLIM_OP_WHERE, one, x, y), x);
    assert_int_equal(apply(&graph, PLIM_OP_WHERE, zero, x, y), y);
    assert_int_equal(apply(&graph, PLIM_OP_WHERE, nan, x, y), nan);
    assert_int_equal(apply(&graph, PLIM_OP_PROXY, nan, x, 0), x);
    assert_int_equal(apply(&graph, PLIM_OP_PROXY, one, x, 0), one);
    assert_int_equal(apply(&graph, PLIM_OP_ADD, one, one, 0), constant(&graph, 2.0));
    assert_int_equal(apply(&graph, PLIM_OP_MULTIPLY, nan, zero, 0), nan);
    /* would lose a NaN or a bit */
    assert_true(apply(&graph, PLIM_OP_ADD, x, zero, 0) != x);
    assert_true(apply(&graph, PLIM_OP_SUBTRACT, x, minus_zero, 0) != x);
    assert_stays(apply(&graph, PLIM_OP_MULTIPLY, x, zero, 0), PLIM_OP_MULTIPLY);
    assert_stays(apply(&graph, PLIM_OP_SUBTRACT, x, x, 0), PLIM_OP_SUBTRACT);
    assert_stays(apply(&graph, PLIM_OP_DIVIDE, x, x, 0), PLIM_OP_DIVIDE);
    assert_stays(apply(&graph, PLIM_OP_WHERE, x, y, y), PLIM_OP_WHERE);
    assert_stays(apply(&graph, PLIM_OP_EQ, x, x, 0), PLIM_OP_EQ);
    assert_stays(apply(&graph, PLIM_OP_ALL, x, zero, 0), PLIM_OP_ALL);
    assert_stays(apply(&graph, PLIM_OP_POWER, x, zero, 0), PLIM_OP_POWER);
    plim_graph_free(&graph);
}

static plim_list curve(const double *x, const double *y, size_t n)
{
    plim_list list = {.count = n, .x = plim_alloc(n, sizeof *x), .y = plim_alloc(n, sizeof *y)};
    memcpy(list.x, x, n * sizeof *x);
    memcpy(list.y, y, n * sizeof *y);
    return list;
}

static void test_lists(void **state)
{
    (void)state;
    plim_graph graph = {0};
    plim_error err = {0};
    const double x[] = {1.0, 2.0, 4.0}, y[] = {10.0, 20.0, 0.0}, other[] = {10.0, 20.0, 1.0};
    plim_list a = curve(x, y, 3), b = curve(x, y, 3), c = curve(x, other, 3);
    uint32_t numbers[3];
    assert_int_equal(plim_graph_add_list(&graph, &a, &numbers[0], &err), PLIM_OK);
    assert_int_equal(plim_graph_add_list(&graph, &b, &numbers[1], &err), PLIM_OK);
    assert_int_equal(plim_graph_add_list(&graph, &c, &numbers[2], &err), PLIM_OK);
    assert_int_equal(numbers[0], numbers[1]);
    assert_true(numbers[0] != numbers[2]);
    assert_null(b.x);
    const plim_list *kept = &graph.lists[numbers[0]];
    assert_true(plim_list_interp(kept, 0.0) == 10.0 && plim_list_interp(kept, 9.0) == 0.0);
    assert_true(plim_list_interp(kept, 1.5) == 15.0 && plim_list_interp(kept, 3.0) == 10.0);
    assert_true(plim_list_interp(kept, 2.0) == 20.0);
    assert_true(isnan(plim_list_interp(kept, (double)NAN)));
    plim_expr expr = {.op = PLIM_OP_INTERP, .arg = {constant(&graph, 1.5)}, .list = numbers[0]};
    plim_node node;
    assert_int_equal(plim_graph_add(&graph, &expr, &node, &err), PLIM_OK);
    assert_true(graph.nodes[node].op == PLIM_OP_CONSTANT && graph.nodes[node].value == 15.0);
    plim_graph_free(&graph);
}

static void test_at_reference(void **state)
{
    (void)state;
    plim_graph graph = {0};
    plim_error err = {0};
    plim_node x = leaf(&graph, PLIM_OP_COLUMN, "x", 0), d = leaf(&graph, PLIM_OP_DRIVER, "d", 1);
    plim_node still = apply(&graph, PLIM_OP_EXP, x, 0, 0);
    plim_node moved =
        apply(&graph, PLIM_OP_ADD, still, apply(&graph, PLIM_OP_MULTIPLY, d, x, 0), 0);
    plim_node out;
    assert_int_equal(plim_graph_at_reference(&graph, still, &out, &err), PLIM_OK);
    assert_int_equal(out, still);
    assert_int_equal(plim_graph_at_reference(&graph, moved, &out, &err), PLIM_OK);
    assert_true(out != moved);
    assert_int_equal(graph.nodes[out].arg[0], still);
    const plim_expr *product = &graph.nodes[graph.nodes[out].arg[1]];
    const plim_expr *reference = &graph.nodes[product->arg[0]];
    assert_int_equal(reference->op, PLIM_OP_REFERENCE);
    assert_int_equal(reference->year, 1);
    assert_int_equal(reference->symbol, graph.nodes[d].symbol);
    plim_node again;
    assert_int_equal(plim_graph_at_reference(&graph, out, &again, &err), PLIM_OK);
    assert_int_equal(again, out);
    /* deeper than any C stack */
    plim_node deep = d;
    for (int i = 0; i < 300000; i++)
        deep = apply(&graph, PLIM_OP_SUBTRACT, x, deep, 0);
    assert_int_equal(plim_graph_at_reference(&graph, deep, &out, &err), PLIM_OK);
    assert_true(out != deep);
    plim_graph_free(&graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sharing),
        cmocka_unit_test(test_folding),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_at_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
