#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "math/functions.h"
#include "scenario/graph.h"

static double apply1(plim_op op, double a)
{
    return plim_primitive_apply(op, (double[]){a, 99.0, 99.0});
}

static double apply2(plim_op op, double a, double b)
{
    return plim_primitive_apply(op, (double[]){a, b, 99.0});
}

static double apply3(plim_op op, double a, double b, double c)
{
    return plim_primitive_apply(op, (double[]){a, b, c});
}

static void test_values(void **state)
{
    (void)state;
    const double inf = (double)INFINITY;
    assert_true(apply2(PLIM_OP_ADD, 1.5, 2.0) == 3.5);
    assert_true(apply2(PLIM_OP_SUBTRACT, 1.5, 2.0) == -0.5);
    assert_true(apply2(PLIM_OP_MULTIPLY, 1.5, 2.0) == 3.0);
    assert_true(apply2(PLIM_OP_DIVIDE, 1.0, 0.0) == inf);
    assert_true(apply2(PLIM_OP_POWER, 2.0, 10.0) == 1024.0);
    assert_true(apply2(PLIM_OP_POWER, 2.0, 0.5) == plim_pow(2.0, 0.5));
    assert_true(apply1(PLIM_OP_NEGATE, 2.0) == -2.0);
    assert_true(apply2(PLIM_OP_MIN, 1.0, 2.0) == 1.0 && apply2(PLIM_OP_MIN, 2.0, 1.0) == 1.0);
    assert_true(apply2(PLIM_OP_MAX, 1.0, 2.0) == 2.0 && apply2(PLIM_OP_MAX, 2.0, 1.0) == 2.0);
    assert_true(apply1(PLIM_OP_ABS, -2.0) == 2.0);
    assert_true(apply1(PLIM_OP_FLOOR, -1.5) == -2.0);
    assert_true(apply1(PLIM_OP_EXP, 1.0) == plim_exp(1.0));
    assert_true(apply1(PLIM_OP_LOG, 0.0) == -inf);
    assert_true(apply1(PLIM_OP_SQRT, 9.0) == 3.0);
    assert_true(apply1(PLIM_OP_NORMAL_CDF, 0.0) == 0.5);
    assert_true(apply1(PLIM_OP_NORMAL_INV, 0.5) == 0.0);
    assert_true(apply1(PLIM_OP_LOGIT, 1.0) == inf);
    assert_true(apply1(PLIM_OP_LOGISTIC, 0.0) == 0.5);
    assert_true(apply2(PLIM_OP_LT, 1.0, 2.0) == 1.0 && apply2(PLIM_OP_LT, 2.0, 2.0) == 0.0);
    assert_true(apply2(PLIM_OP_LE, 2.0, 2.0) == 1.0 && apply2(PLIM_OP_LE, 3.0, 2.0) == 0.0);
    assert_true(apply2(PLIM_OP_GT, 3.0, 2.0) == 1.0 && apply2(PLIM_OP_GT, 2.0, 2.0) == 0.0);
    assert_true(apply2(PLIM_OP_GE, 2.0, 2.0) == 1.0 && apply2(PLIM_OP_GE, 1.0, 2.0) == 0.0);
    assert_true(apply2(PLIM_OP_EQ, 2.0, 2.0) == 1.0 && apply2(PLIM_OP_EQ, 1.0, 2.0) == 0.0);
    assert_true(apply2(PLIM_OP_ALL, 2.0, 1.0) == 1.0 && apply2(PLIM_OP_ALL, 1.0, 0.0) == 0.0);
    assert_true(apply2(PLIM_OP_ANY, 0.0, 1.0) == 1.0 && apply2(PLIM_OP_ANY, 0.0, 0.0) == 0.0);
    assert_true(apply1(PLIM_OP_NO, 0.0) == 1.0 && apply1(PLIM_OP_NO, 3.0) == 0.0);
    assert_true(apply3(PLIM_OP_WHERE, 1.0, 5.0, 6.0) == 5.0);
    assert_true(apply3(PLIM_OP_WHERE, 0.0, 5.0, 6.0) == 6.0);
    assert_true(apply3(PLIM_OP_CLIP, 5.0, 0.0, 1.0) == 1.0);
    assert_true(apply3(PLIM_OP_CLIP, -5.0, 0.0, 1.0) == 0.0);
    assert_true(apply3(PLIM_OP_CLIP, 0.5, 0.0, 1.0) == 0.5);
    assert_true(apply2(PLIM_OP_PROXY, 3.0, 4.0) == 3.0);
}

/* A NaN anywhere comes through everything, but for the branch not taken and the replaced value. */
static void test_missing(void **state)
{
    (void)state;
    const double nan = (double)NAN;
    for (int op = PLIM_OP_ADD; op < PLIM_OP_COUNT; op++) {
        int arity = plim_primitive_arity((plim_op)op);
        for (int i = 0; i < arity && op != PLIM_OP_WHERE && op != PLIM_OP_PROXY; i++)
            for (int other = 0; other < 2; other++) {
                double args[3] = {other, other, other};
                args[i] = nan;
                if (!isnan(plim_primitive_apply((plim_op)op, args)))
                    fail_msg("%s loses a NaN in operand %d", plim_primitive_name((plim_op)op), i);
            }
    }
    assert_true(isnan(apply3(PLIM_OP_WHERE, nan, 1.0, 2.0)));
    assert_true(isnan(apply3(PLIM_OP_WHERE, 1.0, nan, 2.0)));
    assert_true(isnan(apply3(PLIM_OP_WHERE, 0.0, 1.0, nan)));
    assert_true(apply3(PLIM_OP_WHERE, 1.0, 2.0, nan) == 2.0);
    assert_true(apply3(PLIM_OP_WHERE, 0.0, nan, 2.0) == 2.0);
    assert_true(apply2(PLIM_OP_PROXY, nan, 4.0) == 4.0);
    assert_true(apply2(PLIM_OP_PROXY, 3.0, nan) == 3.0);
    assert_true(isnan(apply2(PLIM_OP_PROXY, nan, nan)));
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(plim_primitive_name(PLIM_OP_ADD), "+");
    assert_string_equal(plim_primitive_name(PLIM_OP_WHERE), "where");
    assert_string_equal(plim_primitive_name(PLIM_OP_INTERP), "interp");
    assert_int_equal(plim_primitive_arity(PLIM_OP_CONSTANT), 0);
    assert_int_equal(plim_primitive_arity(PLIM_OP_INTERP), 1);
    assert_int_equal(plim_primitive_arity(PLIM_OP_CLIP), 3);
    for (int op = 0; op < PLIM_OP_COUNT; op++)
        assert_true(strlen(plim_primitive_name((plim_op)op)) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
